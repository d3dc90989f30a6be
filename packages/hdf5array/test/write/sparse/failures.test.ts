import { readdirSync, readFileSync } from "node:fs";
import { blocks, type Progress } from "delayedarray";
import { beforeEach, describe, expect, test } from "vitest";
import {
  Hdf5CompressedSparseMatrix,
  type SparseWriteOptions,
  writeHdf5CompressedSparseMatrix,
} from "../../../src/index.js";
import { atWriteCall } from "../at-write-call.mjs";
import { folder, path, scattered } from "./matrices.js";

/*
 * A write that fails, wherever it does: the old file, and nothing beside it.
 */

/** The blocks are of columns: a layout by rows goes through temporary files, as there are so many entries. */
const WAYS = [
  ["create", "csc"],
  ["create", "csr"],
  ["replace", "h5ad"],
  ["append", "csc"],
  ["append", "tenx"],
] as const;

describe.each(WAYS)("in the mode %s, layout %s", { timeout: 300_000 }, (mode, layout) => {
  const byRows = layout === "csr" || layout === "h5ad";
  const before = () => readdirSync(folder).map((name) => [name, readFileSync(path(name))]);
  let there: ReturnType<typeof before>;
  beforeEach(async () => {
    if (mode !== "create") {
      const old = scattered(40, byRows ? 300 : 30, 300);
      await (await writeHdf5CompressedSparseMatrix(old, path(), "m", { layout })).close();
    }
    there = before();
  });

  const matrix = scattered(40, 300, 6000);
  const options: SparseWriteOptions = { mode, layout, bufferSize: 2 ** 16, chunks: 1000 };
  const write = (more: SparseWriteOptions = {}, given = bands()) =>
    writeHdf5CompressedSparseMatrix(given, path(), "m", { ...options, shape: matrix.shape, ...more });
  const bands = () => blocks(matrix, { allowSparse: true, bufferSize: 20_000 });

  test("any call of the operating system fails: an error that says so", async () => {
    for (let at = 1, done = false; !done; at++) {
      const act = () => {
        throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      };
      const calls = await atWriteCall({ at, act });
      try {
        const result = await write().catch((error) => error);
        if (result instanceof Hdf5CompressedSparseMatrix) {
          // The last call only makes the new name safe against a power cut.
          expect(at).toBeGreaterThanOrEqual(calls.count());
          await result.close();
          done = true;
        } else {
          expect(result).toMatchObject({ code: "IO", message: expect.stringContaining("the disk is full") });
          expect(before()).toEqual(there);
        }
      } finally {
        calls.restore();
      }
    }
  });

  test("aborted at any block: the signal's reason", async () => {
    for (let at = 0, done = false; !done; at++) {
      const abort = new AbortController();
      let count = 0;
      const onProgress = (_: Progress) => {
        if (count++ === at) abort.abort(new Error("enough"));
      };
      const result = await write({ signal: abort.signal, onProgress }).catch((error) => error);
      if (result instanceof Error) {
        expect(result.message).toBe("enough");
        expect(before()).toEqual(there);
      } else {
        expect(at).toBeGreaterThan(5);
        await result.close();
        done = true;
      }
    }
  });

  test("a source that fails at any block: its error", async () => {
    let all = 0;
    for await (const _ of bands()) all++;
    expect(all).toBeGreaterThan(5);
    for (let at = 0; at < all; at++) {
      async function* failing() {
        let count = 0;
        for await (const block of bands()) {
          if (count++ === at) throw new Error("the source is gone");
          yield block;
        }
      }
      await expect(write({ dtype: "float64" }, failing() as never)).rejects.toThrow("the source is gone");
      expect(before()).toEqual(there);
    }
  });
});
