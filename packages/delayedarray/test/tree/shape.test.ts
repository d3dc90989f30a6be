import { describe, expect, test } from "vitest";
import {
  cbind,
  type DelayedArray,
  DelayedArrayError,
  ellipsis,
  ndarray,
  newAxis,
  rbind,
  reshape,
  SparseNdarray,
  slice,
  stack,
  wrap,
} from "../../src/index.js";

const x = wrap(
  ndarray(
    Float64Array.from({ length: 24 }, (_, i) => i),
    [2, 3, 4],
  ),
);
const values = async (y: DelayedArray) => (await y.toDense()).toNested();

/** The code of the error that a call throws at once. */
function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof DelayedArrayError) return error.code;
    throw error;
  }
  return "none";
}

describe("subsets", () => {
  test("take an ellipsis for the axes left over", async () => {
    expect(x.subset([ellipsis, 0]).shape).toEqual([2, 3]);
    expect(await values(x.subset([1, ellipsis, slice(1, 3)]))).toEqual([
      [13, 14],
      [17, 18],
      [21, 22],
    ]);
    expect(x.subset([ellipsis]).seed).toBe(x.seed);
    expect(x.subset([0, 1, 2, ellipsis]).shape).toEqual([]);
  });

  test("add axes, which may be subset again, also several times over", async () => {
    const y = x.subset([newAxis, 0, ellipsis, newAxis, 1]);
    expect(y.shape).toEqual([1, 3, 1]);
    expect(await values(y)).toEqual([[[1], [5], [9]]]);
    expect(await values(y.subset([[0, 0], [2], 0]))).toEqual([[9], [9]]);
    expect((await y.subset([[]]).toDense()).shape).toEqual([0, 3, 1]);
    const sparse = wrap(SparseNdarray.fromDense(ndarray([0, 5, 0]))).subset([newAxis, null, newAxis]);
    expect(sparse.isSparse).toBe(true);
    expect((await sparse.subset([[0, 0, 0]]).toSparse()).toDense().toNested()).toEqual(Array(3).fill([[0], [5], [0]]));
  });

  test.each([
    ["two ellipses", [ellipsis, ellipsis], "INVALID_ARGUMENT"],
    ["more entries than axes", [0, 0, ellipsis, 0, 0], "SHAPE_MISMATCH"],
    ["a name without dimnames", ["a"], "INVALID_ARGUMENT"],
  ])("refuse %s", (_, entries, code) => {
    expect(codeOf(() => x.subset(entries as never))).toBe(code);
  });
});

describe("reshape", () => {
  test("adds and drops axes of extent 1", async () => {
    const y = x.subset([[1]]);
    expect(y.reshape([3, 4]).shape).toEqual([3, 4]);
    expect(await values(y.reshape([3, 1, -1, 1]).subset([2, 0, [3, 0], 0]))).toEqual([23, 20]);
    expect(reshape(ndarray([7]), []).shape).toEqual([]);
    expect(await values(wrap(ndarray(7)).reshape([1, 1]))).toEqual([[7]]);
    expect(x.reshape([2, 3, 4]).seed).toBe(x.seed);
    expect(wrap(ndarray([[]])).reshape([0]).shape).toEqual([0]);
  });

  test.each([
    ["another size", [2, 3, 5], "SHAPE_MISMATCH", /24 elements/],
    ["extents that do not divide", [-1, 5], "SHAPE_MISMATCH", /24 elements/],
    ["elements that move", [6, 4], "INVALID_ARGUMENT", /adds and drops axes of extent 1 only.*toDense/],
    ["a fraction", [1.5, 16], "SHAPE_MISMATCH", /cannot reshape/],
  ])("refuses %s", (_, shape, code, message) => {
    expect(codeOf(() => x.reshape(shape))).toBe(code);
    expect(() => x.reshape(shape)).toThrow(message);
  });
});

describe("stack, rbind, cbind", () => {
  const a = ndarray([
    [1, 2],
    [3, 4],
  ]);
  const b = ndarray([
    [5, 6],
    [7, 8],
  ]);

  test.each([
    [0, [a.toNested(), b.toNested()]],
    [
      1,
      [
        [
          [1, 2],
          [5, 6],
        ],
        [
          [3, 4],
          [7, 8],
        ],
      ],
    ],
    [
      -1,
      [
        [
          [1, 5],
          [2, 6],
        ],
        [
          [3, 7],
          [4, 8],
        ],
      ],
    ],
  ])("stack along %i", async (axis, expected) => {
    expect(await values(stack([a, b], axis))).toEqual(expected);
  });

  test("rbind and cbind put matrices below and beside one another, empty ones too", async () => {
    expect(await values(rbind(a, b, ndarray([], [0, 2])))).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ]);
    expect(await values(cbind(a, ndarray([], [2, 0]), b))).toEqual([
      [1, 2, 5, 6],
      [3, 4, 7, 8],
    ]);
  });

  test.each([
    ["different shapes to stack", () => stack([a, ndarray([1, 2])]), "SHAPE_MISMATCH"],
    ["nothing to stack", () => stack([]), "INVALID_ARGUMENT"],
    ["an axis beyond the new one", () => stack([a, b], 3), "INVALID_ARGUMENT"],
    ["vectors for cbind", () => cbind(ndarray([1]), ndarray([2])), "INVALID_ARGUMENT"],
    ["other widths for rbind", () => rbind(a, ndarray([[1, 2, 3]])), "SHAPE_MISMATCH"],
  ])("refuse %s", (_, run, code) => {
    expect(codeOf(run)).toBe(code);
  });
});
