import fc from "fast-check";
import { expect, test } from "vitest";
import {
  concatenate,
  type DelayedArray,
  extractDenseArray,
  extractSparseArray,
  type NdArray,
  ndarray,
  type SparseNdarray,
  slice,
  wrap,
} from "../../src/index.js";
import { type Naive, naive, naiveConcatenate, naiveSubset, naiveTranspose, nested } from "../naive.js";
import { anyArray, anyDType, anyEntry, anyShape, anySparse } from "../random-arrays.js";

/** One step on the axes of an array, and the same on the plain model. */
interface Stage {
  readonly x: DelayedArray;
  readonly model: Naive;
}

function anyStep({ x, model }: Stage): fc.Arbitrary<Stage> {
  const subset = fc
    .tuple(...x.shape.map(anyEntry))
    .map((entries) => ({ x: x.subset(entries.map(({ entry }) => entry)), model: naiveSubset(model, entries) }));
  const transpose = fc
    .shuffledSubarray(
      x.shape.map((_, axis) => axis),
      { minLength: x.ndim },
    )
    .map((axes) => ({ x: x.transpose(axes), model: naiveTranspose(model, axes) }));
  if (x.ndim === 0) return fc.oneof(subset, transpose);
  const combine = fc
    .tuple(fc.integer({ min: -x.ndim, max: x.ndim - 1 }), fc.integer({ min: 1, max: 3 }))
    .map(([axis, times]) => ({
      x: concatenate(Array(times).fill(x), axis) as DelayedArray,
      model: naiveConcatenate(Array(times).fill(model), axis < 0 ? axis + x.ndim : axis),
    }));
  return fc.oneof(subset, transpose, combine);
}

function anyStages(x: DelayedArray, model: Naive, depth: number): fc.Arbitrary<Stage> {
  const start: fc.Arbitrary<Stage> = fc.constant({ x, model });
  return Array.from({ length: depth }).reduce<fc.Arbitrary<Stage>>(
    (stage) => stage.chain((s) => (s.x.size > 2000 ? fc.constant(s) : anyStep(s))),
    start,
  );
}

test("subsets, transposes and combines of any depth equal the plain model, dense and sparse", async () => {
  const seeds = fc.oneof(anyArray(), anyArray(anyShape(), anyDType, true), anySparse());
  const trees = fc.tuple(seeds, fc.integer({ min: 1, max: 5 })).chain(([seed, depth]) => {
    const dense = "toDense" in seed ? (seed as SparseNdarray).toDense() : (seed as NdArray);
    return anyStages(wrap(seed), naive(dense), depth);
  });
  await fc.assert(
    fc.asyncProperty(trees, async ({ x, model }) => {
      expect(x.shape).toEqual(model.shape);
      const expected = nested(model);
      const dense = await x.toDense();
      expect(dense.toNested()).toEqual(expected);
      expect(dense.offset).toBe(0);
      expect(dense.data.length).toBe(x.size);
      expect((await x.toSparse()).toDense().toNested()).toEqual(expected);
      expect((await x.toDense({ bufferSize: 64 })).toNested()).toEqual(expected);
    }),
    { numRuns: 600 },
  );
});

test("extraction takes any subset of a seed, a delayed array, or an array in memory", async () => {
  const x = ndarray([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect((await extractDenseArray(x, [1])).toNested()).toEqual([4, 5, 6]);
  expect((await extractDenseArray(wrap(x).T, [slice(null, null, -1), [1, 1]])).toNested()).toEqual([
    [6, 6],
    [5, 5],
    [4, 4],
  ]);
  expect((await extractSparseArray(x, [null, [0, 2]])).toDense().toNested()).toEqual([
    [1, 3],
    [4, 6],
  ]);
});
