import { expect, test } from "vitest";
import { concatenate, extractSparseArray, SparseNdarray, slice, wrap } from "../../src/index.js";

/*
 * What is done to sparse arrays takes time and memory by their entries, not by the extents of their axes.
 */

const N = 2 ** 31;
const column = (value: number) => SparseNdarray.fromCoo({ coords: [[N - 1], [0]], data: [value], shape: [N, 1] });
const entries = (sparse: SparseNdarray) => {
  const { coords, data } = sparse.toCoo();
  return Array.from(data as Float64Array, (value, i) => [coords[0]![i], coords[1]![i], value]);
};

test("arrays combined on a huge axis", async () => {
  const x = concatenate([column(1), column(2)]);
  expect(entries(await x.toSparse())).toEqual([
    [N - 1, 0, 1],
    [2 * N - 1, 0, 2],
  ]);
  expect(entries(await concatenate([x.multiply(2), column(4)]).toSparse())).toEqual([
    [N - 1, 0, 2],
    [2 * N - 1, 0, 4],
    [3 * N - 1, 0, 4],
  ]);
  expect(
    entries(
      await x
        .add(x)
        .subset([slice(null, null, -1)])
        .toSparse(),
    ),
  ).toEqual([
    [0, 0, 4],
    [N, 0, 2],
  ]);
  expect(entries(await extractSparseArray(x, [slice(N - 3, 2 ** 32 - 1)]))).toEqual([[2, 0, 1]]);
  expect(entries(await concatenate([column(1), column(2)], 1).toSparse())).toEqual([
    [N - 1, 0, 1],
    [N - 1, 1, 2],
  ]);
});

test("arrays combined on a huge axis, of which a list is taken", async () => {
  const x = concatenate([column(1), column(2)]);
  expect(entries(await x.subset([[2 * N - 1, 7, N - 1, 2 * N - 1]]).toSparse())).toEqual([
    [0, 0, 2],
    [2, 0, 1],
    [3, 0, 2],
  ]);
});

test("a part of a huge axis replaced", async () => {
  const other = SparseNdarray.fromCoo({ coords: [[5, N - 1]], data: [7, 8], shape: [N] });
  const x = concatenate([column(1), column(2)], 1).set([slice(null, null, -1), 1], other);
  expect(x.isSparse).toBe(true);
  expect(entries(await x.toSparse())).toEqual([
    [N - 1, 0, 1],
    [0, 1, 8],
    [N - 6, 1, 7],
  ]);
  const half = SparseNdarray.fromCoo({ coords: [[1], [0]], data: [9], shape: [N / 2, 1] });
  expect(
    entries(
      await wrap(column(1))
        .set([slice(1, null, 2)], half)
        .toSparse(),
    ),
  ).toEqual([[3, 0, 9]]);
  expect(
    entries(
      await wrap(column(1))
        .set([slice(0, null, 2)], half)
        .subset([slice(1, 4)])
        .toSparse(),
    ),
  ).toEqual([[1, 0, 9]]);
});
