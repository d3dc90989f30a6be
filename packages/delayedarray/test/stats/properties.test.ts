import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DType, isBigDType, isFloatDType, type TypedArray } from "../../src/base/dtype.js";
import { all, any, argmax, argmin, count, max, mean, min, prod, sum, variance } from "../../src/stats/statistics.js";
import { NdArray } from "../../src/values/nd-array.js";
import { SparseNdarray } from "../../src/values/sparse-ndarray.js";
import { listOf, OpaqueSeed } from "./support.js";

interface Sample {
  x: NdArray;
  axis: number[] | null;
  chunks: number[];
  bufferSize: number;
  order: number[];
  ddof: number;
}

const dtypes: DType[] = ["bool", "int8", "uint16", "int32", "int64", "uint64", "float32", "float64"];

function elements(dtype: DType, size: number): fc.Arbitrary<TypedArray> {
  const exactly = { minLength: size, maxLength: size };
  if (dtype === "bool") return fc.array(fc.integer({ min: 0, max: 1 }), exactly).map((v) => Uint8Array.from(v));
  if (dtype === "int64")
    return fc
      .array(fc.oneof(fc.constant(0n), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), exactly)
      .map((v) => BigInt64Array.from(v));
  if (dtype === "uint64")
    return fc
      .array(fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })), exactly)
      .map((v) => BigUint64Array.from(v));
  const double = fc.oneof(
    { weight: 1, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  );
  if (dtype === "float64") return fc.array(double, exactly).map((v) => Float64Array.from(v));
  if (dtype === "float32") return fc.array(double, exactly).map((v) => Float32Array.from(v));
  const integers = fc.array(fc.oneof(fc.constant(0), fc.maxSafeInteger()), exactly);
  return integers.map((v) =>
    dtype === "int8" ? Int8Array.from(v) : dtype === "uint16" ? Uint16Array.from(v) : Int32Array.from(v),
  );
}

const samples: fc.Arbitrary<Sample> = fc
  .record({
    shape: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }),
    dtype: fc.constantFrom(...dtypes),
    masked: fc.boolean(),
    axes: fc.option(fc.nat(15)),
    chunks: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 4, maxLength: 4 }),
    bufferSize: fc.integer({ min: 1, max: 1500 }),
    order: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
    ddof: fc.constantFrom(0, 1),
  })
  .chain(({ shape, dtype, masked, axes, chunks, bufferSize, order, ddof }) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const mask = masked
      ? fc.array(fc.integer({ min: 0, max: 1 }), { minLength: size, maxLength: size })
      : fc.constant(undefined);
    return fc.tuple(elements(dtype, size), mask).map(([data, flags]) => ({
      x: new NdArray({ data, shape, dtype, mask: flags === undefined ? undefined : Uint8Array.from(flags) } as never),
      axis: axes === null ? null : shape.map((_, i) => i).filter((i) => (axes >> i) & 1),
      chunks: chunks.slice(0, shape.length),
      bufferSize,
      order: shape.map((_, i) => i).sort((a, b) => order[a]! - order[b]!),
      ddof,
    }));
  });

/** The same array with its axes in another order in memory. */
function reordered(x: NdArray, order: readonly number[]): NdArray {
  const inverse = order.map((_, axis) => order.indexOf(axis));
  return x.transpose(order).contiguous().transpose(inverse);
}

/** Everything at once: each statistic as a list of its values. */
async function statisticsOf(
  x: NdArray | SparseNdarray | OpaqueSeed,
  { axis, bufferSize, ddof }: Sample,
): Promise<unknown[][]> {
  const options = { axis, bufferSize } as { axis: number[] };
  const results: unknown[] = await Promise.all([
    sum(x, options),
    min(x, options),
    max(x, options),
    any(x, options),
    all(x, options),
    count(x, options),
    prod(x, options),
    mean(x, options),
    variance(x, { ...options, ddof }),
  ]);
  return results.map((result) =>
    result instanceof NdArray ? [result.shape, result.dtype, ...listOf(result)] : [result],
  );
}

/** Below this, float64 has not the digits for 1e-12. */
const TINY = 2 ** -1022;

const ascending = (a: number | bigint, b: number | bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** The same by definition, for one cell's values. */
function byDefinition(values: (number | bigint)[], dtype: DType): unknown[] {
  if (values.length === 0) return [null, null, null, null, null, 0, null];
  const total = isBigDType(dtype)
    ? (dtype === "int64" ? BigInt.asIntN : BigInt.asUintN)(
        64,
        values.reduce<bigint>((a, b) => a + (b as bigint), 0n),
      )
    : values.reduce<number>((a, b) => a + (b as number), 0);
  const least = values.toSorted(ascending)[0];
  const most = values.toSorted(ascending).at(-1);
  const truth = (value: unknown): unknown => (dtype === "bool" ? value !== 0 : value);
  return [
    total,
    truth(least),
    truth(most),
    values.some((value) => Number(value) !== 0),
    values.every((value) => Number(value) !== 0),
    values.length,
    product(values, dtype),
  ];
}

/** What a product is, as far as a few lines can say: those of floats are compared with exact ones elsewhere. */
function product(values: (number | bigint)[], dtype: DType): unknown {
  if (isFloatDType(dtype)) return undefined;
  const exact = values.reduce<bigint>((a, b) => a * BigInt(b), 1n);
  if (!isBigDType(dtype)) return Number(exact);
  return (dtype === "int64" ? BigInt.asIntN : BigInt.asUintN)(64, exact);
}

function cellsByDefinition({ x, axis }: Sample): unknown[][] {
  const cells = new Map<string, (number | bigint)[]>();
  const { data, mask } = x;
  const at = new Array<number>(x.ndim).fill(0);
  for (let i = 0; i < x.size; i++) {
    const key = at.filter((_, a) => axis !== null && !axis.includes(a)).join();
    if (!cells.has(key)) cells.set(key, []);
    if (!mask?.[i]) cells.get(key)!.push((data as Float64Array)[i]!);
    for (let a = x.ndim - 1; a >= 0 && ++at[a]! === x.shape[a]; a--) at[a] = 0;
  }
  return [...cells.values()].map((values) => byDefinition(values, x.dtype));
}

function near(a: unknown, b: unknown, scale: number): boolean {
  if (typeof a !== "number" || typeof b !== "number") return JSON.stringify(a, big) === JSON.stringify(b, big);
  return Object.is(a, b) || Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(b), scale);
}

const big = (_: string, value: unknown): unknown => (typeof value === "bigint" ? `${value}n` : value);

describe("statistics", () => {
  it("are those of the definition", async () => {
    await fc.assert(
      fc.asyncProperty(samples, async (sample) => {
        const exact = !isFloatDType(sample.x.dtype);
        const results = await statisticsOf(sample.x, sample);
        const cells = cellsByDefinition(sample);
        const start = sample.axis === null ? 0 : 2;
        for (let statistic = 0; statistic < 7; statistic++) {
          if (statistic === 6 && !exact) continue;
          const actual = results[statistic]!.slice(start);
          const expected = cells.map((cell) => cell[statistic]);
          // What is added up one by one is off by its rounding: 625 terms of at most 1e6.
          const scale = exact ? 0 : sample.x.dtype === "float32" ? 1e12 : 1e9;
          const same =
            actual.length === expected.length &&
            actual.every((value, i) => (exact ? Object.is(value, expected[i]) : near(value, expected[i], scale)));
          expect(same, `${statistic}: ${actual} for ${expected}`).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("do not depend on blocks, chunks, order in memory or sparsity: integers exactly, floats to 1e-12", async () => {
    await fc.assert(
      fc.asyncProperty(samples, async (sample) => {
        const { x, chunks, order } = sample;
        const sparse = SparseNdarray.fromDense(x);
        const reference = await statisticsOf(x, { ...sample, bufferSize: 1e6 });
        for (const other of [
          x,
          reordered(x, order),
          sparse,
          new OpaqueSeed(x, chunks),
          new OpaqueSeed(sparse, chunks),
        ]) {
          const results = await statisticsOf(other, sample);
          results.forEach((result, statistic) => {
            const tolerated = statistic >= 7 || isFloatDType(x.dtype);
            const same =
              result.length === reference[statistic]!.length &&
              result.every((value, i) => near(value, reference[statistic]![i], tolerated ? TINY : 0));
            expect(same, `${statistic}: ${result} for ${reference[statistic]}`).toBe(true);
          });
        }
      }),
      { numRuns: 300 },
    );
  });

  it("argmin and argmax give the first of the least and largest, along an axis or in C order", async () => {
    await fc.assert(
      fc.asyncProperty(samples, fc.nat(), fc.boolean(), async (sample, which, isFew) => {
        const x = isFew ? few(sample.x) : sample.x;
        const axis = x.ndim === 0 || which % (x.ndim + 1) === x.ndim ? null : which % (x.ndim + 1);
        const options = { axis, bufferSize: sample.bufferSize } as { axis: number };
        const sparse = SparseNdarray.fromDense(x);
        for (const [statistic, sign] of [
          [argmin, 1],
          [argmax, -1],
        ] as const) {
          const expected = positionsByDefinition(x, axis, sign);
          for (const form of [
            x,
            reordered(x, sample.order),
            sparse,
            new OpaqueSeed(x, sample.chunks),
            new OpaqueSeed(sparse, sample.chunks),
          ]) {
            const result: unknown = await statistic(form, options);
            expect(result instanceof NdArray ? listOf(result) : [result]).toEqual(expected);
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});

/** An array of the same kind with -1, 0, 1 and NaN where its dtype has them, so that many are equal. */
function few(x: NdArray): NdArray {
  const data = (x.data as Float64Array).map((value, i) => {
    const one = ((Number(value) * 7919 + i) % 4) | 0;
    const kept =
      one === 3 && isFloatDType(x.dtype)
        ? Number.NaN
        : x.dtype === "bool" || x.dtype[0] === "u"
          ? Math.abs(one) % 2
          : one % 2;
    return (isBigDType(x.dtype) ? BigInt(kept) : kept) as number;
  });
  return new NdArray({ data, shape: x.shape, dtype: x.dtype, mask: x.mask } as never);
}

function positionsByDefinition({ data, mask, shape, size }: NdArray, axis: number | null, sign: number): unknown[] {
  const inner = axis === null ? 1 : shape.slice(axis + 1).reduce((product, extent) => product * extent, 1);
  const extent = axis === null ? size : shape[axis]!;
  return Array.from({ length: size / extent }, (_, cell) => {
    let best: number | bigint | null = null;
    let first: number | null = null;
    for (let k = 0; k < extent; k++) {
      const at = (Math.floor(cell / inner) * extent + k) * inner + (cell % inner);
      const value = (data as TypedArray)[at]!;
      if (mask?.[at] || best !== best) continue;
      if (best === null || value !== value || (sign > 0 ? value < best : value > best)) {
        best = value;
        first = k;
      }
    }
    return first;
  });
}
