import { fromRecipe, type NdArray, toRecipe } from "delayedarray";
import { describe, expect, test } from "vitest";
import { fixture, readJson } from "../../../tooling/fixtures/read.mjs";
import { Hdf5DenseArray, hdf5Openers, openHdf5Array } from "../src/index.js";
import { errorOf } from "./helpers.js";

/* NA and logical values as R stores them, and what R reads. */

interface Case {
  name: string;
  type: "logical" | "integer" | "double" | "character";
  dim: number[];
  na: boolean[];
  nan: boolean[];
  values: string[];
}

const file = fixture("r", "missing.h5");
const { cases } = readJson<{ cases: Case[] }>("r", "missing.json");

/** What R has of a case, in R's order. */
function valuesOf({ type, na, nan, values }: Case): (string | number | boolean | null)[] {
  const parse = { logical: (text: string) => text === "true", character: String, integer: Number, double: real }[type];
  return values.map((text, i) => (na[i] ? null : nan[i] ? Number.NaN : parse(text)));
}
const real = (text: string) => (text === "Inf" ? Number.POSITIVE_INFINITY : Number(text));

const flat = (x: NdArray) => (x.toNested() as unknown[]).flat(5);

describe('missing: "R"', () => {
  test.each(cases.map((one) => [one.name, one] as const))("%s is what R reads", async (name, one) => {
    await using x = await Hdf5DenseArray.open(file, name, { nativeOrder: false, missing: "R" });
    expect(x.shape).toEqual(one.dim);
    // In R's order, the first index fastest.
    expect(flat(await x.T.toDense())).toEqual(valuesOf(one));
    const dtypes = {
      logical: "bool",
      integer: name === "bytes" ? "int8" : "int32",
      double: "float64",
      character: "string",
    };
    expect(x.dtype).toBe(dtypes[one.type]);
    expect(x.isMasked).toBe(!["bytes", "word_NA"].includes(name));
  });

  test.each(cases.map(({ name }) => name))("%s without it is what the file has", async (name) => {
    await using x = await Hdf5DenseArray.open(file, name);
    expect(x.isMasked).toBe(false);
    expect((await x.toDense()).mask).toBeUndefined();
  });

  test("values are converted once it is known which are missing", async () => {
    await using x = await Hdf5DenseArray.open(file, "rhdf5_numbers", { missing: "R", dtype: "float32" });
    expect((await x.toDense()).toNested()).toEqual([
      [1, null],
      [3, -5],
      [null, 2 ** 31],
    ]);
    await using flags = await Hdf5DenseArray.open(file, "array_flags", { missing: "R", dtype: "float64" });
    expect(await flags.sum()).toBe(2);
  });

  test("statistics, subsets, views of another shape and recipes know what is missing", async () => {
    await using x = await Hdf5DenseArray.open(file, "array_numbers", { missing: "R", reshape: [2, 3] });
    expect((await x.toDense()).toNested()).toEqual([
      [1, null, 3],
      [-5, null, 2147483647],
    ]);
    expect(await x.mean({ axis: 1 })).toMatchObject({ data: Float64Array.of(2, (2147483647 - 5) / 2) });
    expect((await x.subset([1, [0, 1]]).toDense()).toNested()).toEqual([-5, null]);
    await using again = (await fromRecipe(toRecipe(x), hdf5Openers)) as Hdf5DenseArray;
    expect((await again.subset([0]).toDense()).toNested()).toEqual([1, null, 3]);
  });

  test("openHdf5Array takes it, too", async () => {
    await using x = await openHdf5Array(file, "array_flags", { nativeOrder: false, missing: "R" });
    expect((await x.toDense()).toNested()).toEqual([
      [true, false, false],
      [null, true, null],
    ]);
    await using again = (await fromRecipe(toRecipe(x), hdf5Openers)) as Hdf5DenseArray;
    expect([again.isMasked, again.dtype, again.shape]).toEqual([true, "bool", [2, 3]]);
  });

  test.each([
    [{ missing: "NA" }, /missing: got "NA", expected "R"/],
    [{ missing: null }, /missing: got null, expected "R"/],
    [{ missing: "R", asSparse: true }, /a sparse array has no missing values/],
  ] as const)("%j is refused", async (options, message) => {
    const error = await errorOf(Hdf5DenseArray.open(file, "rhdf5_numbers", options as never));
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.message).toMatch(message);
  });

  test("a sparse matrix has no missing values", async () => {
    const error = await errorOf(openHdf5Array(fixture("formats", "r-tenx.h5"), undefined, { missing: "R" }));
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.message).toContain("is a sparse matrix");
  });
});
