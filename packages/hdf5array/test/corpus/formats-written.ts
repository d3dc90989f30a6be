// Has anndata, h5py, pandas, PyTables and R (where it is) write files of random contents in the formats that openers know,
// and say what is in them, once per run.
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { fixture } from "../../../../tooling/fixtures/read.mjs";
import { capture, run, say } from "../../../../tooling/process.mjs";
import { pythonEnvironment } from "../../../../tooling/python.mjs";
import { CORPUS_PACKAGES } from "./written.js";

declare module "vitest" {
  export interface ProvidedContext {
    formats: string;
    /** Whether R wrote files, too. */
    hasR: boolean;
  }
}

const R_PACKAGES = ["HDF5Array", "DropletUtils", "SummarizedExperiment"];

export default function setup(project: TestProject): () => void {
  const seed = process.env.LIVE_SEED ?? String(Math.floor(Math.random() * 2 ** 31));
  const folder = mkdtempSync(join(tmpdir(), "hdf5-formats-"));
  say(`anndata, h5py, pandas and PyTables write files of many formats: LIVE_SEED=${seed} repeats it`);
  // What only old versions of anndata could write is the same in every run.
  for (const file of readdirSync(fixture("formats"))) {
    if (/^anndata-0\./.test(file)) copyFileSync(fixture("formats", file), join(folder, file));
  }
  const script = (name: string) => fixture("generate", name);
  run(pythonEnvironment("python-corpus", CORPUS_PACKAGES), [script("formats.py"), folder, seed]);
  const library = R_PACKAGES.map((name) => `stopifnot(requireNamespace("${name}", quietly = TRUE))`).join(";");
  if (capture("Rscript", ["-e", library]).status === 0) {
    say("R writes matrices, too");
    run("Rscript", [script("formats.R"), folder, seed]);
  }
  project.provide("formats", folder);
  project.provide("hasR", existsSync(join(folder, "r.json")));
  return () => rmSync(folder, { recursive: true, force: true });
}
