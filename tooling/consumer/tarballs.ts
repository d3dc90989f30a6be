// Packs every package once for the whole suite, so that the tests see only what a user would get from the registry.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { pack } from "../pack.mjs";

declare module "vitest" {
  export interface ProvidedContext {
    tarballs: Record<string, string>;
  }
}

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "tarballs-"));
  project.provide("tarballs", pack(folder));
  return () => rmSync(folder, { recursive: true, force: true });
}
