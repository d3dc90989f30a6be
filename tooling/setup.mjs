// Makes a fresh clone ready: pnpm in the pinned version, the dependencies, this platform's TileDB library. Each step
// is left out when it has been done, so that every root script can call this first. Node built-ins only.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Failure, root, run, runNpm, say } from "./process.mjs";

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Where pnpm is: inside the clone, so that nothing is installed globally. */
function pnpmFolder() {
  const [name, version] = manifest.packageManager.split("+")[0].split("@");
  if (name !== "pnpm") throw new Failure(`packageManager is ${manifest.packageManager}, expected pnpm@<version>`);
  return { version, folder: join(root, ".tools", `pnpm-${version}`) };
}

/** Runs pnpm in the pinned version. */
export function pnpm(args, options) {
  run(process.execPath, [pnpmProgram(), ...args], options);
}

export function pnpmProgram() {
  return join(pnpmFolder().folder, "node_modules", "pnpm", "bin", "pnpm.cjs");
}

export function setup({ library = true } = {}) {
  checkNode();
  obtainPnpm();
  installDependencies();
  if (library) fetchLibrary();
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Failure(`Node ${process.versions.node} is too old: 20.19 or later is needed`);
}

function obtainPnpm() {
  const { version, folder } = pnpmFolder();
  const installed = join(folder, "node_modules", "pnpm", "package.json");
  if (!existsSync(installed) || JSON.parse(readFileSync(installed, "utf8")).version !== version) {
    say(`getting pnpm ${version} (once, into .tools)`);
    mkdirSync(folder, { recursive: true });
    const quiet = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"];
    runNpm(["install", "--prefix", folder, ...quiet, `pnpm@${version}`], { cwd: folder });
  }
  // turbo and package scripts start `pnpm` by its name.
  process.env.PATH = join(folder, "node_modules", ".bin") + delimiter + (process.env.PATH ?? "");
  Object.assign(process.env, { TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1", DO_NOT_TRACK: "1" });
}

/** Installs when there is no `node_modules`, or when it was made from another lockfile or for another platform. */
function installDependencies() {
  const stamp = join(root, "node_modules", ".installed-from");
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "pnpm-lock.yaml")))
    .update(readFileSync(join(root, "pnpm-workspace.yaml")))
    .update([manifest.packageManager, process.platform, process.arch].join(" "))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  say("installing the dependencies (pnpm install --frozen-lockfile)");
  rmSync(stamp, { force: true });
  // Whatever an interrupted install left behind may be replaced without a question.
  pnpm(["install", "--frozen-lockfile", "--config.confirmModulesPurge=false"]);
  writeFileSync(stamp, wanted);
}

function fetchLibrary() {
  const script = join(root, "tooling", "libtiledb", "fetch.mjs");
  run(process.execPath, [script, "--platform", "current"]);
}
