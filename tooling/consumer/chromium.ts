// The browser of the tests: a Chromium without a window.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

/** The arguments keep Chromium from asking its maker for anything. */
const chromiumArguments = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const install =
  "No Chromium was found, so hdf5array was not tried in a browser. Install it (Debian: apt-get install chromium; " +
  "elsewhere: Chrome or Chromium), or set CHROMIUM_PATH to its program.";

/** Starts Chromium. Where there is none, the test is skipped, except on CI: there it fails. */
export async function launchChromium(skip: (why: string) => never): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath !== undefined) return chromium.launch({ executablePath, args: chromiumArguments });
  if (process.env.CI) throw new Error(install);
  process.stderr.write(`\n${install}\n`);
  return skip(install);
}

/** Chromium as named by CHROMIUM_PATH, else where systems install it. */
function findChromium(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== "") return named;
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const elsewhere = [
    "/usr/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    join(process.env.PROGRAMFILES ?? "C:", "Google", "Chrome", "Application", "chrome.exe"),
  ];
  return [...onPath, ...elsewhere].find((path) => existsSync(path));
}
