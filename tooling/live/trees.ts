// Has NumPy evaluate new random expressions, once per run. LIVE_TREES says how many.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { run, say } from "../process.mjs";
import type { TreeSummary } from "../trees/case.js";
import { livePython, liveSeed } from "./environment.js";

declare module "vitest" {
  export interface ProvidedContext {
    treeFolder: string;
    trees: TreeSummary;
  }
}

export default function setup(project: TestProject): () => void {
  const python = livePython();
  const folder = mkdtempSync(join(tmpdir(), "live-trees-"));
  const seed = liveSeed();
  const count = process.env.LIVE_TREES ?? "10000";
  say(`NumPy evaluates ${count} random expressions (seed ${seed})`);
  run(python, [fileURLToPath(new URL("../trees/generate.py", import.meta.url)), seed, count, folder]);
  project.provide("treeFolder", folder);
  project.provide("trees", JSON.parse(readFileSync(join(folder, "summary.json"), "utf8")));
  return () => rmSync(folder, { recursive: true, force: true });
}
