// What a run needs: the base files, newly written by h5py, and both readers.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure, root, run, say } from "../process.mjs";
import { pythonEnvironment } from "../python.mjs";
import { buildReader } from "./build-reader.mjs";
import { describeBase } from "./mutate.mjs";
import { findSeals } from "./seals.mjs";
import { Worker } from "./worker.mjs";

/** Milliseconds without a sign of life after which a reader hangs. Generous: other programs may keep the machine busy. */
const SILENCE = 30_000;
const PATIENCE = 300_000;

/**
 * @typedef {object} Setting
 * @property {string} folder
 * @property {import("./mutate.mjs").Base[]} bases
 * @property {string | undefined} only the base file that is mutated alone
 * @property {string} versions
 * @property {(poison?: number) => Worker} oracle h5py; `poison` is what memory is filled with before it is used
 * @property {(silence?: number) => Worker} reader this project
 * @property {number} patience milliseconds, for a second look
 */

/** For looking closely: time enough, and memory filled before it is used, as the C library of Linux can. */
const patient = (poison) => ({ MALLOC_PERTURB_: String(poison), FUZZ_ORACLE_SECONDS: "8" });

/** @returns {Promise<Setting>} */
export async function prepare(folder, only) {
  const python = pythonEnvironment("python-live", ["numpy", "scipy", "h5py", "tiledb"]);
  const files = join(folder, "bases");
  mkdirSync(files, { recursive: true });
  say("h5py writes the base files");
  const script = (name) => fileURLToPath(new URL(`python/${name}.py`, import.meta.url));
  // In two places a file says when it was written: `without_times` takes that out, and without bytecode nothing is left.
  const env = { PYTHONDONTWRITEBYTECODE: "1", PYTHONHASHSEED: "0" };
  run(python, [script("prepare"), files], { env });
  const listed = JSON.parse(readFileSync(join(files, "bases.json"), "utf8"));
  const bases = listed.bases.map(({ name, probes }) => {
    const content = new Uint8Array(readFileSync(join(files, `${name}.h5`)));
    return describeBase(name, content, findSeals(content), probes);
  });
  if (only !== undefined && !bases.some(({ name }) => name === only))
    throw new Failure(`no base file ${only}; there are ${bases.map(({ name }) => name).join(", ")}`);
  const reader = await buildReader(folder);
  const worker = (command, args, extra, silence = SILENCE) =>
    new Worker([command, args], { cwd: root, env: { ...process.env, ...env, ...extra } }, silence);
  return {
    folder,
    bases,
    only,
    versions: `h5py ${listed.h5py}, HDF5 ${listed.hdf5}`,
    patience: PATIENCE,
    oracle: (poison) =>
      poison === undefined
        ? worker(python, [script("oracle"), files])
        : worker(python, [script("oracle"), files], patient(poison), PATIENCE),
    reader: (silence) => worker(process.execPath, [reader, files], {}, silence),
  };
}
