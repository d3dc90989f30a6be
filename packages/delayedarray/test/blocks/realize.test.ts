import { describe, expect, test, vi } from "vitest";
import { extractDenseArray, ndarray, slice, toDenseArray, toSparseArray, wrap } from "../../src/index.js";
import { countingSeed } from "../../src/testing/index.js";

const matrix = ndarray(
  Int32Array.from({ length: 600 }, (_, i) => (i % 3 ? 0 : i)),
  [20, 30],
);

describe("what does not fit is refused before anything is read, naming the size and the way out:", () => {
  test("more than maxBytes", async () => {
    const seed = countingSeed(matrix);
    await expect(toDenseArray(wrap(seed).add(1), { maxBytes: 2399 })).rejects.toMatchObject({
      code: "LIMIT_EXCEEDED",
      message: expect.stringMatching(
        /<20 x 30> of int32 takes 2400 bytes in memory, more than maxBytes \(2399\).*blocks\(\)/,
      ),
    });
    expect(seed.counts.dense).toBe(0);
    expect((await toDenseArray(wrap(seed), { maxBytes: 2400 })).size).toBe(600);
  });

  test("more than half of the free memory, where the runtime tells it", async () => {
    const free = vi.spyOn(process, "availableMemory").mockReturnValue(4000);
    try {
      await expect(toDenseArray(matrix)).rejects.toThrow(/more than half of what is free \(2000\)/);
      expect((await extractDenseArray(matrix, [slice(0, 2)])).size).toBe(60);
    } finally {
      free.mockRestore();
    }
  });
});

test("block by block gives the same as at once: bands of rows, blocks of columns, sparse parts, masks", async () => {
  const masked = ndarray(matrix.data, [20, 30], "int32", { mask: Array.from({ length: 600 }, (_, i) => i % 7 === 0) });
  for (const x of [wrap(matrix).add(1), wrap(matrix).T.add(1), wrap(masked).multiply(2), wrap(masked).T.multiply(2)]) {
    const whole = (await x.toDense()).toNested();
    for (const bufferSize of [1, 16, 500, 1300, 5000]) {
      expect((await x.toDense({ bufferSize })).toNested()).toEqual(whole);
      expect((await toSparseArray(x, { bufferSize })).toDense().toNested()).toEqual(whole);
    }
  }
});
