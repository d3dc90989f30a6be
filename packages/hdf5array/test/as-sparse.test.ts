import { log1p, NdArray } from "delayedarray";
import { checkSeed } from "delayedarray/testing";
import { expect, test } from "vitest";
import { decodeArray, fixture } from "../../../tooling/fixtures/read.mjs";
import { Hdf5DenseArray } from "../src/index.js";
import { errorOf, expected } from "./helpers.js";

const cases = expected.dense.filter(
  ({ file, feature }) => feature === undefined && ["layouts.h5", "ranks.h5", "anndata.h5ad"].includes(file),
);

test.each(cases)("$name: sparse and dense requests give the same", async ({ file, dataset, array }) => {
  const reference = new NdArray({ ...decodeArray(array), mask: undefined } as never);
  const open = async () => (await Hdf5DenseArray.open(fixture("hdf5", file), dataset, { asSparse: true })).seed;
  await checkSeed(open, reference);
});

test("it is sparse to operations, blocks and printing", async () => {
  const path = fixture("hdf5", "anndata.h5ad");
  await using dense = await Hdf5DenseArray.open(path, "layers/dense");
  await using sparse = await Hdf5DenseArray.open(path, "layers/dense", { asSparse: true });
  expect([dense.isSparse, sparse.isSparse, log1p(sparse.multiply(2)).isSparse, sparse.add(1).isSparse]).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(String(sparse)).toBe("<8 x 12> sparse Hdf5DenseArray object of type 'float64'");
  const values = await dense.toDense();
  const stored = await sparse.toSparse();
  expect(stored.nnz).toBe((values.data as Float64Array).filter((value) => value !== 0).length);
  expect(stored.toDense().toNested()).toEqual(values.toNested());
  expect((await sparse.T.subset([[3, 1], null]).toSparse()).toDense().toNested()).toEqual(
    (await dense.T.subset([[3, 1], null]).toDense()).toNested(),
  );
  expect(await sparse.sum()).toBe(await dense.sum());
  expect(sparse.seed.recipe().arguments).toMatchObject({ asSparse: true });
  expect(await errorOf(Hdf5DenseArray.open(path, "layers/dense", { asSparse: 1 as never }))).toMatchObject({
    code: "INVALID_ARGUMENT",
  });
});
