import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TypedArray } from "../../src/base/dtype.js";
import {
  type AxisSelection,
  listSelection,
  rangeSelection,
  selectionIndices,
} from "../../src/subset/axis-selection.js";
import { toSeedRequest } from "../../src/subset/seed-subset.js";
import { SparseNdarray } from "../../src/values/sparse-ndarray.js";
import { subsetSparse } from "../../src/values/sparse-operations.js";
import { axisSelections, sparseArrays } from "./arbitrary.js";
import { naive, naiveSelect } from "./naive.js";

const cases = sparseArrays.chain((array) =>
  fc.tuple(fc.constant(array), fc.tuple(...array.sparse.shape.map(axisSelections))),
);

function lists(shape: readonly number[], selections: readonly (AxisSelection | null)[]): number[][] {
  return shape.map((extent, axis) => Array.from(selectionIndices(selections[axis] ?? rangeSelection(0, 1, extent))));
}

test("any selection: order, repeats, steps", () => {
  fc.assert(
    fc.property(cases, ([{ sparse, naive: expected }, selections]) => {
      const part = subsetSparse(sparse, selections);
      expect(() => new SparseNdarray(part)).not.toThrow();
      expect(part.dtype).toBe(sparse.dtype);
      expect(part.isMasked).toBe(sparse.isMasked);
      expect(naive(part.toDense())).toEqual(naiveSelect(expected, lists(sparse.shape, selections)));
      if (part !== sparse)
        for (const name of ["data", "indices", "indptr"] as const)
          expect(part[name].buffer).not.toBe(sparse[name].buffer);
    }),
    { numRuns: 500 },
  );
});

test("everything in its order is the array itself", () => {
  const array = SparseNdarray.fromCoo({ coords: [[1], [2]], data: [5], shape: [3, 4] });
  expect(subsetSparse(array, [null, rangeSelection(0, 1, 4)])).toBe(array);
});

test("the seed protocol gives fresh arrays, dense and sparse", () => {
  fc.assert(
    fc.property(cases, ([{ sparse, naive: expected }, selections]) => {
      const full = selections.map((selection, axis) => selection ?? rangeSelection(0, 1, sparse.shape[axis]!));
      const request = full.map((selection) => toSeedRequest(selection).entry);
      const asked = lists(sparse.shape, full).map((list) => [...new Set(list)].sort((a, b) => a - b));
      const dense = sparse.extractDense(request);
      const part = sparse.extractSparse(request);
      expect(naive(dense)).toEqual(naiveSelect(expected, asked));
      expect(naive(part.toDense())).toEqual(naiveSelect(expected, asked));
      expect(() => new SparseNdarray(part)).not.toThrow();
      for (const fresh of [dense.data as TypedArray, part.data]) expect(fresh.buffer).not.toBe(sparse.data.buffer);
      expect(part.indices.buffer).not.toBe(sparse.indices.buffer);
      expect(part.indptr.buffer).not.toBe(sparse.indptr.buffer);
    }),
  );
});

test("entries may be plain or typed lists", () => {
  const array = SparseNdarray.fromCoo({
    coords: [
      [0, 2, 3],
      [1, 1, 2],
    ],
    data: [5, 6, 7],
    shape: [4, 3],
  });
  expect(array.extractDense([[0, 2], Int32Array.of(1, 2)]).toNested()).toEqual([
    [5, 0],
    [6, 0],
  ]);
  expect(
    array
      .extractSparse([{ start: 0, stop: 4, step: 2 }, [1]])
      .toDense()
      .toNested(),
  ).toEqual([[5], [6]]);
  expect(array.extractSparse([{ start: 3, stop: 3, step: 1 }, [1]]).shape).toEqual([0, 1]);
});

describe("lists on a long first axis", () => {
  // Each way of finding entries: few indices among many entries, a table, a search in the list.
  const n = 20_000;
  const rows = Int32Array.from({ length: n }, (_, i) => i * 3);
  const long = SparseNdarray.fromCoo({ coords: [rows, new Uint8Array(n)], data: rows, shape: [n * 3, 2] });
  const picked = (indices: number[]) =>
    subsetSparse(long, [listSelection(Float64Array.from(indices)), null]).toDense().data;
  const expected = (indices: number[]) => Int32Array.from(indices.flatMap((i) => [i % 3 === 0 ? i : 0, 0]));

  test.each([
    ["few", [0, 1, 3, 17_001, 59_997]],
    ["many", Array.from({ length: 9000 }, (_, i) => i * 5 + (i % 2))],
    ["backwards with repeats", Array.from({ length: 9000 }, (_, i) => 59_999 - ((i * 7) % 40_001))],
  ])("%s", (_, indices) => {
    expect(picked(indices)).toEqual(expected(indices));
  });

  test("of an axis too long for a table", () => {
    const sparse = SparseNdarray.fromCoo({ coords: [[3, 2 ** 35, 2 ** 39]], data: [1, 2, 3], shape: [2 ** 40] });
    const at = (...indices: number[]) =>
      subsetSparse(sparse, [listSelection(Float64Array.from(indices))])
        .toDense()
        .toNested();
    expect(at(1, 3, 2 ** 35, 2 ** 39 + 1)).toEqual([0, 1, 2, 0]);
    expect(at(2 ** 39, 3, 3, 2 ** 39)).toEqual([3, 1, 1, 3]);
    const range = subsetSparse(sparse, [rangeSelection(2 ** 39, -(2 ** 35), 16)]);
    expect(range.toCoo()).toEqual({ coords: [Int32Array.of(0, 15)], data: Float64Array.of(3, 2), shape: [16] });
  });
});
