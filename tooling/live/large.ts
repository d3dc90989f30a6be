// Has h5py write files of more than 4 GiB, nearly all of which are holes, once per run.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { run, say } from "../process.mjs";
import { livePython } from "./environment.js";

/** Start, stop and, unless it is 1, step on an axis. */
export type Bounds = [start: number, stop: number, step?: number];

/** A part of an array with what h5py reads there. */
export interface LargeWindow {
  bounds: Bounds[];
  digest: string;
  /** Where the first of its chunks begins in the file. */
  lowest: number;
  /** Whether its chunks are compressed. */
  packed: boolean;
}

/** What NumPy makes of a window that is larger than the memory that may be used. */
export interface LargeSummary {
  bounds: Bounds[];
  sum: number;
  mean: number;
  min: number;
  max: number;
  /** Digest of the sums of its columns. */
  sums: string;
}

export interface LargeCase {
  kind: "dense" | "sparse";
  file: string;
  name: string;
  /** What the array would take in memory. */
  bytes: number;
  windows: LargeWindow[];
  summary: LargeSummary | null;
}

declare module "vitest" {
  export interface ProvidedContext {
    largeFolder: string;
    large: LargeCase[];
  }
}

export default function setup(project: TestProject): () => void {
  const python = livePython();
  const folder = mkdtempSync(join(tmpdir(), "live-large-"));
  say("h5py writes files of more than 4 GiB");
  try {
    run(python, [fileURLToPath(new URL("write-large.py", import.meta.url)), folder]);
    project.provide("largeFolder", folder);
    project.provide("large", JSON.parse(readFileSync(join(folder, "large.json"), "utf8")));
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return () => rmSync(folder, { recursive: true, force: true });
}
