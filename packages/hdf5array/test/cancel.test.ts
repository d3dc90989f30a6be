import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { SeedSubset } from "delayedarray";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixture } from "../../../tooling/fixtures/read.mjs";
import { Hdf5CompressedSparseMatrix, Hdf5DenseArray } from "../src/index.js";
import { everything } from "./helpers.js";

let tiles: Hdf5DenseArray;
let plain: Hdf5DenseArray;
let csc: Hdf5CompressedSparseMatrix;
beforeAll(async () => {
  // 24 x 24 compressed chunks, a dataset in one piece, and a matrix of 30 chunks.
  const bytes = new Uint8Array(gunzipSync(readFileSync(fixture("remote", "old.h5.gz"))));
  tiles = await Hdf5DenseArray.open(bytes, "tiles");
  plain = await Hdf5DenseArray.open(bytes, "later/plain");
  csc = await Hdf5CompressedSparseMatrix.open(bytes, "later/csc", { shape: [20_000, 600], byColumn: true });
});
afterAll(() => Promise.all([tiles.close(), plain.close(), csc.close()]));

const all = { start: 0, stop: 600, step: 1 };

describe("an abort after the first chunk is heeded before the next one, and not later", () => {
  test.each<
    [string, () => { extract: typeof tiles.seed.extractDense | typeof csc.seed.extractSparse; part: SeedSubset }]
  >([
    ["compressed chunks", () => ({ extract: tiles.seed.extractDense.bind(tiles.seed), part: everything(tiles) })],
    [
      "parts of them",
      () => ({
        extract: tiles.seed.extractDense.bind(tiles.seed),
        part: [
          [1, 700],
          [2, 640, 1500],
        ],
      }),
    ],
    ["one piece", () => ({ extract: plain.seed.extractDense.bind(plain.seed), part: [everything(plain)[0]!, [3]] })],
    ["columns of a CSC matrix", () => ({ extract: csc.seed.extractSparse.bind(csc.seed), part: everything(csc) })],
  ])("%s", async (_, make) => {
    const { extract, part } = make();
    const reason = new Error("enough");
    const controller = new AbortController();
    let total = 0;
    let calls = 0;
    const onProgress = (step: { total: number }) => {
      calls++;
      total = step.total;
      controller.abort(reason);
    };
    await expect(extract(part, { signal: controller.signal, onProgress })).rejects.toBe(reason);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls).toBe(1);
    expect(total).toBeGreaterThan(1);
    // The file is as usable as before.
    expect((await csc.seed.extractSparse([[0], all])).nnz).toBe(6);
  });
});

test("progress is told after each chunk, once for each that is touched", async () => {
  const steps: number[] = [];
  const onProgress = ({ done, total }: { done: number; total: number }) => {
    expect(total).toBe(2 * 3);
    steps.push(done);
  };
  // Rows in two rows of chunks, columns in three.
  await tiles.seed.extractDense(
    [
      [0, 63, 1000],
      [1, 2, 70, 1535],
    ],
    { onProgress },
  );
  expect(steps).toEqual([1, 2, 3, 4, 5, 6]);
});
