import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { ndarray } from "../../src/values/ndarray.js";
import { SparseNdarray } from "../../src/values/sparse-ndarray.js";
import { sparseArrays } from "./arbitrary.js";
import { expectError } from "./errors.js";

/** 3 x 2: column 0 has rows 0 and 2, column 1 row 1. */
const csc = { data: [1, 2, 3], indices: [0, 2, 1], indptr: [0, 2, 3], shape: [3, 2] };
const csr = { data: [1, 3, 2], indices: [0, 1, 0], indptr: [0, 1, 2, 3], shape: [3, 2] };
const coo = {
  coords: [
    [0, 2, 1],
    [0, 0, 1],
  ],
  data: [1, 2, 3],
  shape: [3, 2],
};
const contents = [
  [
    [0, 2],
    [1, 2],
  ],
  [[1], [3]],
] as const;

describe("stored entries one by one", () => {
  test("the first axis fastest", () => {
    expect(Array.from(SparseNdarray.fromCsc(csc).nonZeros())).toEqual([
      { index: [0, 0], value: 1 },
      { index: [2, 0], value: 2 },
      { index: [1, 1], value: 3 },
    ]);
  });

  test("zeros that are stored are among them, and missing ones are null", () => {
    const array = SparseNdarray.fromCsc({ ...csc, data: [0n, 2n, 3n], mask: [false, true, false] });
    expect(Array.from(array.nonZeros(), ({ value }) => value)).toEqual([0n, null, 3n]);
    const bool = SparseNdarray.fromCsc({ ...csc, data: [true, false, true] });
    expect(Array.from(bool.nonZeros(), ({ value }) => value)).toEqual([true, false, true]);
    for (const { value } of bool.nonZeros()) expectTypeOf(value).toEqualTypeOf<boolean | null>();
  });

  test("of no, one and three axes, and of nothing", () => {
    const entries = (array: SparseNdarray) => Array.from(array.nonZeros());
    expect(entries(SparseNdarray.fromDense(ndarray(5)))).toEqual([{ index: [], value: 5 }]);
    expect(entries(SparseNdarray.fromDense(ndarray([0, 7])))).toEqual([{ index: [1], value: 7 }]);
    expect(entries(SparseNdarray.fromDense(ndarray([[[0, 8]], [[9, 0]]])))).toEqual([
      { index: [1, 0, 0], value: 9 },
      { index: [0, 0, 1], value: 8 },
    ]);
    expect(entries(SparseNdarray.fromDense(ndarray([[], []])))).toEqual([]);
  });

  test("what is yielded is the caller's to change", () => {
    const array = SparseNdarray.fromCsc(csc);
    for (const { index } of array.nonZeros()) index.fill(9);
    expect(array.toDense().toNested()).toEqual([
      [1, 0],
      [0, 3],
      [2, 0],
    ]);
  });

  test("any array: as many as are stored, each where get finds it, in the order of toCoo", () => {
    fc.assert(
      fc.property(sparseArrays, ({ sparse: array }) => {
        const entries = Array.from(array.nonZeros());
        expect(entries.length).toBe(array.nnz);
        const { coords } = array.toCoo();
        entries.forEach(({ index, value }, i) => {
          expect(index).toEqual(coords.map((list) => list[i]));
          expect(value).toEqual(array.get(...index));
        });
      }),
    );
  });
});

describe("strict", () => {
  const strict = { strict: true };

  test("what is in order is taken", () => {
    const expected = SparseNdarray.fromCsc(csc);
    expect(SparseNdarray.fromCsc(csc, strict)).toEqual(expected);
    expect(SparseNdarray.fromCsr(csr, strict)).toEqual(expected);
    expect(SparseNdarray.fromCoo(coo, strict)).toEqual(expected);
    expect(SparseNdarray.fromContents([3, 2], contents, strict)).toEqual(expected);
    expect(SparseNdarray.fromCsc(csc, { strict: true, dtype: "int8" }).dtype).toBe("int8");
    expectTypeOf(SparseNdarray.fromCsc(csc, { strict: true })).toEqualTypeOf<SparseNdarray<"float64">>();
  });

  test("entries out of order are refused", () => {
    const rows = { ...csc, indices: [2, 0, 1] };
    expectError(
      () => SparseNdarray.fromCsc(rows, strict),
      "INVALID_ARGUMENT",
      "fromCsc of shape <3 x 2>: entry 1 has index 0 after 2 in column 0",
    );
    const columns = { data: [1, 2], indices: [1, 0], indptr: [0, 0, 2, 2], shape: [3, 2] };
    expectError(
      () => SparseNdarray.fromCsr(columns, strict),
      "INVALID_ARGUMENT",
      "entry 1 has index 0 after 1 in row 1",
    );
    const list = { ...coo, coords: [...coo.coords].reverse(), shape: [2, 3] };
    expectError(
      () => SparseNdarray.fromCoo(list, strict),
      "INVALID_ARGUMENT",
      "entry 2 belongs before entry 1 (the first axis fastest)",
    );
    const nested = [
      [
        [2, 0],
        [1, 2],
      ],
      null,
    ] as const;
    expectError(
      () => SparseNdarray.fromContents([3, 2], nested, strict),
      "INVALID_ARGUMENT",
      "entry 1 has index 0 after 2 in fibre 0",
    );
  });

  test("several entries at one position are refused", () => {
    const repeated = { ...csc, indices: [2, 2, 1] };
    expectError(
      () => SparseNdarray.fromCsc(repeated, strict),
      "INVALID_ARGUMENT",
      "entry 1 repeats index 2 in column 0",
    );
    const columns = { data: [1, 2], indices: [1, 1], indptr: [0, 0, 2, 2], shape: [3, 2] };
    expectError(() => SparseNdarray.fromCsr(columns, strict), "INVALID_ARGUMENT", "entry 1 repeats index 1 in row 1");
    const list = { coords: [[1, 1]], data: [1, 2], shape: [3] };
    expectError(
      () => SparseNdarray.fromCoo(list, strict),
      "INVALID_ARGUMENT",
      "entry 1 has the coordinates of entry 0",
    );
    expectError(
      () =>
        SparseNdarray.fromContents(
          [3],
          [
            [1, 1],
            [1, 2],
          ],
          strict,
        ),
      "INVALID_ARGUMENT",
      "repeats index 1",
    );
  });

  test("out of range is that in any case", () => {
    expectError(() => SparseNdarray.fromCsc({ ...csc, indices: [0, 3, 1] }, strict), "INDEX_OUT_OF_RANGE", "index 3");
  });

  test("any array comes back from its own parts", () => {
    fc.assert(
      fc.property(sparseArrays, ({ sparse: array }) => {
        const options = { strict: true, dtype: array.dtype };
        expect(SparseNdarray.fromCoo(array.toCoo(), options)).toEqual(array);
        if (array.ndim !== 2) return;
        expect(SparseNdarray.fromCsc(array.toCsc(), options)).toEqual(array);
        expect(SparseNdarray.fromCsr(array.toCsr(), options)).toEqual(array);
      }),
    );
  });
});
