// Has h5py and TileDB-Py write new random files, once per run.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import type { EncodedArray } from "../fixtures/read.mjs";
import { run, say } from "../process.mjs";
import { livePython, liveSeed } from "./environment.js";

/** One entry of a subset: all, an integer, or one of the forms that take more than a number. */
export type LiveSubset = null | number | { slice: [number, number, number] } | { list: number[] } | { mask: boolean[] };

export interface LiveCase {
  title: string;
  kind: "hdf5 dense" | "hdf5 sparse" | "tiledb dense" | "tiledb sparse";
  path: string;
  name?: string;
  shape?: number[];
  byColumn?: boolean;
  values: EncodedArray;
  subset: LiveSubset[];
  part: EncodedArray;
  /** The mean and the largest magnitude, where all values are finite. */
  mean: number | null;
  scale: number | null;
}

declare module "vitest" {
  export interface ProvidedContext {
    folder: string;
    cases: LiveCase[];
  }
}

export default function setup(project: TestProject): () => void {
  const python = livePython();
  const folder = mkdtempSync(join(tmpdir(), "live-"));
  const seed = liveSeed();
  say(`h5py and TileDB-Py write files of random contents (seed ${seed})`);
  run(python, [fileURLToPath(new URL("write.py", import.meta.url)), seed, folder]);
  project.provide("folder", folder);
  project.provide("cases", JSON.parse(readFileSync(join(folder, "cases.json"), "utf8")).cases);
  return () => rmSync(folder, { recursive: true, force: true });
}
