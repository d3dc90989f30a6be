// Fills the platform packages (packages/libtiledb/npm/*) with TileDB's shared library, what it needs beside it and
// licences, from the official wheels of TileDB-Py. Pinned by version and SHA-256 in wheels.json; downloaded by pip, with
// whatever index, mirror and cache pip is configured to use.
//
//   node tooling/libtiledb/fetch.mjs [--platform current|all|NAME] [--force]

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openZip } from "./zip.mjs";

const pins = JSON.parse(readFileSync(new URL("wheels.json", import.meta.url), "utf8"));
const packages = fileURLToPath(new URL("../../packages/libtiledb/npm/", import.meta.url));
const stampName = ".wheel.json";

try {
  const { values } = parseArgs({
    options: { platform: { type: "string", default: "current" }, force: { type: "boolean", default: false } },
  });
  for (const platform of platformsOf(values.platform)) fill(platform, values.force);
} catch (error) {
  console.error(`libtiledb: ${error.message}`);
  process.exitCode = 1;
}

function platformsOf(name) {
  const known = Object.keys(pins.platforms);
  if (name === "all") return known;
  const platform = name === "current" ? `${process.platform}-${process.arch}` : name;
  if (known.includes(platform)) return [platform];
  throw new Error(
    `there is no wheel for ${platform}, only for ${known.join(", ")}. ` +
      "On another platform, build TileDB and let LIBTILEDB_PATH name its library.",
  );
}

function fill(platform, force) {
  const pin = pins.platforms[platform];
  const folder = join(packages, platform);
  const stamp = `${JSON.stringify({ wheels: wheelsOf(pin).map(({ sha256 }) => sha256) })}\n`;
  const targets = wheelsOf(pin).flatMap(({ files }) => Object.values(files));
  const stampPath = join(folder, stampName);
  const current = existsSync(stampPath) && readFileSync(stampPath, "utf8") === stamp;
  if (!force && current && targets.every((name) => existsSync(join(folder, name)))) {
    console.log(`libtiledb-${platform}: up to date (TileDB ${pins.library})`);
    return;
  }
  for (const wheel of wheelsOf(pin)) {
    console.log(`libtiledb-${platform}: downloading ${wheel.wheel} with pip ...`);
    const read = openZip(download(wheel));
    rmSync(stampPath, { force: true });
    for (const [from, to] of Object.entries(wheel.files)) {
      const content = read(from);
      if (content === undefined) throw new Error(`${wheel.wheel} has no ${from}`);
      const target = join(folder, to);
      mkdirSync(dirname(target), { recursive: true });
      // Replaced, not overwritten: a process that has the old library loaded keeps it.
      writeFileSync(`${target}.new`, content, { mode: /\.(?:so|dylib|dll)$/.test(to) ? 0o755 : 0o644 });
      renameSync(`${target}.new`, target);
      console.log(`libtiledb-${platform}: wrote ${to} (${content.length} bytes)`);
    }
  }
  // Last, so that an interrupted run is not taken for a finished one.
  writeFileSync(stampPath, stamp);
}

/** Every wheel that a platform's package is filled from, with all that is taken out of it. */
function wheelsOf(pin) {
  const main = { ...pin, package: pins.package, version: pins.version, files: { ...pin.files, ...pins.licenses } };
  return [main, ...(pin.runtime ?? [])];
}

/** The bytes of a wheel, checked. */
function download({ package: name, version, wheel, tag, sha256 }) {
  const folder = mkdtempSync(join(tmpdir(), "libtiledb-"));
  try {
    const [command, ...first] = pip();
    const result = spawnSync(
      command,
      // biome-ignore format: an option and its value on one line
      [...first, "download", `${name}==${version}`, "--no-deps", "--only-binary=:all:", "--quiet",
        "--platform", tag, "--python-version", pins.python, "--implementation", "cp", "--dest", folder],
      { encoding: "utf8", stdio: ["ignore", "inherit", "pipe"] },
    );
    const found = readdirSync(folder);
    if (result.status !== 0 || !found.includes(wheel)) {
      const said = result.error?.message ?? (result.stderr.trim() || `pip downloaded ${found.join(", ") || "nothing"}`);
      throw new Error(
        `${wheel} could not be downloaded: ${said}\n` +
          "Check that pip can reach its package index (a proxy or mirror is set with `pip config` or PIP_INDEX_URL).",
      );
    }
    const bytes = readFileSync(join(folder, wheel));
    const actual = createHash("sha256").update(bytes).digest("hex");
    if (actual !== sha256) {
      throw new Error(`${wheel} is not the pinned file: its SHA-256 is ${actual}, expected ${sha256}`);
    }
    return bytes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The command that runs pip. */
function pip() {
  const candidates = [["python3", "-m", "pip"], ["python", "-m", "pip"], ["py", "-m", "pip"], ["pip3"], ["pip"]];
  const works = ([command, ...rest]) => spawnSync(command, [...rest, "--version"], { stdio: "ignore" }).status === 0;
  const found = candidates.find(works);
  if (found !== undefined) return found;
  throw new Error(
    `pip is needed to download TileDB's library, and none of ${candidates.map((words) => words.join(" ")).join(", ")} ` +
      "runs here. Install Python 3 with pip, or let LIBTILEDB_PATH name a library of your own.",
  );
}
