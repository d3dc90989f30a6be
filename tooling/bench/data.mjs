// The measured files, written by h5py and TileDB-Py once for each set of sizes.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root, run, say } from "../process.mjs";

const script = fileURLToPath(new URL("python/data.py", import.meta.url));

/** Returns the folder that holds the files of these sizes, after writing them if need be. */
export function dataFolder(name, sizes, python) {
  const folder = join(root, ".tools", "bench", name);
  const stamp = join(folder, "written-from");
  const wanted = createHash("sha256").update(readFileSync(script)).update(JSON.stringify(sizes)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return folder;
  say(`writing the files to be read (once, into .tools/bench/${name})`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  run(python, [script, folder], { input: JSON.stringify(sizes), stdio: ["pipe", "inherit", "inherit"] });
  writeFileSync(stamp, wanted);
  return folder;
}
