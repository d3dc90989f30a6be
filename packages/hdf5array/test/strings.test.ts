import { type DType, NdArray, ndarray, slice } from "delayedarray";
import { checkSeed } from "delayedarray/testing";
import { describe, expect, test } from "vitest";
import { decodeArray, type EncodedArray, fixture, readJson } from "../../../tooling/fixtures/read.mjs";
import { Hdf5DenseArray, hdf5Openers } from "../src/index.js";
import { errorOf } from "./helpers.js";

interface Texts {
  readonly dataset: string;
  readonly shape: number[];
  readonly values: string[];
}

interface Fixtures {
  strings: Texts[];
  fields: { dataset: string; field: string; array?: EncodedArray; shape?: number[]; values?: string[] }[];
  compounds: Record<string, string[]>;
  arrays: { dataset: string; array: EncodedArray }[];
}

const { strings, fields, compounds, arrays } = readJson<Fixtures>("hdf5", "strings.json");
const FILE = fixture("hdf5", "strings.h5");

const arrayOf = ({ shape, values }: Pick<Texts, "shape" | "values">) =>
  new NdArray({ data: [...values], shape, dtype: "string" });

describe("datasets of strings are what h5py reads", () => {
  test.each(strings)("$dataset", async ({ dataset, shape, values }) => {
    await using array = await Hdf5DenseArray.open(FILE, dataset);
    expect([array.dtype, array.shape]).toEqual(["string", shape]);
    const expected = arrayOf({ shape, values });
    expect((await array.toDense()).toNested()).toEqual(expected.toNested());
    await using reversed = await Hdf5DenseArray.open(FILE, dataset, { nativeOrder: false });
    expect((await reversed.toDense()).toNested()).toEqual(expected.T.toNested());
    expect(await array.format()).toBe(expected.format().replace("NdArray", "Hdf5DenseArray"));
  });

  test.each(strings)("$dataset answers every kind of request", async ({ dataset, shape, values }) => {
    const report = await checkSeed(
      async () => (await Hdf5DenseArray.open(FILE, dataset)).seed,
      arrayOf({ shape, values }),
    );
    expect(report.requests).toBeGreaterThan(0);
  });

  test("they are compared, combined and subset", async () => {
    await using array = await Hdf5DenseArray.open<"string">(FILE, "variable_chunked");
    expect(await array.equal("barcode-15").sum()).toBe(1);
    expect((await array.subset([slice(2, 4), 1]).toDense()).toNested()).toEqual(["barcode-15", "barcode-22"]);
    expect(await array.T.subset([0]).notEqual("").all()).toBe(true);
    expect(hdf5Openers).toHaveProperty(array.seed.recipe().opener);
  });

  test("numbers are not made of them, nor the other way round", async () => {
    const code = "DTYPE_UNSUPPORTED";
    expect(await errorOf(Hdf5DenseArray.open(FILE, "fixed_full", { dtype: "float64" }))).toMatchObject({ code });
    expect(await errorOf(Hdf5DenseArray.open(FILE, "table", { field: "id", dtype: "string" }))).toMatchObject({ code });
    const sparse = await errorOf(Hdf5DenseArray.open(FILE, "fixed_full", { asSparse: true }));
    expect([sparse.code, sparse.message]).toEqual([code, expect.stringContaining('"/fixed_full" holds strings')]);
  });

  test("an aborted read of strings rejects with the reason", async () => {
    await using array = await Hdf5DenseArray.open(FILE, "variable_chunked");
    const reason = new Error("enough");
    await expect(array.toDense({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

test.each(arrays)("$dataset: an array type gives the axes that h5py gives", async ({ dataset, array }) => {
  const reference = new NdArray({ ...decodeArray(array), mask: undefined } as never);
  await checkSeed(async () => (await Hdf5DenseArray.open(FILE, dataset)).seed, reference);
  await checkSeed(async () => (await Hdf5DenseArray.open(FILE, dataset, { nativeOrder: false })).seed, reference.T);
  const flat = reference.reshape([-1, 3]);
  await checkSeed(async () => (await Hdf5DenseArray.open(FILE, dataset, { reshape: [-1, 3] })).seed, flat);
});

describe("fields of compounds are what h5py reads", () => {
  test.each(fields)("$dataset: $field", async ({ dataset, field, ...expected }) => {
    await using array = await Hdf5DenseArray.open(FILE, dataset, { field });
    const reference =
      expected.array === undefined
        ? arrayOf(expected as Texts)
        : new NdArray({ ...decodeArray(expected.array), mask: undefined } as never);
    expect([array.dtype, array.shape, array.seed.field]).toEqual([reference.dtype, reference.shape, field]);
    expect((await array.toDense()).toNested()).toEqual(reference.toNested());
    await checkSeed(async () => (await Hdf5DenseArray.open(FILE, dataset, { field })).seed, reference);
  });

  test("converted as they are read", async () => {
    const read = async (dtype?: DType) => {
      await using array = await Hdf5DenseArray.open(FILE, "table", { field: "score", dtype });
      return await array.toDense();
    };
    expect((await read("float32")).data).toEqual(Float32Array.from((await read()).data as Float64Array));
  });

  test("without a field the error lists them", async () => {
    for (const [dataset, names] of Object.entries(compounds)) {
      const { code, message } = await errorOf(Hdf5DenseArray.open(FILE, dataset));
      expect(code).toBe("DTYPE_UNSUPPORTED");
      for (const name of names) expect(message).toContain(`"${name}" (`);
      expect(message).toContain(`{ field: "${names[0]}" }`);
    }
    expect((await errorOf(Hdf5DenseArray.open(FILE, "complex"))).message).toContain("complex number");
  });

  test("real and imaginary parts of complex numbers are fields", async () => {
    await using imaginary = await Hdf5DenseArray.open(FILE, "complex", { field: "i" });
    expect((await imaginary.toDense()).data).toEqual(Float32Array.of(2, -4));
  });

  test.each([
    ["nothing", "NOT_FOUND", /no field "nothing": the fields of it are "id" \(32-bit integer\), "score"/],
    ["place/y", "NOT_FOUND", /the fields of its field "place" are "x" \(32-bit float\), "name" \(string of 5 bytes\)/],
    ["id/x", "INVALID_ARGUMENT", /its field "id" is 32-bit integer, which has no fields/],
    [
      "place",
      "DTYPE_UNSUPPORTED",
      /field "place" holds .*: give one of its fields, such as \{ field: "place\/x" \}; there are "x" \(32-bit float\)/,
    ],
    ["", "NOT_FOUND", /no field ""/],
  ])("field %j: %s", async (field, code, message) => {
    const error = await errorOf(Hdf5DenseArray.open(FILE, "table", { field }));
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
    expect(error.message).toContain('"/table"');
  });

  test("a field of what is no compound, or no text", async () => {
    const { code, message } = await errorOf(Hdf5DenseArray.open(FILE, "fixed_full", { field: "a" }));
    expect([code, message]).toEqual(["INVALID_ARGUMENT", expect.stringContaining("it is string of 4 bytes")]);
    expect(await errorOf(Hdf5DenseArray.open(FILE, "table", { field: 1 as never }))).toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });
});

test("a dataset of strings beside plain ones in memory", async () => {
  await using array = await Hdf5DenseArray.open(FILE, "fixed_utf8_null_padded");
  const found = await array.equal(ndarray(["", "a", "x", "β-globin"].concat(new Array(8).fill("")))).toDense();
  expect(Array.from(found.data).slice(0, 4)).toEqual([1, 1, 0, 1]);
});
