// The matrices that are written in these tests, and where.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DType, SparseNdarray, type TypedArray } from "delayedarray";
import { allocate, castInto } from "delayedarray/internal";
import { afterEach, beforeEach, expect } from "vitest";
import type { Hdf5CompressedSparseMatrix } from "../../../src/index.js";

/** A folder of its own for each test. */
export let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "write-sparse-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

export const path = (name = "out.h5") => join(folder, name);

/** 3 rows, 4 columns; an explicit zero in row 2, column 0, and an empty column 2. */
export const small = SparseNdarray.fromCsc({
  data: new Float64Array([1, 0, 2.5, -3]),
  indices: new Int32Array([0, 2, 1, 0]),
  indptr: new Float64Array([0, 2, 3, 3, 4]),
  shape: [3, 4],
});

/** Some thousand entries at places that depend on nothing but their number. */
export function scattered(rows: number, columns: number, entries: number, dtype: DType = "float64"): SparseNdarray {
  const places = new Set<number>();
  for (let i = 1; places.size < entries; i++) places.add((i * 2_654_435_761) % (rows * columns));
  const all = [...places];
  const values = Float64Array.from(all, (_, i) => (i % 100) + 1);
  const data = allocate(dtype, all.length) as TypedArray;
  castInto(values, "float64", data, dtype);
  return SparseNdarray.fromCoo(
    {
      coords: [all.map((at) => Math.floor(at / columns)), all.map((at) => at % columns)],
      data,
      shape: [rows, columns],
    },
    { dtype },
  );
}

export async function expectSame(matrix: Hdf5CompressedSparseMatrix, expected: SparseNdarray): Promise<void> {
  expect(matrix.dtype).toBe(expected.dtype);
  const got = (await matrix.toSparse()).toCsc();
  expect(got).toEqual(expected.toCsc());
}
