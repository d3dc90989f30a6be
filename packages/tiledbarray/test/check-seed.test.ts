import { type DType, NdArray } from "delayedarray";
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
