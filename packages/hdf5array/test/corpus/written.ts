// Has h5py, PyTables, pandas, netCDF, anndata and h5wasm write the corpus, and h5py say what is in it, once per run.
//
// LIVE_SEED repeats a run. HDF5_CORPUS names a folder for it that is kept; if it holds a corpus already, that is taken.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { fixture } from "../../../../tooling/fixtures/read.mjs";
import { run, say } from "../../../../tooling/process.mjs";
import { pythonEnvironment } from "../../../../tooling/python.mjs";
import { writeH5wasmFiles } from "./h5wasm-files.js";

declare module "vitest" {
  export interface ProvidedContext {
    corpus: string;
    corpusSeed: string;
  }
}

/** What writes files. */
export const CORPUS_PACKAGES = ["numpy", "scipy", "h5py", "tables", "netCDF4", "pandas", "anndata"];

/** Fixtures that are described too; what is damaged has tests of its own. */
const FIXTURES = ["hdf5", "metadata", "chunk-index", "r"];
const DAMAGED = /damaged|truncated|not-hdf5|signature-only|empty|bad/;

const script = (name: string) => fileURLToPath(new URL(`write/${name}`, import.meta.url));

export default async function setup(project: TestProject): Promise<() => void> {
  const seed = process.env.LIVE_SEED ?? String(Math.floor(Math.random() * 2 ** 31));
  const given = process.env.HDF5_CORPUS;
  const folder = given ?? mkdtempSync(join(tmpdir(), "hdf5-corpus-"));
  project.provide("corpusSeed", seed);
  project.provide("corpus", folder);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, "expected-others.jsonl"))) await write(seed, folder);
  return () => {
    if (given === undefined) rmSync(folder, { recursive: true, force: true });
  };
}

async function write(seed: string, folder: string): Promise<void> {
  const python = pythonEnvironment("python-corpus", CORPUS_PACKAGES);
  say(`a corpus of HDF5 files is written: LIVE_SEED=${seed} repeats it`);
  if (!existsSync(join(folder, "expected-1.jsonl"))) run(python, [script("write.py"), seed, folder]);
  // Each in a process of its own: they bring HDF5 libraries of their own.
  for (const name of ["tables_files.py", "netcdf_files.py", "anndata_files.py"])
    run(python, [script(name), seed, folder]);
  await writeH5wasmFiles(folder, Number(seed));
  execFileSync(python, [script("describe.py"), folder], {
    input: others(folder, seed)
      .map((one) => `${JSON.stringify(one)}\n`)
      .join(""),
    stdio: ["pipe", "inherit", "inherit"],
  });
}

/** The files that `write.py` did not write. */
function others(folder: string, seed: string): { file: string; theme: string; again: string }[] {
  const written = readdirSync(folder)
    .filter((name) => /^(pytables|pandas|netcdf|anndata|h5wasm)-.*\.(h5|h5ad|nc)$/.test(name))
    .map((file) => ({ file, theme: file.replace(/-.*/, ""), again: `LIVE_SEED=${seed}` }));
  const fixtures = FIXTURES.flatMap((name) => {
    const place = fixture(name);
    return readdirSync(place)
      .filter((file) => /\.h5(ad)?$/.test(file) && !DAMAGED.test(file))
      .map((file) => ({
        file: relative(folder, join(place, file)),
        theme: name === "r" ? "r" : "fixtures",
        again: "a fixture",
      }));
  });
  return [...written, ...fixtures];
}
