import { beforeAll, describe, expect, test } from "vitest";
import { decodeArray, type EncodedArray, readJson, toNested } from "../../../tooling/fixtures/read.mjs";
import { chapter } from "../src/chapter.js";
import { withOutput } from "./output.js";

/** What h5py, TileDB-Py and NumPy say of the files. */
const expected = readJson("chapter", "expected.json");
const valuesOf = (array: EncodedArray) => Array.from(decodeArray(array).data, Number);

let output: string;
let result: Awaited<ReturnType<typeof chapter>>;
beforeAll(async () => {
  ({ output, result } = await withOutput(chapter));
});

describe("prints what NumPy prints", () => {
  test.each([
    ["the HDF5 dataset", expected.whee.text],
    ["the transformed one", expected.transformed.text],
    ["the sparse HDF5 matrix", expected.sparse_whee.text],
    ["the dense TileDB array", expected.dense_tiledb.text],
    ["the sparse TileDB array", expected.sparse_tiledb.text],
    ["a part of it", expected.sparse_tiledb.sub.text],
  ])("%s", (_, text) => {
    expect(output).toContain(text);
  });
});

test("building reads nothing, printing the values that it shows, a statistic each value once", () => {
  const { building, printing, summing } = result.reads;
  expect({ building, printing, summing }).toEqual({ building: 0, printing: 36, summing: 2000 });
  expect(output).toContain("36 of 2,000 values");
});

test("sums equal those of NumPy", () => {
  closeTo([Number(result.sum)], [expected.sparse_whee.sum]);
  closeTo(Array.from(result.columnSums.data, Number), valuesOf(expected.sparse_whee.columnSums));
  closeTo(Array.from(result.reads.rowSums.data, Number), valuesOf(expected.transformed.rowSums));
});

test("the part of the sparse TileDB array has the values that TileDB-Py reads", () => {
  expect(result.sub.toDense().toNested()).toEqual(toNested(decodeArray(expected.sparse_tiledb.sub.values)));
});

test("errors name both sides", () => {
  expect(result.mismatch.code).toBe("SHAPE_MISMATCH");
  expect(output).toContain("cannot divide <40 x 50> by a vector of length 100: expected 50 (the last axis)");
  expect(result.contradiction.code).toBe("SHAPE_MISMATCH");
  expect(result.contradiction.message).toMatch(/200.*<1000 x 100>/);
});

function closeTo(actual: readonly number[], wanted: readonly number[]): void {
  expect(actual.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) {
    expect(Math.abs((actual[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(1e-12 * Math.abs(value));
  }
}
