import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { EncodedArray } from "../../../../tooling/fixtures/read.mjs";
import type { DType } from "../../src/base/dtype.js";
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
  type StatisticOptions,
  std,
  sum,
  variance,
} from "../../src/stats/statistics.js";
import { NdArray } from "../../src/values/nd-array.js";
import { decode, decodeOne, difference, forms, listOf } from "./support.js";

type Values = (number | string | boolean | null)[];

interface Expectation {
  axis: number[] | null;
  shape: number[];
  sum: { dtype: DType; values: Values };
  mean: Values;
  var: Values;
  var1: Values;
  prod: { dtype: DType; values: Values };
  count: Values;
  any: Values;
  all: Values;
  min: Values | "error";
  max: Values | "error";
  /** Over no or one axis. */
  argmin?: Values | "error";
  argmax?: Values | "error";
}

interface Case {
  array: EncodedArray;
  expected: Expectation[];
}

/** Exact values and NumPy's shapes, dtypes and masks, written by fixtures/statistics.py. */
const cases = JSON.parse(readFileSync(new URL("fixtures/statistics.json", import.meta.url), "utf8")) as Case[];

const named = cases.map(({ array, expected }) => {
  const masked = array.mask === undefined ? "" : ", masked";
  return [`${array.dtype} <${array.shape.join(" x ")}>${masked}`, array, expected] as const;
});

describe.each(named)("statistics of %s", (_, array, expectations) => {
  const x = decode(array);
  it.each(forms(x))("%s", async (_name, source, bufferSize) => {
    const problems: string[] = [];
    for (const expected of expectations) {
      // The type of the result depends on `axis`, which is not known here.
      const options = { axis: expected.axis, bufferSize } as StatisticOptions;
      const check = async (
        what: string,
        call: Promise<unknown>,
        values: Values | "error",
        dtype: DType,
      ): Promise<void> => {
        const text = `${what} over ${JSON.stringify(expected.axis)}`;
        if (values === "error") {
          await expect(call, text).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
          return;
        }
        const result = await call;
        if (expected.axis !== null) {
          const { shape, dtype: own, isMasked } = result as NdArray;
          expect([result instanceof NdArray, shape, own, isMasked], text).toEqual([
            true,
            expected.shape,
            dtype,
            x.isMasked && what !== "count",
          ]);
        }
        const cells = expected.axis === null ? [result] : listOf(result as NdArray);
        values.forEach((value, i) => {
          const exact = decodeOne(value, dtype);
          const problem = difference(
            cells[i],
            what === "std" && exact !== null ? Math.sqrt(exact as number) : exact,
            1e-15,
            dtype,
          );
          if (problem !== undefined) problems.push(`${text}, cell ${i}: ${problem}`);
        });
      };
      await check("sum", sum(source, options), expected.sum.values, expected.sum.dtype);
      await check("prod", prod(source, options), expected.prod.values, expected.prod.dtype);
      await check("count", count(source, options), expected.count, "float64");
      await check("mean", mean(source, options), expected.mean, "float64");
      await check("var", variance(source, options), expected.var, "float64");
      await check("var ddof 1", variance(source, { ...options, ddof: 1 }), expected.var1, "float64");
      await check("std", std(source, options), expected.var, "float64");
      await check("min", min(source, options), expected.min, x.dtype);
      await check("max", max(source, options), expected.max, x.dtype);
      await check("any", any(source, options), expected.any, "bool");
      await check("all", all(source, options), expected.all, "bool");
      if (expected.argmin === undefined || expected.argmax === undefined) continue;
      const one = { axis: expected.axis === null ? null : expected.axis[0]!, bufferSize } as { axis: number };
      await check("argmin", argmin(source, one), expected.argmin, "float64");
      await check("argmax", argmax(source, one), expected.argmax, "float64");
    }
    expect(problems).toEqual([]);
  });
});
