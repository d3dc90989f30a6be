import { ndarray } from "delayedarray";
import { checkSeed } from "delayedarray/testing";
import { describe, expect, test } from "vitest";
import { decodeArray, type EncodedArray, fixture, transposed } from "../../../tooling/fixtures/read.mjs";
import { Hdf5CompressedSparseMatrixSeed, Hdf5DenseArraySeed } from "../src/index.js";
import { expected } from "./helpers.js";

const dense = expected.dense.filter(
  ({ file, feature }) => feature === undefined && ["ranks.h5", "layouts-latest.h5", "user-block.h5"].includes(file),
);

function memory(encoded: EncodedArray, turn = false) {
  const { data, shape, dtype } = turn ? transposed(decodeArray(encoded)) : decodeArray(encoded);
  return ndarray(data, shape, dtype);
}

describe("the exam for seeds", () => {
  test.each(dense)("$name", async ({ file, dataset, array }) => {
    const path = fixture("hdf5", file);
    const { requests } = await checkSeed(() => Hdf5DenseArraySeed.open(path, dataset), memory(array));
    expect(requests).toBeGreaterThan(0);
    await checkSeed(() => Hdf5DenseArraySeed.open(path, dataset, { nativeOrder: false }), memory(array, true));
  });

  test.each(expected.sparse.map((one) => ({ ...one, title: `${one.file} ${one.group}` })))(
    "$title",
    async ({ file, group, options, array }) => {
      const { requests } = await checkSeed(
        () => Hdf5CompressedSparseMatrixSeed.open(fixture("hdf5", file), group, options),
        memory(array),
      );
      expect(requests).toBeGreaterThan(0);
    },
  );
});
