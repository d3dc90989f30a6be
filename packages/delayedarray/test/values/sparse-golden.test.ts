import { describe, expect, test } from "vitest";
import { SparseNdarray } from "../../src/values/sparse-ndarray.js";
import type { CompressedMatrix } from "../../src/values/sparse-to.js";
import { dense, golden, type Pieces, type Tree, typed } from "./golden.js";

function expectPieces(matrix: CompressedMatrix, { data, indices, indptr, shape }: Pieces): void {
  expect(matrix.data).toEqual(typed(data));
  expect([...matrix.indices]).toEqual(indices);
  expect([...matrix.indptr]).toEqual(indptr);
  expect(matrix.shape).toEqual(shape);
}

describe("as SciPy", () => {
  test.each(golden.compressed)(
    "$layout $given.shape of $given.data.dtype: sorts, adds up, converts",
    ({ layout, given, csc, csr }) => {
      const { dtype } = given.data;
      const input = { ...given, data: typed(given.data) };
      const array =
        layout === "csc" ? SparseNdarray.fromCsc(input, { dtype }) : SparseNdarray.fromCsr(input, { dtype });
      expect(array.dtype).toBe(dtype);
      expectPieces(array.toCsc(), csc);
      expectPieces(array.toCsr(), csr);
    },
  );

  test.each(golden.coordinates)(
    "coordinates $shape of $data.dtype",
    ({ coords, data, shape, nnz, dense: expected }) => {
      const array = SparseNdarray.fromCoo({ coords, data: typed(data), shape }, { dtype: data.dtype });
      expect(array.nnz).toBe(nnz);
      expect(array.toDense().data).toEqual(typed(expected));
    },
  );

  test.each(golden.fromDense)("from a dense array of $dense.dtype", ({ dense: given, csc }) => {
    const array = SparseNdarray.fromDense(dense(given));
    expectPieces(array.toCsc(), csc);
    // SciPy, too, takes -0 for 0.
    expect(array.toDense().data).toEqual(SparseNdarray.fromDense(array.toDense()).toDense().data);
  });
});

test.each(golden.contents)("contents $dense.shape are nested as BiocPy's", ({ dense: given, contents, transposed }) => {
  const plain = (node: unknown): Tree => {
    if (node === null) return null;
    const items = node as unknown[];
    if (ArrayBuffer.isView(items[0])) {
      const [indices, values] = items as [Int32Array, BigInt64Array];
      return { indices: [...indices], values: Array.from(values, Number) };
    }
    return items.map(plain);
  };
  const array = SparseNdarray.fromDense(dense(given));
  expect(plain(array.contents)).toEqual(contents);
  expect(plain(array.T.contents)).toEqual(transposed);
  expect(SparseNdarray.fromContents(array.shape, array.contents).toDense()).toEqual(dense(given));
});

test.each(golden.printed)("$dense.shape of $dense.dtype prints as NumPy's", ({ dense: given, text }) => {
  const array = dense(given);
  expect(array.format()).toBe(text.replace("CLASS", "NdArray"));
  expect(SparseNdarray.fromDense(array).format()).toBe(text.replace("CLASS", "SparseNdarray"));
});
