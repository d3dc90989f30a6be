import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blocks, ndarray, SparseNdarray, slice, wrap } from "delayedarray";
import { afterAll, describe, expect, test } from "vitest";
import { TileDbArray, type WriteTileDbArrayOptions, writeTileDbArray } from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "tiledbarray-stream-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const place = () => join(folder, `a${count++}`);

const rows = (from: number, to: number, columns = 4) =>
  ndarray(Array.from({ length: to - from }, (_, i) => Array.from({ length: columns }, (_, j) => (from + i) * 10 + j)));

async function* parts() {
  yield rows(0, 3);
  yield rows(3, 4);
  yield rows(4, 10);
}

describe("a stream of blocks", () => {
  test.each([false, true])("that follow each other (sparse: %s)", async (sparse) => {
    const steps: number[] = [];
    const uri = place();
    const onProgress = ({ done }: { done: number }) => steps.push(done);
    await using array = await writeTileDbArray(parts(), uri, { shape: [10, 4], sparse, tile: [2, 4], onProgress });
    expect((await array.toDense()).toNested()).toEqual(rows(0, 10).toNested());
    expect(steps.at(-1)).toBe(40);
    const names = Array.from({ length: 10 }, (_, i) => `r${i}`);
    const options = { shape: [10, 4], mode: "replace", dtype: "int16", dimnames: [names, null] } as const;
    await using again = await writeTileDbArray(parts(), uri, options);
    expect([again.dtype, again.dimnames?.[0]?.[9]]).toEqual(["int16", "r9"]);
    expect((await again.toDense()).toNested()).toEqual(rows(0, 10).toNested());
  });

  test("along another axis, and added to an array", async () => {
    const uri = place();
    async function* columns() {
      for (const j of [0, 1, 2])
        yield wrap(rows(0, 5))
          .subset([slice(), slice(j, j + 1)])
          .toDense();
    }
    const x = await wrap(rows(0, 5))
      .subset([slice(), slice(0, 3)])
      .toDense();
    const options = { shape: [5, 3], axis: 1 } as const;
    await (await writeTileDbArray(columns(), uri, { ...options, maxShape: [5, 10] })).close();
    await using array = await writeTileDbArray(columns(), uri, { ...options, mode: "append" });
    expect((await array.subset([slice(), slice(3)]).toDense()).toNested()).toEqual(x.toNested());
    expect((await array.subset([slice(), slice(0, 3)]).toDense()).toNested()).toEqual(x.toNested());
  });

  test("that say where they belong, as blocks() gives them; sparse ones, masked ones, texts", async () => {
    const x = wrap(rows(0, 10));
    await using array = await writeTileDbArray(blocks(x, { bufferSize: 200 }), place(), { shape: [10, 4] });
    expect((await array.toDense()).toNested()).toEqual(rows(0, 10).toNested());
    const sparse = SparseNdarray.fromCoo({
      coords: [
        [1, 3],
        [2, 0],
      ],
      data: Float64Array.of(7, 8),
      shape: [4, 4],
    });
    async function* sparseParts() {
      yield {
        position: [
          [4, 8],
          [0, 4],
        ] as [number, number][],
        block: sparse,
      };
    }
    await using holes = await writeTileDbArray(sparseParts(), place(), { shape: [10, 4] });
    expect([holes.isSparse, (await holes.toSparse()).nnz, await holes.sum()]).toEqual([true, 2, 15]);
    async function* texts() {
      yield ndarray(["a", ""], [2], "string", { mask: Uint8Array.of(0, 1) });
      yield ndarray(["gène"]);
    }
    await using words = await writeTileDbArray(texts(), place(), { shape: [3] });
    expect((await words.toDense()).toNested()).toEqual(["a", null, "gène"]);
  });

  const wrong: [code: string, says: string, AsyncIterable<never>, WriteTileDbArrayOptions][] = [
    ["INVALID_ARGUMENT", "extents of all of it", parts() as never, {}],
    ["SHAPE_MISMATCH", "40 elements, expected the 80", parts() as never, { shape: [20, 4] }],
    ["SHAPE_MISMATCH", "does not fit", parts() as never, { shape: [8, 4] }],
    ["SHAPE_MISMATCH", "does not fit", parts() as never, { shape: [10, 5] }],
    ["SHAPE_MISMATCH", "dimnames", parts() as never, { shape: [10, 4], dimnames: [["a"], null] }],
    ["INVALID_ARGUMENT", "gave 7, expected arrays", of(7), { shape: [10, 4] }],
    ["INVALID_ARGUMENT", "no block", of(), { shape: [10, 4] }],
    ["DTYPE_UNSUPPORTED", "began with float64", of(rows(0, 3), ndarray([["w", "x", "y", "z"]])), { shape: [10, 4] }],
    [
      "INVALID_ARGUMENT",
      "missing",
      of(ndarray([1]), ndarray([1], [1], "float64", { mask: Uint8Array.of(1) })),
      { shape: [2] },
    ],
  ];
  async function* of(...items: unknown[]): AsyncGenerator<never> {
    for (const item of items) yield item as never;
  }
  test.each(wrong)("gives %s: %s, and leaves nothing", async (code, says, stream, options) => {
    const uri = place();
    const writing = writeTileDbArray(stream, uri, options);
    await expect(writing).rejects.toMatchObject({ code, message: expect.stringContaining(says) });
    expect(existsSync(uri)).toBe(false);
  });

  test("is closed, also when it fails on its way or nothing of it is wanted", async () => {
    let closed = 0;
    async function* endless() {
      try {
        for (let i = 0; ; i++) yield rows(i, i + 1);
      } finally {
        closed++;
      }
    }
    const uri = place();
    await expect(writeTileDbArray(endless(), uri, { shape: [3, 4] })).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
    await (await writeTileDbArray(rows(0, 2), uri)).close();
    await expect(writeTileDbArray(endless(), uri, { shape: [3, 4] })).rejects.toThrow("there is an array already");
    const stop = new AbortController();
    const aborted = writeTileDbArray(endless(), uri, {
      shape: [1000, 4],
      mode: "replace",
      signal: stop.signal,
      onProgress: () => stop.abort(new Error("enough")),
    });
    await expect(aborted).rejects.toThrow("enough");
    expect(closed).toBe(3);
    await using array = await TileDbArray.open(uri);
    expect(array.shape).toEqual([2, 4]);
  });

  test("has no shape of its own; an array has", async () => {
    const writing = writeTileDbArray(rows(0, 2), place(), { shape: [2, 4] });
    await expect(writing).rejects.toThrow("only for a stream of blocks");
  });
});
