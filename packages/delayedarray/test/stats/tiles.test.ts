import { describe, expect, it } from "vitest";
import { allocate, type DType, isBigDType, isFloatDType, type TypedArray } from "../../src/base/dtype.js";
import { all, any, argmax, argmin, count, max, mean, min, sum, variance } from "../../src/stats/statistics.js";
import { NdArray } from "../../src/values/nd-array.js";
import { SparseNdarray } from "../../src/values/sparse-ndarray.js";
import { listOf, OpaqueSeed } from "./support.js";

/** Integers of a dtype's range, so that every statistic but var is exact whatever the order; many of them 0. */
function filled(dtype: DType, shape: readonly number[], zeros: number): NdArray {
  const data = allocate(
    dtype,
    shape.reduce((product, extent) => product * extent, 1),
  ) as TypedArray;
  let s = 12345;
  for (let i = 0; i < data.length; i++) {
    s = (Math.imul(1664525, s) + 1013904223) >>> 0;
    const value = (s >>> 8) % 200;
    if ((s >>> 4) % 100 < zeros) continue;
    if (dtype === "bool") data[i] = 1;
    else if (isBigDType(dtype)) data[i] = (BigInt(s) << 31n) - (dtype === "int64" ? 2n ** 61n : 0n);
    else data[i] = dtype.startsWith("u") ? value : value - 100;
  }
  return new NdArray({ data, shape, dtype } as never);
}

function withMask(x: NdArray): NdArray {
  const mask = Uint8Array.from({ length: x.size }, (_, i) => (((i * 7919) % 100003) % 5 === 0 ? 1 : 0));
  return new NdArray({ data: x.data, shape: x.shape, dtype: x.dtype, mask } as never);
}

/** Every statistic of every cell by its definition, in float64 or bigints. */
function byDefinition(x: NdArray, axis: number | null): Record<string, unknown[]> {
  const { data, mask, shape, dtype } = x;
  const inner = axis === null ? 1 : shape.slice(axis + 1).reduce((product, extent) => product * extent, 1);
  const extent = axis === null ? x.size : shape[axis]!;
  const outer = x.size / inner / extent;
  const results: Record<string, unknown[]> = {
    sum: [],
    mean: [],
    var: [],
    min: [],
    max: [],
    argmin: [],
    argmax: [],
    count: [],
    any: [],
    all: [],
  };
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const values: (number | bigint)[] = [];
      const positions: number[] = [];
      for (let k = 0; k < extent; k++) {
        const at = (o * extent + k) * inner + i;
        if (mask?.[at]) continue;
        values.push((data as TypedArray)[at]!);
        positions.push(k);
      }
      let least = values[0]!;
      let most = values[0]!;
      for (const value of values) {
        if (value < least) least = value;
        if (value > most) most = value;
      }
      const n = values.length;
      if (isBigDType(dtype)) {
        let total = 0n;
        let squares = 0n;
        for (const value of values as bigint[]) {
          total += value;
          squares += value * value;
        }
        results.sum!.push(dtype === "int64" ? BigInt.asIntN(64, total) : BigInt.asUintN(64, total));
        results.mean!.push(Number(total) / n);
        results.var!.push(Number(BigInt(n) * squares - total * total) / n ** 2);
      } else {
        // All of these are integers that a float64 holds exactly.
        let total = 0;
        let squares = 0;
        for (const value of values as number[]) {
          total += value;
          squares += value * value;
        }
        results.sum!.push(total);
        results.mean!.push(total / n);
        results.var!.push((n * squares - total * total) / n ** 2);
      }
      results.min!.push(dtype === "bool" ? least === 1 : least);
      results.max!.push(dtype === "bool" ? most === 1 : most);
      results.argmin!.push(positions[values.indexOf(least)]);
      results.argmax!.push(positions[values.indexOf(most)]);
      results.count!.push(n);
      results.any!.push(values.some((value) => Number(value) !== 0));
      results.all!.push(values.every((value) => Number(value) !== 0));
    }
  }
  return results;
}

async function check(x: NdArray, axes: readonly (number | null)[]): Promise<void> {
  const sparse = SparseNdarray.fromDense(x);
  for (const axis of axes) {
    const expected = byDefinition(x, axis);
    for (const [form, source] of [
      ["in memory", x],
      ["first axis fastest", x.transpose().contiguous().transpose()],
      ["read", new OpaqueSeed(x)],
      ["sparse", sparse],
      ["sparse, read", new OpaqueSeed(sparse)],
    ] as const) {
      // A third of the array at a time, in bytes.
      const options = { axis, bufferSize: Math.ceil((x.nbytes * 2) / 3) } as { axis: number };
      const operations = { sum, mean, var: variance, min, max, argmin, argmax, count, any, all } as unknown as Record<
        string,
        (x: unknown, options: unknown) => Promise<unknown>
      >;
      for (const [name, operation] of Object.entries(operations)) {
        const result = await operation(source, options);
        const actual = result instanceof NdArray ? listOf(result) : [result];
        const isRounded = name === "mean" || name === "var" || isFloatDType(x.dtype);
        const wrong = expected[name]!.findIndex((value, i) => {
          if (!isRounded || typeof value !== "number") return !Object.is(actual[i], value);
          return !(Math.abs((actual[i] as number) - value) <= 1e-12 * Math.abs(value));
        });
        expect(
          wrong,
          `${name} over ${axis}, ${form}: got ${String(actual[wrong])}, expected ${String(expected[name]![wrong])}`,
        ).toBe(-1);
        expect(actual.length).toBe(expected[name]!.length);
      }
    }
  }
}

// Extents are chosen to lie on both sides of what kernels take at once: 128 rows, 512 columns, 4096 values, tiles of 32768.
describe.each(["bool", "int8", "uint16", "int32", "int64", "uint64", "float32", "float64"] as DType[])(
  "many tiles of %s",
  (dtype) => {
    const shapes = [[[140, 530]], [[35, 40, 30]]];
    // Long ones take longest to check; these dtypes go the three ways there are.
    if (["int32", "int64", "float64"].includes(dtype)) shapes.push([[2, 33000]], [[33000, 2]]);
    it.each(shapes)("%j", async (shape) => {
      await check(filled(dtype, shape, 10), [null, 0, 1, shape.length - 1]);
    });

    it("with missing entries", async () => {
      await check(withMask(filled(dtype, [130, 600], 10)), [null, 0, 1]);
    });

    it("mostly zeros", async () => {
      await check(filled(dtype, [300, 700], 85), [null, 0, 1]);
    });
  },
);
