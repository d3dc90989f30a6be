import { blocks, extractDenseArray, slice } from "delayedarray";
import { afterAll, describe } from "vitest";
import { fixture } from "../../../tooling/fixtures/read.mjs";
import { asNumpy, gives, refuses } from "../../delayedarray/test/peers/situation.js";
import { Hdf5CompressedSparseMatrix, Hdf5DenseArray } from "../src/index.js";

const file = (name: string) => fixture("hdf5", name);
const h = await Hdf5DenseArray.open(file("ranks.h5"), "contiguous/3x5");
const openSparse = (group: string, shape: readonly number[] = [9, 7], name = "sparse-bad.h5") =>
  Hdf5CompressedSparseMatrix.open(file(name), group, { shape: shape as [number, number], byColumn: true });
const hs = await openSparse("csc/uint16", [9, 7], "sparse.h5");

/** A part of a matrix that is opened for it alone. */
async function partOf(matrix: Promise<Hdf5CompressedSparseMatrix>, rows: number[] | null, columns: number[]) {
  await using opened = await matrix;
  return await opened.subset([rows, columns]).toDense();
}

afterAll(async () => {
  await h.close();
  await hs.close();
});

describe("HDF5 datasets", () => {
  asNumpy("a slice and an integer, HDF5", () => h.subset([slice(0, 2), 1]));
  asNumpy("two integers, HDF5", () => h.subset([1, 2]));
  asNumpy("an integer and a list, HDF5", () => h.subset([0, [1, 2]]));
  asNumpy("two lists, one of one index, HDF5", () => h.subset([[0, 2], [2]]));
  asNumpy("two empty lists, HDF5", async () => (await extractDenseArray(h, [[], []])).shape);
  asNumpy("indices in any order, HDF5", () =>
    extractDenseArray(h, [
      [2, 0],
      [1, 1],
    ]),
  );
  asNumpy("rows one by one, HDF5", () =>
    Promise.all(Array.from({ length: h.length }, (_, row) => h.subset([row]).sum())),
  );
  asNumpy("a dataset without axes", async () => {
    await using scalar = await Hdf5DenseArray.open(file("ranks.h5"), "contiguous/scalar");
    return await scalar.toDense();
  });
  asNumpy("a dtype by name, HDF5", async () => {
    await using cast = await Hdf5DenseArray.open(file("ranks.h5"), "contiguous/3x5", { dtype: "float32" });
    return await cast.sum();
  });
  refuses("a group where a dataset is wanted", "INVALID_ARGUMENT", () =>
    Hdf5DenseArray.open(file("unusual.h5"), "group"),
  );
  gives("blocks for another library, HDF5", "105", async () => {
    let sum = 0;
    for await (const { block } of blocks(h)) for (const value of block.data) sum += Number(value);
    return sum;
  });
});

describe("HDF5 sparse matrices", () => {
  asNumpy("a negative index, HDF5 sparse", () => hs.subset([-1]));
  asNumpy("a negative column, HDF5 sparse", () => hs.subset([null, -1]));
  refuses("a row out of range, HDF5 sparse", "INDEX_OUT_OF_RANGE", () => hs.subset([25]));
  asNumpy("a slice and an integer, HDF5 sparse", () => hs.subset([slice(0, 2), 1]));
  refuses("a row index at the extent", "FILE_INVALID", () => partOf(openSparse("index_at_extent"), null, [3]));
  refuses("a row index at the extent, some rows", "FILE_INVALID", () =>
    partOf(openSparse("index_at_extent"), [1, 6], [3]),
  );
  refuses("a row index at the extent, sum", "FILE_INVALID", async () => {
    await using matrix = await openSparse("index_at_extent");
    return await matrix.sum();
  });
  refuses("a negative row index", "FILE_INVALID", () => partOf(openSparse("index_negative"), null, [3]));
  refuses("a negative row index, some rows", "FILE_INVALID", () => partOf(openSparse("index_negative"), [1, 8], [3]));
  refuses("a shape with too few rows", "FILE_INVALID", () => partOf(openSparse("good", [7, 7]), null, [0]));
  refuses("a shape with too few rows, some rows", "FILE_INVALID", () =>
    partOf(openSparse("good", [7, 7]), [0, 6], [0]),
  );
  refuses("a shape with three axes", "SHAPE_MISMATCH", () => openSparse("good", [9, 7, 1]));
  asNumpy("rows out of order", () => partOf(openSparse("csc/unsorted", [9, 7], "sparse.h5"), [0, 2, 4], [0, 2, 4]));
  asNumpy("repeated rows", async () => {
    await using matrix = await openSparse("csc/duplicates", [9, 7], "sparse.h5");
    return await matrix.subset([null, [0]]).T.toDense();
  });
  asNumpy("repeated rows, one row", () => partOf(openSparse("csc/duplicates", [9, 7], "sparse.h5"), [8], [0]));
  asNumpy("all of HDF5 sparse", () => hs.all());
  asNumpy("neither shape nor layout given", async () => {
    await using matrix = await Hdf5CompressedSparseMatrix.open(file("10x.h5"), "matrix");
    return matrix.shape;
  });
});
