import { type DType, NdArray, ndarray } from "delayedarray";
import { checkSeed } from "delayedarray/testing";
import { expect, test } from "vitest";
import { decodeArray, type EncodedArray, fixture, readJson } from "../../../tooling/fixtures/read.mjs";
import { type TileDbArrayOptions, TileDbArraySeed } from "../src/index.js";

interface Case {
  name: string;
  uri: string;
  attributeName: string;
  array: EncodedArray;
  options?: TileDbArrayOptions;
}

const { cases }: { cases: Case[] } = readJson("tiledb", "expected.json");

test.each(cases.map((one) => [one.name, one] as const))(
  "%s passes the exam for seeds",
  async (_, { uri, attributeName, array, options }) => {
    const { data, shape, dtype, mask } = decodeArray(array);
    const open = () => TileDbArraySeed.open<DType>(fixture("tiledb", uri), { ...options, attributeName });
    const report = await checkSeed(open, new NdArray<DType>({ data, shape, dtype, mask }));
    expect(report.requests).toBeGreaterThan(10);
  },
);

interface Meant {
  uri: string;
  attributeName: string;
  shape: number[];
  dtype: DType;
  values: (string | number | boolean)[];
  mask?: number[];
  options?: TileDbArrayOptions;
}

const meant = readJson<{ cases: Meant[] }>("tiledb-texts", "expected.json").cases;

/** Values of JSON as elements of an array. */
function referenceOf({ values, shape, dtype, mask }: Meant): NdArray {
  const flags = mask === undefined ? {} : { mask: Uint8Array.from(mask) };
  if (dtype === "string") return ndarray(values as string[], shape, "string", flags);
  if (dtype === "int64")
    return ndarray(
      BigInt64Array.from(values, (one) => BigInt(one)),
      shape,
      "int64",
      flags,
    );
  const numbers = ndarray(Float64Array.from(values, Number), shape).astype(dtype);
  return ndarray(numbers.data as never, shape, dtype, flags);
}

test.each(
  meant.map((one) => [`${one.attributeName} of ${one.uri} ${JSON.stringify(one.options ?? {})}`, one] as const),
)("%s: texts, labels, dates, logical values pass the exam for seeds", async (_, one) => {
  const { uri, attributeName, options } = one;
  const open = () => TileDbArraySeed.open<DType>(fixture("tiledb-texts", uri), { ...options, attributeName });
  const report = await checkSeed(open, referenceOf(one));
  expect(report.requests).toBeGreaterThan(3);
});
