import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decodeArray, type EncodedArray, outerPair } from "../../../../tooling/fixtures/read.mjs";
import * as api from "../../src/index.js";
import { difference, type Expectation, sameArray, scalarOf, toNdArray } from "./numpy.js";

type FixtureInput = string | { none?: true; int?: string; float?: string | number; bool?: boolean };
type Case = Expectation & { op: string; inputs: FixtureInput[]; outer?: true };
interface Fixture {
  dtypes: api.DType[];
  arrays: Record<string, EncodedArray>;
  cases: Case[];
  clipDTypes: number[];
  masked: { inputs: EncodedArray[]; result: EncodedArray }[];
  accuracy: { op: string; dtype: string; inputs: EncodedArray[]; result: EncodedArray }[];
}

const fixture: Fixture = JSON.parse(readFileSync(new URL("fixtures/maths.json", import.meta.url), "utf8"));
const functions = api as unknown as Record<string, (...operands: unknown[]) => api.DelayedArray>;

function operandsOf({ inputs, outer }: Case): unknown[] {
  if (outer) {
    const [left, right] = inputs.map((name) => decodeArray(fixture.arrays[name as string]!));
    return outerPair(left as never, right as never).map(toNdArray);
  }
  return inputs.map((one) =>
    typeof one === "string" ? toNdArray(fixture.arrays[one]!) : one.none ? null : scalarOf(one),
  );
}

const names = [...new Set(fixture.cases.map(({ op }) => op))];

describe("values, dtypes and errors are NumPy's", () => {
  test.each(names)("%s", async (op) => {
    const wrong: string[] = [];
    const cases = fixture.cases.filter((one) => one.op === op);
    for (const one of cases) {
      const why = await difference(one, async () => functions[op]!(...operandsOf(one)).toDense());
      if (why !== undefined) wrong.push(`${JSON.stringify({ ...one, result: undefined })}: ${why}`);
    }
    expect(wrong.slice(0, 8), `${wrong.length} of ${cases.length} differ`).toEqual([]);
  });

  test("clip of every three dtypes", () => {
    const one = (dtype: api.DType) => api.ndarray([1], [1], dtype);
    const actual = fixture.dtypes.flatMap((a) =>
      fixture.dtypes.flatMap((b) => fixture.dtypes.map((c) => api.clip(one(a), one(b), one(c)).dtype)),
    );
    expect(actual).toEqual(fixture.clipDTypes.map((i) => fixture.dtypes[i]));
  });
});

test.each(fixture.accuracy.map((one) => [one.op, one.dtype, one] as const))(
  "%s of %s is within 2 ulp of the correctly rounded value",
  async (op, _, one) => {
    const actual = await functions[op]!(...one.inputs.map(toNdArray)).toDense();
    expect(sameArray(actual, decodeArray(one.result), 2)).toBeUndefined();
  },
);

test("where is missing where the condition is, or what it chooses, as numpy.ma.where", async () => {
  for (const { inputs, result } of fixture.masked) {
    const operands = inputs.map(toNdArray);
    const expected = decodeArray(result);
    for (const built of [
      api.where(...(operands as [never, never, never])),
      api.where(...(operands.map(api.wrap) as [never, never, never])),
    ]) {
      const actual = await built.toDense();
      expect(built.isMasked).toBe(operands.some(({ isMasked }) => isMasked));
      if (built.isMasked) expect(sameArray(actual, expected)).toBeUndefined();
      else expect(actual.data).toEqual(expected.data);
    }
  }
});
