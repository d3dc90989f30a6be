import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeValue } from "../../../../tooling/fixtures/read.mjs";
import { allocate, type DType, isBigDType } from "../../src/base/dtype.js";
import { prod } from "../../src/stats/statistics.js";
import { NdArray } from "../../src/values/nd-array.js";
import { ndarray } from "../../src/values/ndarray.js";
import { SparseNdarray } from "../../src/values/sparse-ndarray.js";
import { listOf, OpaqueSeed } from "./support.js";

/** Exact answers, rounded once, written by fixtures/products.py. */
const fixture = JSON.parse(readFileSync(new URL("fixtures/products.json", import.meta.url), "utf8")) as {
  written: { name: string; values: number[]; product: number | string }[];
  described: { seed: number; n: number; offset: number; scale: number; product: number }[];
  integers: { dtype: DType; values: string[]; product: number; wrapped: string }[];
};

const line = (values: ArrayLike<number>): NdArray<"float64"> => ndarray(Float64Array.from(values));

/** The same factors in every arrangement: whole, in blocks, backwards, as columns and rows, sparse. */
async function productsOf(values: ArrayLike<number>): Promise<[string, number[]][]> {
  const n = values.length;
  const x = line(values);
  const twice = line(Float64Array.from({ length: 2 * n }, (_, i) => values[i >> 1]!)).reshape([n, 2]);
  const bufferSize = Math.ceil(n / 7) * 8;
  const chunked = (array: NdArray): OpaqueSeed =>
    new OpaqueSeed(
      array,
      array.shape.map((extent) => Math.ceil(extent / 9)),
    );
  const masked = ndarray(twice.data, [2 * n], "float64", { mask: Uint8Array.from(twice.data, (_, i) => i % 2) });
  const results: [string, unknown][] = [
    ["whole", await prod(x)],
    ["in blocks", await prod(chunked(x), { bufferSize })],
    ["backwards", await prod(line(Array.from(values).reverse()))],
    ["columns", await prod(twice, { axis: 0 })],
    ["columns in blocks", await prod(chunked(twice), { axis: 0, bufferSize })],
    ["rows", await prod(twice.transpose().contiguous(), { axis: 1 })],
    ["among missing entries", await prod(masked)],
    ["sparse", await prod(SparseNdarray.fromDense(x))],
    ["sparse columns", await prod(SparseNdarray.fromDense(twice), { axis: 0 })],
  ];
  return results.map(([name, result]) => [name, (result instanceof NdArray ? listOf(result) : [result]) as number[]]);
}

async function check(values: ArrayLike<number>, exact: number): Promise<void> {
  for (const [name, results] of await productsOf(values)) {
    for (const result of results) {
      const isClose = Object.is(result, exact) || Math.abs(result - exact) <= 4e-16 * Math.abs(exact);
      expect(isClose, `${name}: got ${result}, expected ${exact}`).toBe(true);
    }
  }
}

describe("products are within a rounding of the exact one, in any order", () => {
  it.each(fixture.written.map((one) => [one.name, one] as const))("%s", async (_, { values, product }) => {
    await check(values, decodeValue(product, "float64") as number);
  });

  it.each(fixture.described)(
    "$n factors from $offset to $offset + $scale",
    async ({ seed, n, offset, scale, product }) => {
      const values = new Float64Array(n);
      for (let i = 0, s = seed; i < n; i++, s = (Math.imul(1664525, s) + 1013904223) >>> 0)
        values[i] = offset + scale * (s / 4294967296);
      await check(values, product);
    },
  );

  it.each(fixture.integers)("of $dtype", async ({ dtype, values, product, wrapped }) => {
    const data = allocate(dtype, values.length);
    values.forEach((value, i) => {
      data[i] = isBigDType(dtype) ? BigInt(value) : Number(value);
    });
    const x = new NdArray({ data, shape: [values.length], dtype } as never);
    for (const source of [x, new OpaqueSeed(x, [4]), SparseNdarray.fromDense(x)]) {
      const options = { bufferSize: 40 };
      const float = await prod(source, { ...options, dtype: "float64" });
      expect(Math.abs(float! - product)).toBeLessThanOrEqual(4e-16 * Math.abs(product));
      expect(await prod(source, { ...options, dtype: "uint64" })).toBe(BigInt(wrapped));
      expect(await prod(source, { ...options, dtype: "int8" })).toBe(Number(BigInt.asIntN(8, BigInt(wrapped))));
      if (dtype === "int64") expect(await prod(source, options)).toBe(BigInt.asIntN(64, BigInt(wrapped)));
      else if (dtype === "uint64") expect(await prod(source, options)).toBe(BigInt(wrapped));
      else expect(await prod(source, options)).toBe(float);
    }
  });
});

describe("what is not finite, and zeros", () => {
  it("go the way of IEEE 754, in any order", async () => {
    const { POSITIVE_INFINITY: inf, NEGATIVE_INFINITY: less, NaN: nan } = Number;
    for (const [values, expected] of [
      [[inf, -2, 1e-300], less],
      [[less, less], inf],
      [[inf, 0], nan],
      [[nan, 0], nan],
      [[0, -1], -0],
      [[1e300, 1e300, 0], 0],
      [[1e300, 1e300, less], less],
    ] as const) {
      expect(await prod(line(values)), String(values)).toBe(expected);
      expect(await prod(line(values.toReversed())), String(values)).toBe(expected);
    }
  });

  it("a sparse product is 0 unless every element is stored", async () => {
    const x = ndarray([
      [2, 0, 3],
      [4, 0, 0.5],
    ]);
    const sparse = SparseNdarray.fromDense(x);
    expect(await prod(sparse)).toBe(0);
    expect(listOf(await prod(sparse, { axis: 0 }))).toEqual([8, 0, 1.5]);
    expect(
      listOf(
        await prod(
          SparseNdarray.fromDense(
            ndarray([
              [-1, Number.NaN, Number.POSITIVE_INFINITY],
              [0, 0, 0],
            ]),
          ),
          { axis: 0 },
        ),
      ),
    ).toEqual([-0, Number.NaN, Number.NaN]);
    // Integers have no negative zero.
    expect(await prod(ndarray(Int8Array.of(-1, 0)))).toBe(0);
  });
});
