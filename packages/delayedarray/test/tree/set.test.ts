import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  DelayedArrayError,
  NdArray,
  type Nested,
  ndarray,
  newAxis,
  SparseNdarray,
  slice,
  type TypedArray,
  wrap,
} from "../../src/index.js";
import { countingSeed } from "../../src/testing/index.js";
import { anyArray, anyDType, anyEntry, anyShape, anySparse, elementOf } from "../random-arrays.js";

const base = ndarray([
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
]);

const cases: [string, Parameters<ReturnType<typeof wrap>["set"]>, Nested<number>][] = [
  [
    "one element",
    [[0, 1], 20],
    [
      [1, 20, 3],
      [4, 5, 6],
      [7, 8, 9],
    ],
  ],
  [
    "a row by a vector",
    [[-1], [10, 20, 30]],
    [
      [1, 2, 3],
      [4, 5, 6],
      [10, 20, 30],
    ],
  ],
  [
    "a column by a scalar",
    [[null, 0], -1],
    [
      [-1, 2, 3],
      [-1, 5, 6],
      [-1, 8, 9],
    ],
  ],
  [
    "an outer product by a matrix",
    [
      [
        [2, 0],
        [0, 2],
      ],
      ndarray([
        [1, 2],
        [3, 4],
      ]),
    ],
    [
      [3, 2, 4],
      [4, 5, 6],
      [1, 8, 2],
    ],
  ],
  [
    "repeated indices: the last counts",
    [[[0, 0, 0]], ndarray([[1], [2], [30]])],
    [
      [30, 30, 30],
      [4, 5, 6],
      [7, 8, 9],
    ],
  ],
  [
    "a reversed slice",
    [
      [slice(null, null, -1), 1],
      [1, 2, 3],
    ],
    [
      [1, 3, 3],
      [4, 2, 6],
      [7, 1, 9],
    ],
  ],
  [
    "a mask",
    [[[true, false, true], slice(1)], 0],
    [
      [1, 0, 0],
      [4, 5, 6],
      [7, 0, 0],
    ],
  ],
  [
    "nothing",
    [[[]], 5],
    [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ],
  ],
  [
    "all of it",
    [[], 5],
    [
      [5, 5, 5],
      [5, 5, 5],
      [5, 5, 5],
    ],
  ],
  [
    "a new axis in the selection",
    [[0, newAxis], ndarray([[7, 8, 9]])],
    [
      [7, 8, 9],
      [4, 5, 6],
      [7, 8, 9],
    ],
  ],
];

test.each(cases)("set replaces %s", async (_, [entries, value], expected) => {
  const y = wrap(base).set(entries, value);
  expect((await y.toDense()).toNested()).toEqual(expected);
  expect((await y.T.subset([[2, 0]]).T.toDense()).toNested()).toEqual(
    (expected as number[][]).map((row) => [row[2], row[0]]),
  );
  expect(base.toNested()).toEqual([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ]);
});

test("values are converted to the array's dtype", async () => {
  const x = wrap(base.astype("int8"));
  expect(x.set([0], 1.9).dtype).toBe("int8");
  expect((await x.set([0], [1.9, -1.9, 300]).subset([0]).toDense()).toNested()).toEqual([1, -1, 127]);
  expect(
    (
      await wrap(base.astype("int64"))
        .set([0, 0], 2n ** 62n)
        .subset([0, 0])
        .toDense()
    ).toNested(),
  ).toBe(2n ** 62n);
  expect((await wrap(base.astype("bool")).set([0], 0).subset([0]).toDense()).toNested()).toEqual([false, false, false]);
});

test("only what is needed is read, of the array and of the value", async () => {
  const [seed, value] = [countingSeed(base), countingSeed(ndarray([[10, 20, 30]]))];
  const y = wrap(seed).set([[1]], wrap(value));
  await y.subset([1]).toDense();
  expect([seed.counts.dense, value.counts.elements]).toEqual([0, 3]);
  await y.subset([[0, 2]]).toDense();
  expect([seed.counts.elements, value.counts.dense]).toEqual([6, 1]);
});

test("replaced entries are missing where the value is, and not where only the array was", async () => {
  const masked = ndarray([1, 2, 3], null, undefined, { mask: [true, true, false] });
  const y = wrap(masked).set([[0, 2]], ndarray([7, 8], null, undefined, { mask: [false, true] }));
  expect((await y.toDense()).toNested()).toEqual([7, null, null]);
});

test("sparse stays sparse for a sparse value", async () => {
  const x = wrap(
    SparseNdarray.fromDense(
      ndarray([
        [0, 1, 0],
        [2, 0, 3],
      ]),
    ),
  );
  const y = x.set([1], wrap(SparseNdarray.fromDense(ndarray([0, 5, 0]))));
  expect(y.isSparse).toBe(true);
  expect((await y.toSparse()).contents).toEqual([null, [Int32Array.of(0, 1), Float64Array.of(1, 5)], null]);
  expect(x.set([1], 1).isSparse).toBe(false);
});

describe("set refuses", () => {
  const x = wrap(base.astype("uint8"));
  test.each([
    ["a value of another shape", () => x.set([0], [1, 2]), "SHAPE_MISMATCH"],
    ["a value of higher rank", () => x.set([0, 0], [1, 2]), "SHAPE_MISMATCH"],
    ["an integer that does not fit", () => x.set([0], 300), "INVALID_ARGUMENT"],
    ["an index out of range", () => x.set([3], 0), "INDEX_OUT_OF_RANGE"],
    ["what is no value", () => x.set([0], { a: 1 } as never), "INVALID_ARGUMENT"],
    ["text among numbers", () => x.set([0], "a"), "DTYPE_UNSUPPORTED"],
  ])("%s", (_, run, code) => {
    let thrown: unknown;
    try {
      run();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(DelayedArrayError);
    expect((thrown as DelayedArrayError).code).toBe(code);
  });

  test("and says what was asked for", () => {
    expect(() => x.set([0], 300)).toThrow("set: 300 does not fit uint8 (0 to 255)");
  });
});

test("any replacement equals one done in memory, dense and sparse, through further subsets", async () => {
  const seeds = fc.oneof(
    anyArray(anyShape(1, 3, 4)),
    anyArray(anyShape(1, 3, 4), anyDType, true),
    anySparse(anyShape(1, 3, 4)),
  );
  const trees = seeds.chain((seed) => {
    const dense = "toDense" in seed ? (seed as SparseNdarray).toDense() : (seed as NdArray);
    return fc
      .tuple(fc.tuple(...dense.shape.map(anyEntry)), fc.tuple(...dense.shape.map(anyEntry)))
      .chain(([entries, later]) => {
        const shape = entries.flatMap(({ drops, indices }) => (drops ? [] : [indices.length]));
        const size = shape.reduce((n, extent) => n * extent, 1);
        return fc.array(elementOf(dense.dtype), { minLength: size, maxLength: size }).map((elements) => ({
          seed,
          dense,
          entries,
          later,
          value: ndarray((dense.dtype === "bool" ? elements.map(Boolean) : elements) as number[], shape, dense.dtype),
        }));
      });
  });
  await fc.assert(
    fc.asyncProperty(trees, async ({ seed, dense, entries, later, value }) => {
      // In memory: a copy in C order, written element by element.
      const copy = new NdArray({
        ...dense.contiguous(),
        data: dense.contiguous().data.slice() as never,
        mask: dense.contiguous().mask?.slice(),
      });
      const visit = (axis: number, at: number, index: number[]): void => {
        if (axis === entries.length) {
          const kept = index.filter((_, k) => !entries[k]!.drops);
          (copy.data as TypedArray)[at] = (value.contiguous().data as TypedArray)[
            kept.reduce((sum, i, k) => sum + i * value.stride[k]!, 0)
          ]!;
          if (copy.mask) copy.mask[at] = 0;
          return;
        }
        for (const [k, i] of entries[axis]!.indices.entries())
          visit(axis + 1, at + i * copy.stride[axis]!, [...index, k]);
      };
      visit(0, 0, []);
      const chosen = later.map(({ entry }) => entry);
      const expected = await wrap(copy).subset(chosen).toDense();
      const sparseValue = "toDense" in seed ? SparseNdarray.fromDense(value) : value;
      const y = wrap(seed)
        .set(
          entries.map(({ entry }) => entry),
          sparseValue,
        )
        .subset(chosen);
      expect((await y.toDense()).toNested()).toEqual(expected.toNested());
      expect((await y.toSparse()).toDense().toNested()).toEqual(expected.toNested());
    }),
    { numRuns: 400 },
  );
});
