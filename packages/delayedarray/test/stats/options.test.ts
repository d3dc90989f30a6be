import { describe, expect, expectTypeOf, it } from "vitest";
import { wrap } from "../../src/array/generics.js";
import type { Progress } from "../../src/base/options.js";
import {
  all,
  any,
  argmax,
  argmin,
  count,
  max,
  mean,
  min,
  prod,
  std,
  sum,
  variance,
} from "../../src/stats/statistics.js";
import { NdArray } from "../../src/values/nd-array.js";
import { ndarray } from "../../src/values/ndarray.js";
import { SparseNdarray } from "../../src/values/sparse-ndarray.js";
import { listOf, OpaqueSeed } from "./support.js";

const code = (expected: string) => expect.objectContaining({ name: "DelayedArrayError", code: expected });
const statistics = { sum, prod, mean, variance, std, min, max, argmin, argmax, count, any, all } as unknown as Record<
  string,
  (x: unknown, options?: unknown) => Promise<unknown>
>;
const each = Object.entries(statistics);

const matrix = ndarray([
  [1, 2, 3],
  [4, 5, 6],
]);

describe("axis", () => {
  it("omitted or null gives a value, given an array, of rank 0 when no axis is left", async () => {
    expect(await sum(matrix)).toBe(21);
    expect(await sum(matrix, { axis: null })).toBe(21);
    const whole = await sum(matrix, { axis: [0, 1] });
    expect([whole.shape, whole.get()]).toEqual([[], 21]);
    expect((await sum(matrix, { axis: 0 })).toNested()).toEqual([5, 7, 9]);
    expect((await sum(matrix, { axis: -1 })).toNested()).toEqual([6, 15]);
    expect((await sum(matrix, { axis: [-2] })).toNested()).toEqual([5, 7, 9]);
    expect((await sum(matrix, { axis: [] })).toNested()).toEqual(matrix.toNested());
    expect((await variance(matrix, { axis: [] })).toNested()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect((await any(matrix, { axis: [] })).toNested()).toEqual([
      [true, true, true],
      [true, true, true],
    ]);
  });

  it.each(each)("%s refuses what is not an axis, or an axis named twice", async (_, statistic) => {
    for (const axis of [2, -3, 0.5, Number.NaN, "0", [0, 0], [1, -1], [0, 2], true]) {
      await expect(statistic(matrix, { axis }), String(axis)).rejects.toEqual(code("INVALID_ARGUMENT"));
    }
    await expect(statistic(ndarray(1), { axis: 0 })).rejects.toEqual(code("INVALID_ARGUMENT"));
  });

  it("names the axis that is repeated", async () => {
    await expect(sum(matrix, { axis: [0, -2] })).rejects.toThrow("axis [0, -2] of <2 x 3>: axis 0 is repeated");
  });
});

describe("results", () => {
  it("are numbers, bigints for 64-bit integers, booleans, or null", async () => {
    const wide = ndarray([2n ** 62n, 2n ** 62n, 5n]);
    expect(await sum(wide)).toBe(-(2n ** 63n) + 5n);
    expect([await min(wide), await max(wide)]).toEqual([5n, 2n ** 62n]);
    expect(await sum(ndarray(BigUint64Array.of(2n ** 64n - 1n, 3n)))).toBe(2n);
    expect(await max(ndarray([true, false]))).toBe(true);
    expect([await any(ndarray([0, Number.NaN])), await all(ndarray([1, 0]))]).toEqual([true, false]);
    const gone = ndarray([1, 2], null, "int32", { mask: [1, 1] });
    for (const [name, statistic] of each) expect(await statistic(gone), name).toBe(name === "count" ? 0 : null);
    const partly = ndarray(
      [
        [1, 2],
        [3, 4],
      ],
      null,
      "float64",
      {
        mask: [
          [1, 0],
          [1, 1],
        ],
      },
    );
    expect((await sum(partly, { axis: 1 })).toNested()).toEqual([2, null]);
    expect((await min(partly, { axis: 0 })).toNested()).toEqual([null, 2]);
    expect((await argmax(partly, { axis: 0 })).toNested()).toEqual([null, 0]);
    const counted = await count(partly, { axis: 0 });
    expect([counted.toNested(), counted.isMasked]).toEqual([[0, 1], false]);
  });

  it("have types", () => {
    expectTypeOf(sum(matrix)).resolves.toEqualTypeOf<number | bigint | null>();
    const f64 = ndarray(Float64Array.of(1));
    const i64 = ndarray(BigInt64Array.of(1n));
    const u8 = ndarray(Uint8Array.of(1));
    expectTypeOf(sum(f64)).resolves.toEqualTypeOf<number | null>();
    expectTypeOf(sum(i64)).resolves.toEqualTypeOf<bigint | null>();
    expectTypeOf(sum(u8, { axis: 0 })).resolves.toEqualTypeOf<NdArray<"float64">>();
    expectTypeOf(sum(u8, { dtype: "int64" })).resolves.toEqualTypeOf<bigint | null>();
    expectTypeOf(sum(u8, { axis: [0], dtype: "bool" })).resolves.toEqualTypeOf<NdArray<"bool">>();
    expectTypeOf(mean(i64)).resolves.toEqualTypeOf<number | null>();
    expectTypeOf(mean(i64, { axis: 0 })).resolves.toEqualTypeOf<NdArray<"float64">>();
    expectTypeOf(variance(i64, { axis: 0, dtype: "float32" })).resolves.toEqualTypeOf<NdArray<"float32">>();
    expectTypeOf(min(i64)).resolves.toEqualTypeOf<bigint | null>();
    expectTypeOf(max(u8, { axis: 0, onProgress: ({ done }) => done })).resolves.toEqualTypeOf<NdArray<"uint8">>();
    expectTypeOf(prod(i64)).resolves.toEqualTypeOf<bigint | null>();
    expectTypeOf(prod(u8, { axis: 0, dtype: "uint8" })).resolves.toEqualTypeOf<NdArray<"uint8">>();
    expectTypeOf(argmin(i64)).resolves.toEqualTypeOf<number | null>();
    expectTypeOf(argmax(i64, { axis: [0] })).resolves.toEqualTypeOf<NdArray<"float64">>();
    expectTypeOf(count(i64)).resolves.toEqualTypeOf<number>();
    expectTypeOf(count(i64, { axis: [] })).resolves.toEqualTypeOf<NdArray<"float64">>();
    // @ts-expect-error: one axis at most
    void argmin(matrix, { axis: [0, 1] }).catch(() => {});
    expectTypeOf(any(u8)).resolves.toEqualTypeOf<boolean | null>();
    expectTypeOf(all(u8, { axis: 0 })).resolves.toEqualTypeOf<NdArray<"bool">>();
  });

  it("do not depend on what a caller does to the array afterwards, nor change it", async () => {
    const data = BigInt64Array.of(1n, 2n, 3n, 4n);
    const x = new NdArray({ data, shape: [2, 2], dtype: "int64" });
    for (const [, statistic] of each) await statistic(x, { axis: 0 });
    expect([...data]).toEqual([1n, 2n, 3n, 4n]);
    const elementwise = await min(x, { axis: [] });
    data[0] = 9n;
    expect(elementwise.get(0, 0)).toBe(1n);
  });
});

describe("methods", () => {
  it("of delayed arrays are the same as the functions", async () => {
    const x = wrap(matrix).multiply(2);
    for (const [name, statistic] of each) {
      const method = (x as unknown as Record<string, (options?: unknown) => Promise<unknown>>)[
        name === "variance" ? "var" : name
      ]!;
      expect(await method.call(x), name).toEqual(await statistic(x));
      const along = (await method.call(x, { axis: 1 })) as NdArray;
      expect(along.toNested(), name).toEqual(((await statistic(x, { axis: 1 })) as NdArray).toNested());
    }
    expect([await x.prod(), await x.argmin(), await x.argmax(), await x.count()]).toEqual([46080, 0, 5, 6]);
  });
});

describe("of nothing", () => {
  it("is 0, 1, NaN, false, true, and an error for extremes where there are results", async () => {
    const empty = ndarray(new Float64Array(0), [0, 3]);
    expect([
      await sum(empty),
      await prod(empty),
      await count(empty),
      await mean(empty),
      await variance(empty),
      await std(empty),
      await any(empty),
      await all(empty),
    ]).toEqual([0, 1, 0, Number.NaN, Number.NaN, Number.NaN, false, true]);
    await expect(min(empty)).rejects.toThrow("min of <0 x 3>: there are no elements, and of none there is no min");
    await expect(max(empty, { axis: 0 })).rejects.toThrow(
      "max of <0 x 3> over axis 0: there are no elements, and of none there is no max",
    );
    expect((await max(empty, { axis: 1 })).shape).toEqual([0]);
    await expect(argmin(empty)).rejects.toThrow(
      "argmin of <0 x 3>: there are no elements, and of none there is no argmin",
    );
    await expect(argmax(empty, { axis: 0 })).rejects.toEqual(code("INVALID_ARGUMENT"));
    expect((await argmax(empty, { axis: 1 })).shape).toEqual([0]);
    // There are no results either, and yet NumPy refuses.
    const square = ndarray(new Float64Array(0), [0, 0]);
    for (const name of ["min", "max", "argmin", "argmax"])
      await expect(statistics[name]!(square, { axis: 0 }), name).rejects.toEqual(code("INVALID_ARGUMENT"));
    expect((await sum(empty, { axis: 0 })).toNested()).toEqual([0, 0, 0]);
  });
});

describe("dtype", () => {
  it("of a sum: integers wrap around, floats are converted first, bool means any", async () => {
    const x = ndarray(Uint8Array.of(200, 100, 1));
    expect(await sum(x)).toBe(301);
    expect(await sum(x, { dtype: "uint8" })).toBe(45);
    expect(await sum(x, { dtype: "int8" })).toBe(45);
    expect(await sum(x, { dtype: "int64" })).toBe(301n);
    expect(await sum(x, { dtype: "bool" })).toBe(true);
    const floats = ndarray([1.5, 2.5, -0.5]);
    expect(await sum(floats, { dtype: "int32" })).toBe(3);
    expect(await sum(floats, { dtype: "uint64" })).toBe(3n);
    expect(await sum(SparseNdarray.fromDense(floats), { dtype: "int32" })).toBe(3);
    expect(await sum(new OpaqueSeed(SparseNdarray.fromDense(floats)), { dtype: "int32", bufferSize: 1 })).toBe(3);
    // 1 and -1 are not 0, although their sum is.
    expect(await sum(ndarray([1, -1]), { dtype: "bool" })).toBe(true);
    expect((await sum(ndarray([2n ** 63n - 1n, 1n]), { dtype: "float64", axis: 0 })).get()).toBe(2 ** 63);
  });

  it("of a product: the same", async () => {
    const x = ndarray(Uint8Array.of(200, 100, 3));
    expect(await prod(x)).toBe(60000);
    expect(await prod(x, { dtype: "uint8" })).toBe(60000 % 256);
    expect(await prod(x, { dtype: "int8" })).toBe(96);
    expect(await prod(x, { dtype: "int64" })).toBe(60000n);
    expect([await prod(x, { dtype: "bool" }), await prod(ndarray([1, 0]), { dtype: "bool" })]).toEqual([true, false]);
    expect(await prod(ndarray(Int8Array.of(-128, -128, -1)), { dtype: "int16" })).toBe(-16384);
    expect(await prod(ndarray([1.5, -2.5, 3.9]), { dtype: "int32" })).toBe(-6);
    expect(await prod(SparseNdarray.fromDense(ndarray([1.5, -2.5])), { dtype: "uint64" })).toBe(0n);
    const wide = ndarray([2n ** 62n + 1n, -5n, 2n ** 40n - 1n]);
    const exact = (2n ** 62n + 1n) * -5n * (2n ** 40n - 1n);
    expect(await prod(wide)).toBe(BigInt.asIntN(64, exact));
    expect(await prod(wide, { dtype: "float64" })).toBe(Number(exact));
    expect(await prod(wide, { dtype: "int32" })).toBe(Number(BigInt.asIntN(32, exact)));
    expect(await prod(wide.astype("uint64"))).toBe(BigInt.asUintN(64, exact));
    expect(await prod(ndarray([1 / 3, 3]), { dtype: "float32" })).toBe(1);
  });

  it("of mean, var and std: float32 or float64, rounded at the end", async () => {
    const x = ndarray([1, 2, 4]);
    expect(await mean(x, { dtype: "float32" })).toBe(Math.fround(7 / 3));
    expect((await std(x, { dtype: "float32", axis: 0 })).dtype).toBe("float32");
    for (const statistic of [mean, variance, std]) {
      await expect(statistic(x, { dtype: "int32" as never })).rejects.toEqual(code("DTYPE_UNSUPPORTED"));
    }
    await expect(sum(x, { dtype: "complex64" as never })).rejects.toEqual(code("DTYPE_UNSUPPORTED"));
  });

  it("and ddof are refused where they would be ignored", async () => {
    for (const name of ["min", "max", "argmin", "argmax", "count", "any", "all"])
      await expect(statistics[name]!(matrix, { dtype: "float32" })).rejects.toThrow(
        `${name}: there is no option dtype`,
      );
    for (const name of ["sum", "prod", "mean", "min", "max", "argmin", "argmax", "count", "any", "all"])
      await expect(statistics[name]!(matrix, { ddof: 1 })).rejects.toEqual(code("INVALID_ARGUMENT"));
  });
});

describe("ddof", () => {
  it("is taken from the divisor, as in NumPy", async () => {
    const x = ndarray([1, 2]);
    expect([
      await variance(x),
      await variance(x, { ddof: 1 }),
      await variance(x, { ddof: 0.5 }),
      await variance(x, { ddof: -2 }),
    ]).toEqual([0.25, 0.5, 0.5 / 1.5, 0.125]);
    expect([
      await variance(x, { ddof: 2 }),
      await variance(x, { ddof: 3 }),
      await variance(ndarray([1, 1]), { ddof: 2 }),
    ]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN]);
    const masked = ndarray([1, 2, 3], null, "float64", { mask: [0, 0, 1] });
    expect([await variance(masked, { ddof: 1 }), await variance(masked, { ddof: 2 })]).toEqual([0.5, null]);
    for (const ddof of [Number.NaN, Number.POSITIVE_INFINITY, "1"])
      await expect(variance(x, { ddof: ddof as number })).rejects.toEqual(code("INVALID_ARGUMENT"));
  });
});

describe("reading", () => {
  const big = new NdArray({ data: new Int32Array(1000).map((_, i) => i), shape: [10, 100], dtype: "int32" });

  const gappy = new NdArray({
    data: big.data,
    shape: [10, 100],
    dtype: "int32",
    mask: new Uint8Array(1000).fill(1, 990),
  });

  it.each(each)("%s never throws, but rejects", async (_, statistic) => {
    for (const bad of [undefined, null, 5, "x", {}, [1]]) {
      const call = statistic(bad);
      expect(call).toBeInstanceOf(Promise);
      await expect(call).rejects.toEqual(code("INVALID_ARGUMENT"));
    }
    await expect(statistic(matrix, { bufferSize: 0 })).rejects.toEqual(code("INVALID_ARGUMENT"));
  });

  it.each(each)("%s rejects with the reason of the signal", async (_, statistic) => {
    const reason = new Error("enough");
    await expect(statistic(big, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(statistic(new OpaqueSeed(big), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const positive = new OpaqueSeed(ndarray(new Int32Array(1000).fill(1), [10, 100]));
    // `any` is known after the first block, `count` before: they are given zeros, and something that is missing.
    const zeros = new OpaqueSeed(ndarray(new Int32Array(1000), [10, 100]));
    const seed =
      statistic === statistics.any ? zeros : statistic === statistics.count ? new OpaqueSeed(gappy) : positive;
    const onProgress = ({ done }: Progress): void => {
      if (done === 2) controller.abort(reason);
    };
    await expect(statistic(seed, { bufferSize: 800, signal: controller.signal, onProgress })).rejects.toBe(reason);
    expect(seed.reads).toBeLessThanOrEqual(4);
  });

  it.each(each)("%s tells how far it has come, whether blocks are read or in memory", async (name, statistic) => {
    // What is known before the end is given what leaves it open.
    const x = name === "count" ? gappy : name === "any" ? ndarray(new Int32Array(1000), [10, 100]) : big;
    const open = name === "all" ? ndarray(new Int32Array(1000).fill(1), [10, 100]) : x;
    const sparse = SparseNdarray.fromDense(open);
    const forms = [open, new OpaqueSeed(open, [1, 100]), sparse, new OpaqueSeed(sparse)];
    // The zeros that are not stored are counted at the end.
    for (const form of name === "all" ? forms.slice(0, 2) : forms) {
      const steps: Progress[] = [];
      await statistic(form, { bufferSize: open.nbytes / 5, onProgress: (step: Progress) => steps.push(step) });
      expect(steps.length).toBeGreaterThan(4);
      expect(steps.map((step) => step.done)).toEqual(steps.map((_, i) => i + 1));
      expect(new Set(steps.map((step) => step.total))).toEqual(new Set([steps.length]));
      expect(steps.at(-1)!.bytes).toBe(open.nbytes);
    }
  });

  it("keeps to the buffer", async () => {
    const seed = new OpaqueSeed(big, [1, 100]);
    await sum(seed, { bufferSize: 800 });
    expect(seed.reads).toBe(10);
    const whole = new OpaqueSeed(big, [1, 100]);
    await sum(whole);
    expect(whole.reads).toBe(1);
  });

  it("stops once any and all are known", async () => {
    const seed = new OpaqueSeed(ndarray(new Uint8Array(1000).fill(1), [1000]), [10]);
    expect(await any(seed, { bufferSize: 20 })).toBe(true);
    expect(seed.reads).toBeLessThanOrEqual(2);
    const zeros = new OpaqueSeed(ndarray(new Uint8Array(1000), [10, 100]), [10, 1]);
    expect(listOf(await all(zeros, { axis: 1, bufferSize: 20 }))).toEqual(Array(10).fill(false));
    expect(zeros.reads).toBeLessThanOrEqual(3);
  });

  it("all() over a sparse array sees the zeros that are not stored", async () => {
    const sparse = SparseNdarray.fromDense(
      ndarray([
        [1, 2],
        [3, 0],
      ]),
    );
    expect(await all(sparse)).toBe(false);
    expect(listOf(await all(sparse, { axis: 0 }))).toEqual([true, false]);
    expect(listOf(await min(sparse, { axis: 1 }))).toEqual([1, 0]);
    expect(await max(SparseNdarray.fromDense(ndarray([-1, 0])))).toBe(0);
  });

  it("counts without reading where nothing can be missing", async () => {
    const seed = new OpaqueSeed(big);
    expect(await count(seed)).toBe(1000);
    expect(listOf(await count(seed, { axis: 1 }))).toEqual(Array(10).fill(100));
    expect(seed.reads).toBe(0);
    const masked = new OpaqueSeed(gappy);
    expect(await count(masked, { bufferSize: 800 })).toBe(990);
    expect(listOf(await count(masked, { axis: 1 }))).toEqual([...Array(9).fill(100), 90]);
    expect(masked.reads).toBeGreaterThan(4);
  });

  it("refuses results that no array could hold", async () => {
    const huge = { ...shapeOnly([2 ** 20, 2 ** 20]) };
    await expect(sum(huge as never, { axis: [] })).rejects.toEqual(code("LIMIT_EXCEEDED"));
  });
});

function shapeOnly(shape: readonly number[]): object {
  return {
    shape,
    dtype: "float64",
    isSparse: false,
    isMasked: false,
    chunkGrid: () => undefined,
    extractDense: () => undefined,
  };
}
