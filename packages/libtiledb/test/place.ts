import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "libtiledb-test-"));
let count = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A path at which there is nothing yet, gone when the test file is done. */
export function place(): string {
  return join(folder, `a${count++}`);
}
