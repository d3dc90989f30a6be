import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decodeArray, type EncodedArray } from "../../../../tooling/fixtures/read.mjs";
import { fromRecipe, NdArray, power, SparseNdarray, toRecipe, wrap } from "../../src/index.js";
import { difference, type Expectation, sameArray, scalarOf, toNdArray } from "./numpy.js";

type Exponent = EncodedArray | { float: number | string };
interface Fixture {
  bases: Record<string, EncodedArray>;
  cases: (Expectation & { base: string; exponent: Exponent; result: EncodedArray })[];
  shapes: [base: number[], exponent: number[], takesRoot: boolean][];
}

const fixture: Fixture = JSON.parse(readFileSync(new URL("fixtures/powers.json", import.meta.url), "utf8"));
const operand = (given: Exponent) => ("float" in given ? scalarOf(given) : toNdArray(given));

describe("an exponent that is the same for all values gives what NumPy gives: a root, a reciprocal, a square", () => {
  test.each(Object.keys(fixture.bases))("of %s", async (name) => {
    const base = toNdArray(fixture.bases[name]!);
    const wrong: string[] = [];
    for (const one of fixture.cases.filter((each) => each.base === name)) {
      const exponent = operand(one.exponent);
      const ways = [power(base, exponent), wrap(base).power(exponent)];
      if (exponent instanceof NdArray) ways.push(power(base, wrap(exponent)), power(wrap(base), wrap(exponent)));
      ways.push(await fromRecipe(JSON.parse(JSON.stringify(toRecipe(ways[0]!)))));
      for (const [i, way] of ways.entries()) {
        const why = await difference(one, () => way.toDense());
        if (why !== undefined) wrong.push(`way ${i}, ${JSON.stringify({ ...one, result: undefined })}: ${why}`);
      }
    }
    expect(wrong.slice(0, 8), `${wrong.length} differ`).toEqual([]);
  });

  test("whatever the shapes", async () => {
    const wrong: string[] = [];
    for (const [base, exponent, takesRoot] of fixture.shapes) {
      const filled = (shape: number[], value: number) => {
        const data = new Float64Array(shape.reduce((size, extent) => size * extent, 1)).fill(value);
        return new NdArray({ data, shape, dtype: "float64" });
      };
      const { data } = await power(filled(base, Number.NEGATIVE_INFINITY), filled(exponent, 0.5)).toDense();
      if (!data.every((value) => Object.is(value, takesRoot ? Number.NaN : Number.POSITIVE_INFINITY))) {
        wrong.push(`[${base}] to [${exponent}]`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("also of a part, block by block, and of stored entries alone", async () => {
    const base = toNdArray(fixture.bases.float64!);
    const expected = fixture.cases.find((one) => one.base === "float64" && "float" in one.exponent)!.result;
    const x = wrap(base).power(0.5);
    const { data, shape, dtype } = await x.toDense({ bufferSize: 16 });
    expect(sameArray(new NdArray({ data, shape, dtype }), decodeArray(expected))).toBeUndefined();
    expect((await x.subset([[0]]).toDense()).toNested()).toEqual([-0]);
    const sparse = wrap(SparseNdarray.fromDense(base)).power(0.5);
    expect(sparse.isSparse).toBe(true);
    // A sparse array does not keep -0.
    const values = Array.from(decodeArray(expected).data as Float64Array, (value) => value + 0);
    expect((await sparse.toSparse()).toDense().toNested()).toEqual(values);
  });
});
