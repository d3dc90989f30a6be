import type { NdArray } from "delayedarray";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeArray, type EncodedArray, readJson } from "../../../tooling/fixtures/read.mjs";
import { pbmc } from "../src/pbmc.js";
import { withOutput } from "./output.js";

/** What AnnData, SciPy and NumPy say of the same file: in float32, as the file's values are, and in float64. */
const expected = readJson("pbmc", "expected.json");
const { exact, float32, tolerance } = expected;

let output: string;
let result: Awaited<ReturnType<typeof pbmc>>;
beforeAll(async () => {
  ({ output, result } = await withOutput(pbmc));
});

test("prints the matrix and its transposed normalised form as NumPy does", () => {
  expect(output).toContain(
    `<700 x 765> sparse Hdf5CompressedSparseMatrix object of type 'float32'\n${expected.raw.text}`,
  );
  expect(output).toContain(`<700 x 765> sparse TileDbArray object of type 'float32'\n${expected.raw.text}`);
  expect(output).toContain(`<765 x 700> sparse DelayedArray object of type 'float32'\n${float32.text}`);
});

describe.each(["hdf5", "tiledb"] as const)("from %s", (source) => {
  test("totals per cell", () => {
    closeTo(result[source].totals, float32.totals, tolerance.totals);
    closeTo(result[source].totals, exact.totals, tolerance.totals);
  });

  test("mean and variance per gene", () => {
    closeTo(result[source].mean, float32.mean, tolerance.mean);
    closeTo(result[source].variance, float32.var0, tolerance.var);
    closeTo(result[source].mean, exact.mean, tolerance.mean);
    closeTo(result[source].variance, exact.var0, tolerance.var);
  });
});

test("the ten most variable genes, by name", () => {
  const genes = exact.top.map(({ gene }: { gene: string }) => gene);
  expect(result.top.map(({ gene }) => gene)).toEqual(genes);
  expect(result.top.map(({ index }) => index)).toEqual(exact.top.map(({ index }: { index: number }) => index));
  expect(result.otherTop).toEqual(genes);
  for (const gene of genes) expect(output).toMatch(new RegExp(`^  ${gene} +mean .* variance `, "m"));
});

test("HDF5 and TileDB give the same", () => {
  for (const difference of Object.values(result.differences)) expect(difference).toBeLessThanOrEqual(1e-12);
  expect(output).toContain("the ten genes are the same");
});

function closeTo(actual: NdArray, encoded: EncodedArray, relative: number): void {
  const wanted = Array.from(decodeArray(encoded).data, Number);
  const values = Array.from(actual.data, Number);
  expect(values.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) {
    expect(Math.abs((values[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(relative * Math.abs(value));
  }
}
