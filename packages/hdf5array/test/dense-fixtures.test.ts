import { readFile } from "node:fs/promises";
import type { NdArray } from "delayedarray";
import { describe, expect, test } from "vitest";
import { decodeArray, fixture, transposed } from "../../../tooling/fixtures/read.mjs";
import { Hdf5DenseArray } from "../src/index.js";
import { everything, expected as fixtures } from "./helpers.js";

const cases = fixtures.dense;

/** What h5wasm cannot read: it must be refused, by the code `UNSUPPORTED_FEATURE`, not answered with other values. */
const REFUSED = new Set(["external", "external link"]);

const readable = cases.filter(({ feature }) => feature === undefined || !REFUSED.has(feature));
const refused = cases.filter(({ feature }) => feature !== undefined && REFUSED.has(feature));

function expectEqual(
  actual: NdArray,
  expected: { dtype: string; shape: readonly number[]; data: ArrayLike<unknown> },
): void {
  expect(actual.dtype).toBe(expected.dtype);
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.data).toEqual(expected.data); // NaN equals NaN, and -0 does not equal 0
  expect(actual.offset).toBe(0);
}

/** All values, straight from the seed. */
async function valuesOf(array: Hdf5DenseArray): Promise<NdArray> {
  return array.seed.extractDense(everything(array), {});
}

describe("datasets written by h5py", () => {
  test("there are many", () => {
    expect(readable.length).toBeGreaterThan(150);
    expect(refused.length).toBeGreaterThan(1);
  });

  test.each(readable)("$name", async ({ file, dataset, array, text, chunks }) => {
    const expected = decodeArray(array);
    await using opened = await Hdf5DenseArray.open(fixture("hdf5", file), dataset);
    expect(opened.dtype).toBe(expected.dtype);
    expect(opened.shape).toEqual(expected.shape);
    expect(opened.seed.chunks).toEqual(chunks ?? null);
    expectEqual(await valuesOf(opened), expected);
    expect(await opened.format()).toBe(text);
  });

  test.each(readable)("$name, in the reverse order of dimensions", async ({ file, dataset, array, chunks }) => {
    const expected = transposed(decodeArray(array));
    await using opened = await Hdf5DenseArray.open(fixture("hdf5", file), dataset, { nativeOrder: false });
    expect(opened.seed.chunks).toEqual(chunks?.toReversed() ?? null);
    expectEqual(await valuesOf(opened), expected);
  });

  test.each(readable)("$name, from bytes", async ({ file, dataset, array }) => {
    const bytes = await readFile(fixture("hdf5", file));
    await using opened = await Hdf5DenseArray.open(bytes, dataset);
    expectEqual(await valuesOf(opened), decodeArray(array));
  });

  test.each(refused)("$name is refused: $feature", async ({ file, dataset }) => {
    const read = async () => {
      await using opened = await Hdf5DenseArray.open(fixture("hdf5", file), dataset);
      return await valuesOf(opened);
    };
    await expect(read()).rejects.toMatchObject({ name: "DelayedArrayError", code: "UNSUPPORTED_FEATURE" });
  });
});

describe("the chunk grid", () => {
  test("follows the chunks", async () => {
    const chunked = cases.filter(({ chunks, feature }) => chunks !== undefined && feature === undefined);
    for (const { file, dataset, chunks } of chunked) {
      await using opened = await Hdf5DenseArray.open(fixture("hdf5", file), dataset);
      const { boundaries, cost } = opened.chunkGrid();
      const { shape } = opened;
      boundaries.forEach((ticks, axis) => {
        const ends: number[] = [];
        for (let end = chunks![axis]!; end < shape[axis]!; end += chunks![axis]!) ends.push(end);
        expect([...ticks]).toEqual(shape[axis] === 0 ? [] : [...ends, shape[axis]]);
      });
      expect(cost).toBe(20 * shape.reduce((size, extent) => size * extent, 1));
    }
  });

  test("is one row where the dataset is stored in one piece", async () => {
    await using opened = await Hdf5DenseArray.open(fixture("hdf5", "dtypes.h5"), "big/float64");
    expect(opened.chunkGrid().boundaries.map((ticks) => [...ticks])).toEqual([[1, 2, 3], [4]]);
    await using reversed = await Hdf5DenseArray.open(fixture("hdf5", "dtypes.h5"), "big/float64", {
      nativeOrder: false,
    });
    expect(reversed.chunkGrid().boundaries.map((ticks) => [...ticks])).toEqual([[4], [1, 2, 3]]);
  });
});
