import { fromRecipe, seeds, toRecipe } from "delayedarray";
import { expect, test } from "vitest";
import { fixture } from "../../../tooling/fixtures/read.mjs";
import { Hdf5CompressedSparseMatrix, Hdf5DenseArray, type Hdf5DenseArraySeed, hdf5Openers } from "../src/index.js";

const whee = fixture("chapter", "whee.h5");

test("recipes name the file and how it is opened", async () => {
  const dense = await Hdf5DenseArray.open(whee, "yay", { nativeOrder: false, dtype: "float32" });
  const sparse = await Hdf5CompressedSparseMatrix.open(fixture("chapter", "sparse_whee.h5"), "sparse_blah", {
    shape: [1000, 200],
    byColumn: true,
  });
  const x = dense.add(1).subset([[3, 1]]);
  const y = sparse.T.multiply(2);
  for (const built of [x, y]) {
    const again = await fromRecipe(JSON.parse(JSON.stringify(toRecipe(built))), hdf5Openers);
    expect(await again.format()).toBe(await built.format());
    expect(again.isSparse).toBe(built.isSparse);
    for (const seed of seeds(again)) await (seed as Hdf5DenseArraySeed).close();
  }
  const pristine = await fromRecipe(toRecipe(dense), hdf5Openers);
  expect(pristine).toBeInstanceOf(Hdf5DenseArray);
  await Promise.all([(pristine as Hdf5DenseArray).close(), dense.close(), sparse.close()]);
});

test("a file that is gone, or an array from bytes, is an error", async () => {
  const dense = await Hdf5DenseArray.open(whee, "yay");
  const recipe = JSON.parse(JSON.stringify(toRecipe(dense)).replace("whee.h5", "gone.h5"));
  await expect(fromRecipe(recipe, hdf5Openers)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await dense.close();
  const { readFile } = await import("node:fs/promises");
  const bytes = await Hdf5DenseArray.open(await readFile(whee), "yay");
  expect(() => toRecipe(bytes.add(1))).toThrow(/cannot be opened again elsewhere/);
  await bytes.close();
});
