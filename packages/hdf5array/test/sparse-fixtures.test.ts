import { readFile } from "node:fs/promises";
import type { NdArray, SparseNdarray } from "delayedarray";
import { describe, expect, test } from "vitest";
import { decodeArray, fixture } from "../../../tooling/fixtures/read.mjs";
import { Hdf5CompressedSparseMatrix } from "../src/index.js";
import { everything, expected as fixtures } from "./helpers.js";

const cases = fixtures.sparse.map((one) => ({ ...one, title: `${one.file} ${one.group}` }));

/** Indices increase within each fibre, and as many entries are there as the last pointer says. */
function expectCanonical({ indptr, indices, data, shape }: SparseNdarray): void {
  expect(indptr.length).toBe(shape[1]! + 1);
  expect([data.length, indices.length]).toEqual([indptr.at(-1), indptr.at(-1)]);
  for (let fibre = 0; fibre < shape[1]!; fibre++) {
    for (let i = indptr[fibre]! + 1; i < indptr[fibre + 1]!; i++) expect(indices[i]).toBeGreaterThan(indices[i - 1]!);
  }
}

describe("sparse matrices written by SciPy, anndata and as 10x writes them", () => {
  test("there are many", () => {
    expect(cases.length).toBeGreaterThan(60);
  });

  test.each(cases)("$title", async ({ file, group, options, byColumn, shape, array, text }) => {
    const expected = decodeArray(array);
    await using opened = await Hdf5CompressedSparseMatrix.open(fixture("hdf5", file), group, options);
    expect([opened.dtype, opened.shape, opened.byColumn, opened.isSparse]).toEqual([
      expected.dtype,
      shape,
      byColumn,
      true,
    ]);

    const dense: NdArray = await opened.seed.extractDense(everything(opened));
    expect([dense.dtype, dense.shape, dense.offset]).toEqual([expected.dtype, shape, 0]);
    expect(dense.data).toEqual(expected.data);

    const sparse = await opened.seed.extractSparse(everything(opened));
    expectCanonical(sparse);
    expect([sparse.dtype, sparse.shape]).toEqual([expected.dtype, shape]);
    expect(sparse.toDense().data).toEqual(expected.data);
    expect(await opened.format()).toBe(text);
  });

  test.each(cases)("$title, from bytes", async ({ file, group, options, array }) => {
    await using opened = await Hdf5CompressedSparseMatrix.open(await readFile(fixture("hdf5", file)), group, options);
    expect((await opened.seed.extractDense(everything(opened))).data).toEqual(decodeArray(array).data);
  });

  test.each(cases)(
    "$title, what the file states given as well",
    async ({ file, group, options, byColumn, shape, array }) => {
      await using opened = await Hdf5CompressedSparseMatrix.open(fixture("hdf5", file), group, {
        ...options,
        byColumn,
        shape,
      });
      expect((await opened.seed.extractDense(everything(opened))).data).toEqual(decodeArray(array).data);
    },
  );

  test.each(cases)("$title, every row and every column alone", async ({ file, group, options, shape, array }) => {
    const { data } = decodeArray(array);
    await using opened = await Hdf5CompressedSparseMatrix.open(fixture("hdf5", file), group, options);
    const [rows, columns] = shape;
    for (let row = 0; row < rows; row++) {
      const subset = [[row], { start: 0, stop: columns, step: 1 }];
      const expected = data.slice(row * columns, (row + 1) * columns);
      expect((await opened.seed.extractDense(subset)).data).toEqual(expected);
      expect((await opened.seed.extractSparse(subset)).toDense().data).toEqual(expected);
    }
    for (let column = 0; column < columns; column++) {
      const subset = [{ start: 0, stop: rows, step: 1 }, [column]];
      const expected = data.filter((_: unknown, i: number) => i % columns === column);
      expect((await opened.seed.extractDense(subset)).data).toEqual(expected);
      const sparse = await opened.seed.extractSparse(subset);
      expectCanonical(sparse);
      expect(sparse.toDense().data).toEqual(expected);
    }
  });
});

describe("the chunk grid", () => {
  test("is one column of a CSC matrix and one row of a CSR matrix, at 20 times the cost of memory", async () => {
    await using columns = await Hdf5CompressedSparseMatrix.open(fixture("hdf5", "sparse.h5"), "csc/int32", {
      shape: [9, 7],
      byColumn: true,
    });
    expect(columns.chunkGrid().boundaries.map((ticks) => [...ticks])).toEqual([[9], [1, 2, 3, 4, 5, 6, 7]]);
    expect(columns.chunkGrid().cost).toBe(20 * 63);
    await using rows = await Hdf5CompressedSparseMatrix.open(fixture("hdf5", "sparse.h5"), "csr/int32", {
      shape: [9, 7],
      byColumn: false,
    });
    expect(rows.chunkGrid().boundaries.map((ticks) => [...ticks])).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9], [7]]);
  });
});
