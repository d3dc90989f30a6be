import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { max, mean, min, std, sum, variance } from "../../src/stats/statistics.js";
import { NdArray } from "../../src/values/nd-array.js";
import { SparseNdarray } from "../../src/values/sparse-ndarray.js";
import { listOf, OpaqueSeed } from "./support.js";

interface Exact {
  sum: number;
  mean: number;
  var: number;
}

/** Exact answers, rounded once, written by fixtures/accuracy.py. */
const fixture = JSON.parse(readFileSync(new URL("fixtures/accuracy.json", import.meta.url), "utf8")) as {
  written: (Exact & { name: string; values: number[] })[];
  described: (Exact & { seed: number; n: number; offset: number; scale: number })[];
  big: { name: string; dtype: "int64" | "uint64"; values: string[]; mean: number; var: number }[];
  rows: { values: number[][]; expected: Exact[] };
  sparse: {
    shape: number[];
    indptr: number[];
    indices: number[];
    data: number[];
    all: Exact;
    columns: Exact[];
    rows: Exact[];
    min: number[];
    max: number[];
  };
};

const TOLERANCE = 1e-12;

function expectWithin(actual: number | null, expected: number, what: string): void {
  const error = Math.abs(actual! - expected);
  expect(error, `${what}: got ${actual}, expected ${expected}`).toBeLessThanOrEqual(TOLERANCE * Math.abs(expected));
}

function float64(values: ArrayLike<number>, shape: readonly number[] = [values.length]): NdArray<"float64"> {
  return new NdArray({ data: Float64Array.from(values), shape, dtype: "float64" });
}

/** The same values, summed along every kind of axis: each gives `copies` times the expected answer, or once. */
function arrangements(
  values: ArrayLike<number>,
): [string, NdArray | OpaqueSeed | SparseNdarray, Record<string, unknown>][] {
  const n = values.length;
  const line = float64(values);
  const twice = (index: (i: number, j: number) => number): NdArray<"float64"> => {
    const data = new Float64Array(2 * n);
    for (let i = 0; i < n; i++) for (let j = 0; j < 2; j++) data[index(i, j)] = values[i]!;
    return new NdArray({ data, shape: index(0, 1) === 1 ? [n, 2] : [2, n], dtype: "float64" });
  };
  const columns = twice((i, j) => 2 * i + j);
  const masked = new NdArray({
    data: Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? values[i / 2]! : 1e30)),
    shape: [2 * n],
    dtype: "float64",
    mask: Uint8Array.from({ length: 2 * n }, (_, i) => i % 2),
  });
  const bytes = Math.ceil(n / 7) * 8;
  return [
    ["whole", line, {}],
    ["in blocks", new OpaqueSeed(line, [Math.ceil(n / 9)]), { bufferSize: bytes }],
    ["columns", columns, { axis: 0 }],
    ["columns in blocks", new OpaqueSeed(columns, [Math.ceil(n / 9), 1]), { axis: 0, bufferSize: bytes }],
    ["rows", twice((i, j) => j * n + i), { axis: 1 }],
    ["among missing entries", masked, {}],
    ["sparse", SparseNdarray.fromDense(line), {}],
    ["sparse columns", SparseNdarray.fromDense(columns), { axis: 0 }],
    ["sparse rows", SparseNdarray.fromDense(columns.transpose()), { axis: 1 }],
  ];
}

async function checkAll(values: ArrayLike<number>, exact: Exact): Promise<void> {
  for (const [arrangement, x, options] of arrangements(values)) {
    const lists = async (call: Promise<unknown>): Promise<number[]> => {
      const result = await call;
      return result instanceof NdArray ? (listOf(result) as number[]) : [result as number];
    };
    for (const one of await lists(sum(x, options))) expectWithin(one, exact.sum, `sum, ${arrangement}`);
    for (const one of await lists(mean(x, options))) expectWithin(one, exact.mean, `mean, ${arrangement}`);
    for (const one of await lists(variance(x, options))) expectWithin(one, exact.var, `var, ${arrangement}`);
    for (const one of await lists(std(x, options))) expectWithin(one, Math.sqrt(exact.var), `std, ${arrangement}`);
  }
}

describe("sums, means and variances are within 1e-12 of the exact value", () => {
  it.each(fixture.written.map((one) => [one.name, one] as const))("%s", async (_, { values, ...exact }) => {
    await checkAll(values, exact);
  });

  it.each(fixture.described)(
    "$n values from $offset to $offset + $scale",
    async ({ seed, n, offset, scale, ...exact }) => {
      const values = new Float64Array(n);
      for (let i = 0, s = seed; i < n; i++, s = (Math.imul(1664525, s) + 1013904223) >>> 0)
        values[i] = offset + scale * (s / 4294967296);
      await checkAll(values, exact);
    },
  );

  it("rows of different magnitudes", async () => {
    const { values, expected } = fixture.rows;
    const x = float64(values.flat(), [values.length, values[0]!.length]);
    for (const [source, axis] of [
      [x, 1],
      [x.transpose().contiguous(), 0],
      [new OpaqueSeed(x, [2, 7]), 1],
    ] as const) {
      const check = async (name: keyof Exact, call: Promise<NdArray>): Promise<void> => {
        (listOf(await call) as number[]).forEach((one, i) => {
          expectWithin(one, expected[i]![name], `${name}, row ${i}`);
        });
      };
      await check("sum", sum(source, { axis, bufferSize: 2 * 14 * 8 }));
      await check("mean", mean(source, { axis, bufferSize: 2 * 14 * 8 }));
      await check("var", variance(source, { axis, bufferSize: 2 * 14 * 8 }));
    }
  });

  it.each(fixture.big.map((one) => [one.name, one] as const))("%s", async (_, { dtype, values, ...exact }) => {
    const data = dtype === "int64" ? BigInt64Array.from(values, BigInt) : BigUint64Array.from(values, BigInt);
    const x = new NdArray({ data, shape: [data.length], dtype } as never) as NdArray<"int64">;
    for (const source of [x, new OpaqueSeed(x, [3]), SparseNdarray.fromDense(x)]) {
      expectWithin(await mean(source, { bufferSize: 48 }), exact.mean, "mean");
      expectWithin(await variance(source, { bufferSize: 48 }), exact.var, "var");
    }
  });

  it("a sparse matrix", async () => {
    const { shape, indptr, indices, data, all, columns, rows } = fixture.sparse;
    const x = SparseNdarray.fromCsc({ shape, indptr, indices, data } as never, { dtype: "float64" });
    for (const source of [x, new OpaqueSeed(x, [13, 7]), x.toDense()]) {
      const options = { bufferSize: 2000 };
      expectWithin(await sum(source, options), all.sum, "sum");
      expectWithin(await variance(source, options), all.var, "var");
      for (const [axis, expected] of [
        [0, columns],
        [1, rows],
      ] as const) {
        const variances = listOf(await variance(source, { ...options, axis })) as number[];
        const means = listOf(await mean(source, { ...options, axis })) as number[];
        expected.forEach((exact, i) => {
          expectWithin(means[i]!, exact.mean, `mean ${i} over axis ${axis}`);
          expectWithin(variances[i]!, exact.var, `var ${i} over axis ${axis}`);
        });
      }
      expect(listOf(await min(source, { ...options, axis: 0 }))).toEqual(fixture.sparse.min);
      expect(listOf(await max(source, { ...options, axis: 0 }))).toEqual(fixture.sparse.max);
    }
  });

  it("the variance of equal values is 0", async () => {
    for (const value of [0.1, 1e300, -1 / 3]) {
      const x = new NdArray({ data: new Float64Array(30000).fill(value), shape: [3000, 10], dtype: "float64" });
      for (const axis of [null, 0, 1]) {
        const result: unknown = await variance(new OpaqueSeed(x, [700, 3]), { axis, bufferSize: 50000 } as {
          axis: number;
        });
        expect(new Set(result instanceof NdArray ? listOf(result) : [result])).toEqual(new Set([0]));
      }
    }
  });

  it("integers add up exactly to 2^53 and to the nearest float64 beyond", async () => {
    const data = new Uint32Array(3_000_000).fill(4294967295);
    const x = new NdArray({ data, shape: [3, 1_000_000], dtype: "uint32" });
    expect(await sum(x)).toBe(Number(3_000_000n * 4294967295n));
    expect(listOf(await sum(x, { axis: 1 }))).toEqual(Array(3).fill(4294967295e6));
    expect(
      await sum(new NdArray({ data, shape: [1_000_000, 3], dtype: "uint32" }).transpose(), { axis: 1 }).then(listOf),
    ).toEqual(Array(3).fill(4294967295e6));
    expect(await mean(x)).toBe(4294967295);
    expect(await variance(x)).toBe(0);
  });
});
