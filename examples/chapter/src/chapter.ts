import { DelayedArrayError, extractSparseArray, log1p, print, slice, wrap } from "delayedarray";
import { countingSeed } from "delayedarray/testing";
import { Hdf5CompressedSparseMatrix, Hdf5DenseArray } from "hdf5array";
import { TileDbArray } from "tiledbarray";
import { fixture, readScaling } from "./files.js";
import { heading, share, step } from "./tell.js";

/** Arrays in HDF5 files and TileDB arrays, opened, printed, transformed and subset. Returns what the tests look at. */
export async function chapter() {
  heading("1. Four small arrays in files");

  step(
    "A dense dataset in an HDF5 file. Opening reads shape and type; printing reads the corners, as far as they are shown.",
    `const arr = await Hdf5DenseArray.open("whee.h5", "yay", { nativeOrder: true });
     await print(arr);`,
  );
  const arr = await Hdf5DenseArray.open(fixture("chapter/whee.h5"), "yay", { nativeOrder: true });
  await print(arr);

  step(
    "Each column divided by its own size factor, and the logarithm of that. Nothing is read until it is printed.",
    `const transformed = log1p(arr.divide(scaling)); // scaling: 50 numbers, along the last axis
     await print(transformed);`,
  );
  const scaling = readScaling();
  const transformed = log1p(arr.divide(scaling));
  await print(transformed);

  step("The same once more, on a seed that counts what is asked of it. Values read by …");
  const reads = await countReads(arr, scaling);

  step("Sizes that do not fit are an error at once, before anything is read.", "arr.divide(new Float64Array(100));");
  const mismatch = await failure(() => arr.divide(new Float64Array(100)));

  step(
    "A sparse matrix in compressed columns (CSC). The file does not state its shape and layout, so we do.",
    `const layout = { shape: [1000, 200], byColumn: true };
     const sparse = await Hdf5CompressedSparseMatrix.open("sparse_whee.h5", "sparse_blah", layout);
     await print(sparse);`,
  );
  const sparsePath = fixture("chapter/sparse_whee.h5");
  const sparse = await Hdf5CompressedSparseMatrix.open(sparsePath, "sparse_blah", {
    shape: [1000, 200],
    byColumn: true,
  });
  await print(sparse);

  step(
    "Its sum, and the sums of its columns: a delayed array becomes numbers here, block by block.",
    `console.log(await sparse.sum());
     await print(await sparse.sum({ axis: 0 }));`,
  );
  const sum = await sparse.sum();
  const columnSums = await sparse.sum({ axis: 0 });
  console.log(sum);
  await print(columnSums);

  step(
    "A shape that the file contradicts is refused.",
    `const layout = { shape: [1000, 100], byColumn: true };
     await Hdf5CompressedSparseMatrix.open("sparse_whee.h5", "sparse_blah", layout);`,
  );
  const contradiction = await failure(() =>
    Hdf5CompressedSparseMatrix.open(sparsePath, "sparse_blah", { shape: [1000, 100], byColumn: true }),
  );

  step(
    "A dense TileDB array …",
    `const dense = await TileDbArray.open("dense.tiledb", { attributeName: "" });
     await print(dense);`,
  );
  const dense = await TileDbArray.open(fixture("chapter/dense.tiledb"), { attributeName: "" });
  await print(dense);

  step(
    "… and a sparse one, of which four values are read.",
    `const tdb = await TileDbArray.open("sparse_array.tiledb", { attributeName: "" });
     await print(tdb);
     const sub = await extractSparseArray(tdb, [slice(0, 2), [2, 3]]);
     await print(sub);`,
  );
  const tdb = await TileDbArray.open(fixture("chapter/sparse_array.tiledb"), { attributeName: "" });
  await print(tdb);
  const sub = await extractSparseArray(tdb, [slice(0, 2), [2, 3]]);
  await print(sub);

  for (const array of [arr, sparse, dense, tdb]) await array.close();
  return { reads, mismatch, sum, columnSums, contradiction, sub };
}

/** Values read by building, printing and summing an array. */
async function countReads(arr: Hdf5DenseArray, scaling: readonly number[]) {
  const seed = countingSeed(arr);
  const transformed = log1p(wrap(seed).divide(scaling));
  const building = seed.counts.elements;
  await transformed.format();
  const printing = seed.counts.elements - building;
  const rowSums = await transformed.sum({ axis: 1 });
  const summing = seed.counts.elements - building - printing;
  console.log(`  … log1p(arr.divide(scaling)):  ${share(building, arr.size)}`);
  console.log(`  … printing it:                 ${share(printing, arr.size)}`);
  console.log(`  … the sums of its rows:        ${share(summing, arr.size)}`);
  return { building, printing, summing, rowSums };
}

/** Runs what must fail, prints the error, and returns it. */
async function failure(run: () => unknown): Promise<DelayedArrayError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof DelayedArrayError) {
      console.log(`  ${error.code}: ${error.message.replace(fixture(""), "")}`);
      return error;
    }
    throw error;
  }
  throw new Error("this should have failed");
}
