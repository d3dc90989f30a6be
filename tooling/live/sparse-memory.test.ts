import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "live-sparse-memory-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Millions of entries; each takes 12 bytes, so that they do not fit in the memory that is allowed. */
const MILLIONS = 30;
const BUFFER_MEGABYTES = 50;
const MOST_MEMORY = 300e6;

it.each([
  ["csc", "in the order in which they are read"],
  ["csr", "by way of temporary files"],
])(
  "30 million non-zeros are written as %s, %s, and read, within 300 MB",
  (layout) => {
    const script = fileURLToPath(new URL("write-sparse.mjs", import.meta.url));
    const args = [script, folder, layout, String(MILLIONS), String(BUFFER_MEGABYTES)];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const { entries, sum, expected, memory } = JSON.parse(stdout);
    expect({ entries, sum }).toEqual({ entries: MILLIONS * 1e6, sum: expected });
    expect(memory).toBeLessThan(MOST_MEMORY);
    expect(readdirSync(folder)).toEqual([]);
  },
  600_000,
);
