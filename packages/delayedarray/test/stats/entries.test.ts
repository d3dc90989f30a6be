import { describe, expect, it } from "vitest";
import { DelayedArray } from "../../src/array/delayed-array.js";
import { wrap } from "../../src/array/generics.js";
import type { Progress } from "../../src/base/options.js";
import { all, any, argmax, max, mean, min, sum, variance } from "../../src/stats/statistics.js";
import { ndarray } from "../../src/values/ndarray.js";
import { SparseNdarray } from "../../src/values/sparse-ndarray.js";
import { EntrySeed, listOf } from "./support.js";

const dense = ndarray([
  [0, 2, 0, 7],
  [1, 0, 0, -3],
  [0, 0, 0, 4],
]);
const seedOf = (x = dense, size?: number) => new EntrySeed(SparseNdarray.fromDense(x), size);

describe("a statistic of a sparse seed that gives its entries as they come", () => {
  it("reads no blocks", async () => {
    const seed = seedOf();
    expect([await sum(seed), await min(seed), await max(seed), await mean(seed)]).toEqual([11, -3, 7, 11 / 12]);
    // numpy.var([[0, 2, 0, 7], [1, 0, 0, -3], [0, 0, 0, 4]], axis=0)
    const expected = [0.22222222222222224, 0.888888888888889, 0, 17.555555555555554];
    for (const [i, value] of listOf(await variance(seed, { axis: 0 })).entries())
      expect(value).toBeCloseTo(expected[i]!, 14);
    expect(listOf(await sum(seed, { axis: 1 }))).toEqual([9, -2, 4]);
    expect(seed.reads).toBe(0);
    expect(seed.batches).toBe(12);
  });

  it("computes element by element, with operands along any axis, and with axes in another order", async () => {
    const seed = seedOf();
    const x = wrap(seed);
    const scaled = x.divide([1, 2, 3, 4]).multiply(ndarray([[1], [10], [100]]));
    expect(listOf(await sum(scaled, { axis: 0 }))).toEqual([10, 1, 0, 7 / 4 - 30 / 4 + 100]);
    expect(listOf(await sum(scaled.T, { axis: 0 }))).toEqual([1 + 7 / 4, 10 - 30 / 4, 100]);
    expect(listOf(await max(scaled.T.astype("int16").multiply(2), { axis: 1 }))).toEqual([20, 2, 0, 200]);
    expect(await sum(x.multiply(x))).toBe(79);
    const cubes = ndarray(
      Float64Array.from({ length: 24 }, (_, i) => (i % 5 === 0 ? i : 0)),
      [2, 3, 4],
    );
    const turned = wrap(seedOf(cubes)).transpose([2, 0, 1]).subtract(0).multiply([1, 2, 3]);
    expect(listOf(await sum(turned, { axis: [0, 1] }))).toEqual([15, 2 * 5, 3 * (10 + 20)]);
    expect(seed.reads).toBe(0);
  });

  it("leaves out what is missing, and tells where nothing is left", async () => {
    const mask = [
      [0, 1, 0, 0],
      [1, 0, 0, 0],
      [1, 0, 0, 1],
    ];
    const gaps = ndarray(dense.toNested() as number[][], null, "float64", { mask });
    const seed = seedOf(gaps);
    expect(listOf(await sum(seed, { axis: 0 }))).toEqual([0, 0, 0, 4]);
    expect(listOf(await mean(wrap(seed).multiply(2), { axis: 1 }))).toEqual([14 / 3, -2, 0]);
    expect(await min(wrap(seed).negative())).toBe(-7);
    expect(seed.reads).toBe(0);
    const nothing = seedOf(ndarray([[1, 0]], null, "int32", { mask: [[1, 0]] }));
    expect(listOf(await sum(nothing, { axis: 0 }))).toEqual([null, 0]);
  });

  it("reads blocks where entries alone do not tell, or something is selected from the array", async () => {
    const seed = seedOf();
    expect(await argmax(seed)).toBe(3);
    expect(await sum(wrap(seed).subset([[0, 0], null]))).toBe(18);
    expect(await sum(wrap(seed).multiply(wrap(seedOf())))).toBe(79);
    expect(await sum(wrap(seed).add(1))).toBe(23);
    expect(seed.batches).toBe(0);
    expect(seed.reads).toBeGreaterThan(0);
  });

  it("stops once any is known, and when a signal aborts", async () => {
    const ones = ndarray(new Uint8Array(100).fill(1), [100]);
    const seed = seedOf(ones, 10);
    expect(await any(seed)).toBe(true);
    expect(seed.batches).toBe(1);
    expect(await all(seed)).toBe(true);
    expect(seed.batches).toBe(11);
    const reason = new Error("enough");
    const controller = new AbortController();
    const onProgress = ({ done }: Progress): void => {
      if (done === 3) controller.abort(reason);
    };
    await expect(sum(seed, { signal: controller.signal, onProgress })).rejects.toBe(reason);
    expect(seed.batches).toBe(14);
  });

  it("tells how far it has come", async () => {
    const steps: Progress[] = [];
    const x = new DelayedArray(seedOf(ndarray(new Int16Array(100).fill(1), [100]), 10));
    await x.sum({ onProgress: (step) => steps.push(step) });
    expect(steps).toEqual(steps.map((_, i) => ({ done: i + 1, total: 10, bytes: 20 * (i + 1) })));
    expect(steps.length).toBe(10);
  });
});
