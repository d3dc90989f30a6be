import { join } from "node:path";
import { type DelayedArray, type SubsetEntry, slice } from "delayedarray";
import { Hdf5CompressedSparseMatrix, Hdf5DenseArray } from "hdf5array";
import { TileDbArray } from "tiledbarray";
import { describe, expect, inject, it } from "vitest";
import { decodeArray, type EncodedArray } from "../fixtures/read.mjs";
import type { LiveCase, LiveSubset } from "./peers.js";

const folder = inject("folder");

function open({ kind, path, name = "", shape = [], byColumn = false }: LiveCase) {
  const file = join(folder, path);
  if (kind === "hdf5 dense") return Hdf5DenseArray.open(file, name);
  if (kind === "hdf5 sparse") return Hdf5CompressedSparseMatrix.open(file, name, { shape, byColumn });
  return TileDbArray.open(file);
}

function entry(one: LiveSubset): SubsetEntry {
  if (one === null) return null;
  if (typeof one === "number") return one;
  if ("slice" in one) return slice(...one.slice);
  return "list" in one ? one.list : one.mask;
}

async function expectValues(array: DelayedArray, encoded: EncodedArray): Promise<void> {
  const expected = decodeArray(encoded);
  const { dtype, shape, data } = await array.toDense();
  expect({ dtype, shape: [...shape] }).toEqual({ dtype: expected.dtype, shape: expected.shape });
  expect(data).toEqual(expected.data);
}

describe("files that h5py and TileDB-Py have just written", () => {
  it.each(inject("cases").map((one) => [one.title, one] as const))("%s", async (_, one) => {
    const array = await open(one);
    try {
      expect(array.isSparse).toBe(one.kind.endsWith("sparse"));
      await expectValues(array, one.values);
      await expectValues(array.subset(one.subset.map(entry)), one.part);
      if (one.mean !== null && one.scale !== null) {
        const mean = await array.mean();
        expect(Math.abs(Number(mean) - one.mean)).toBeLessThanOrEqual(1e-12 * one.scale);
      }
    } finally {
      await array.close();
    }
  });
});
