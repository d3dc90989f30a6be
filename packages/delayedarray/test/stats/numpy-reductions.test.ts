import { describe, expect, it } from "vitest";
import { type EncodedArray, readJson } from "../../../../tooling/fixtures/read.mjs";
import type { DType } from "../../src/base/dtype.js";
import { all, any, max, mean, min, std, sum, variance } from "../../src/stats/statistics.js";
import { NdArray } from "../../src/values/nd-array.js";
import { SparseNdarray } from "../../src/values/sparse-ndarray.js";
import { decode, decodeOne, EntrySeed, listOf, OpaqueSeed } from "./support.js";

interface Case {
  op: "sum" | "mean" | "var" | "std" | "min" | "max" | "any" | "all";
  input: string;
  axis: number | number[] | null;
  dtype?: DType;
  ddof?: number;
  result?: EncodedArray;
  value?: { dtype: DType; value: number | string | boolean | null };
  error?: string;
  /** How far a float may be off, relative to it. */
  relative?: number;
}

const { inputs, cases } = readJson<{ inputs: Record<string, EncodedArray>; cases: Case[] }>("numpy", "reductions.json");
const operations = { sum, mean, var: variance, std, min, max, any, all };

function isClose(actual: unknown, expected: unknown, relative: number | undefined): boolean {
  if (relative === undefined || typeof actual !== "number" || typeof expected !== "number")
    return Object.is(actual, expected);
  return Object.is(actual, expected) || Math.abs(actual - expected) <= relative * Math.abs(expected);
}

/** Minus zero and zero are equal in NumPy's answers; only the sign of what is read or compared is looked at elsewhere. */
const unsigned = (value: unknown): unknown => (value === 0 ? 0 : value);

const kinds: [string, (x: NdArray) => NdArray | SparseNdarray | OpaqueSeed][] = [
  ["in memory", (x) => x],
  ["read in blocks", (x) => new OpaqueSeed(x)],
  ["sparse", (x) => SparseNdarray.fromDense(x)],
  ["sparse, read in blocks", (x) => new OpaqueSeed(SparseNdarray.fromDense(x))],
  ["sparse, read as entries", (x) => new EntrySeed(SparseNdarray.fromDense(x))],
];

describe.each(kinds)("NumPy's reductions, %s", (_, kind) => {
  it.each(Object.entries(operations))("%s", async (op, operation) => {
    const mine = cases.filter((one) => one.op === op);
    expect(mine.length).toBeGreaterThan(0);
    const problems: string[] = [];
    for (const { input, axis, dtype, ddof, result, value, error, relative } of mine) {
      const source = kind(decode(inputs[input]!));
      const given = Object.fromEntries(
        Object.entries({ axis, dtype, ddof, bufferSize: 100 }).filter(([, one]) => one !== undefined),
      );
      const call = (operation as (x: unknown, options: unknown) => Promise<unknown>)(source, given);
      const text = `${op} of ${input}, ${JSON.stringify(given)}`;
      if (error !== undefined) {
        await expect(call, text).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
        continue;
      }
      const actual = await call;
      const got =
        actual instanceof NdArray
          ? { shape: actual.shape, dtype: actual.dtype, list: listOf(actual) }
          : { list: [actual] };
      const wanted =
        result === undefined
          ? { list: [decodeOne(value!.value, value!.dtype)] }
          : { shape: result.shape, dtype: result.dtype, list: listOf(decode(result)) };
      const same =
        got.list.length === wanted.list.length &&
        JSON.stringify([got.shape, got.dtype]) === JSON.stringify([wanted.shape, wanted.dtype]) &&
        got.list.every((one, i) => isClose(unsigned(one), unsigned(wanted.list[i]), relative));
      if (!same)
        problems.push(
          `${text}: got ${got.shape} ${got.dtype} ${got.list.join()}, expected ${wanted.shape} ${wanted.dtype} ${wanted.list.join()}`,
        );
    }
    expect(problems).toEqual([]);
  });
});
