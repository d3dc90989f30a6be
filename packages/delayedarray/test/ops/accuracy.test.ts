import { expect, test } from "vitest";
import { decodeArray, type EncodedArray, readJson } from "../../../../tooling/fixtures/read.mjs";
import * as api from "../../src/index.js";
import { sameArray, toNdArray } from "./numpy.js";

interface Case {
  op: string;
  dtype: string;
  inputs: EncodedArray[];
  expected: EncodedArray;
  ulps: number;
}

const { cases }: { cases: Case[] } = readJson("numpy", "accuracy.json");
const functions = api as unknown as Record<string, (...operands: unknown[]) => api.DelayedArray>;

test.each(cases.map((one) => [one.op, one.dtype, one] as const))(
  "%s of %s is within 2 ulp of the correctly rounded value",
  async (op, _, one) => {
    const actual = await functions[op]!(...one.inputs.map(toNdArray)).toDense();
    expect(sameArray(actual, decodeArray(one.expected), one.ulps)).toBeUndefined();
  },
);
