import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TypedArray } from "../../src/base/dtype.js";
import { sizeOf } from "../../src/base/shape.js";
import { NdArray } from "../../src/values/nd-array.js";
import { SparseNdarray } from "../../src/values/sparse-ndarray.js";
import { permuteSparse, reshapeAxes } from "../../src/values/sparse-operations.js";
import { NUMERIC_DTYPES } from "../numeric-dtypes.js";
import { dtypes, sparseArrays, sparseOf } from "./arbitrary.js";
import { expectError } from "./errors.js";
import { allIndices, naive, naiveAt, naiveTranspose } from "./naive.js";

const example = SparseNdarray.fromCsc({
  data: Int32Array.of(1, 2, 3),
  indices: [0, 2, 1],
  indptr: [0, 2, 3],
  shape: [3, 2],
});

/** Everything that an array holds. */
function buffers(array: SparseNdarray): Set<unknown> {
  return new Set([array.data.buffer, array.indices.buffer, array.indptr.buffer, array.mask?.buffer ?? null]);
}

describe("facts", () => {
  test("sizes", () => {
    expect([example.ndim, example.size, example.length, example.nnz, example.density]).toEqual([2, 6, 3, 3, 0.5]);
    expect(example.nbytes).toBe(3 * 4 + 3 * 4 + 3 * 8);
    expect([example.isSparse, example.isMasked, example.givesFreshArrays]).toEqual([true, false, true]);
    const none = SparseNdarray.fromContents([0, 2], null, { dtype: "int8" });
    expect([none.size, none.density, none.length]).toEqual([0, 0, 0]);
    expectError(() => SparseNdarray.fromCoo({ coords: [], data: [1], shape: [] }).length, "INVALID_ARGUMENT", "0-d");
  });

  test("every element by get, and what get refuses", () => {
    fc.assert(
      fc.property(sparseArrays, ({ sparse, naive: expected }) => {
        for (const indices of allIndices(sparse.shape)) {
          expect(sparse.get(...indices)).toEqual(naiveAt(expected, indices));
          const negative = indices.map((i, axis) => i - sparse.shape[axis]!);
          expect(sparse.get(...negative)).toEqual(naiveAt(expected, indices));
        }
      }),
    );
    expect(example.get(-1, 0)).toBe(2);
    expectError(() => example.get(0), "SHAPE_MISMATCH", "got 1 indices", "expected 2");
    expectError(() => example.get(3, 0), "INDEX_OUT_OF_RANGE", "index 3", "axis 0", "extent 3");
    expectError(() => example.get(0, -3), "INDEX_OUT_OF_RANGE", "index -3", "axis 1");
    expectError(() => example.get(0.5, 0), "INVALID_ARGUMENT", "0.5");
  });

  test("console.log shows the header, format the values too", () => {
    expect(String(example)).toBe("<3 x 2> SparseNdarray object of type 'int32'");
    expect(inspect(example)).toBe(String(example));
    expect(example.format()).toBe("<3 x 2> SparseNdarray object of type 'int32'\n[[1, 0],\n [0, 3],\n [2, 0]]");
    const masked = SparseNdarray.fromCoo({ coords: [[0, 2]], data: [1.5, 2], shape: [3], mask: [false, true] });
    expect(masked.format()).toBe(
      `<3> SparseNdarray object of type 'float64'\n${masked.toDense().format().split("\n")[1]}`,
    );
    expect(masked.format()).toContain("--");
  });

  test("printing a huge array reads the edges alone", () => {
    const huge = SparseNdarray.fromCoo({
      coords: [
        [0, 1e12 - 1],
        [0, 2],
      ],
      data: [1, 2],
      shape: [1e12, 3],
    });
    expect(huge.format()).toContain("<1000000000000 x 3>");
    expect(huge.format()).toContain("[0., 0., 2.]]");
  });
});

describe("conversions", () => {
  test("toDense is C-contiguous and fresh", () => {
    fc.assert(
      fc.property(sparseArrays, ({ sparse, naive: expected }) => {
        const dense = sparse.toDense();
        expect(dense).toBeInstanceOf(NdArray);
        expect([dense.dtype, dense.offset, dense.data.length]).toEqual([sparse.dtype, 0, sizeOf(sparse.shape)]);
        expect(naive(dense)).toEqual(expected);
        expect(dense.isMasked).toBe(sparse.isMasked);
        expect(buffers(sparse).has((dense.data as TypedArray).buffer)).toBe(false);
      }),
    );
  });

  test("toCsc, toCsr and toCoo give copies that make the same array again", () => {
    const matrices = fc
      .tuple(fc.nat(6), fc.nat(6), dtypes)
      .chain(([rows, columns, dtype]) => sparseOf([rows, columns], dtype));
    fc.assert(
      fc.property(matrices, ({ sparse }) => {
        const { dtype } = sparse;
        const own = buffers(sparse);
        for (const matrix of [sparse.toCsc(), sparse.toCsr()]) {
          for (const list of [matrix.data, matrix.indices, matrix.indptr]) expect(own.has(list.buffer)).toBe(false);
          expect("mask" in matrix).toBe(sparse.isMasked);
        }
        expect(SparseNdarray.fromCsc(sparse.toCsc(), { dtype })).toEqual(sparse);
        expect(SparseNdarray.fromCsr(sparse.toCsr(), { dtype })).toEqual(sparse);
      }),
    );
    fc.assert(
      fc.property(sparseArrays, ({ sparse }) => {
        const list = sparse.toCoo();
        for (const { buffer } of [list.data, ...list.coords]) expect(buffers(sparse).has(buffer)).toBe(false);
        expect(SparseNdarray.fromCoo(list, { dtype: sparse.dtype })).toEqual(sparse);
      }),
    );
  });

  test("CSC and CSR need two axes", () => {
    const cube = SparseNdarray.fromContents([2, 2, 2], null, { dtype: "int8" });
    expectError(() => cube.toCsc(), "SHAPE_MISMATCH", "<2 x 2 x 2>", "expected 2", "got 3");
    expectError(() => cube.toCsr(), "SHAPE_MISMATCH", "got 3");
  });

  test("astype as a dense array does; what becomes 0 stays stored", () => {
    fc.assert(
      fc.property(sparseArrays, dtypes, ({ sparse }, dtype) => {
        const cast = sparse.astype(dtype);
        expect(cast.nnz).toBe(sparse.nnz);
        expect(cast.dtype).toBe(dtype);
        expect(cast.toDense().data).toEqual(sparse.toDense().astype(dtype).data);
        expect(cast.isMasked).toBe(sparse.isMasked);
        expect(cast.data.buffer).not.toBe(sparse.data.buffer);
      }),
    );
    expectError(() => example.astype("complex64" as never), "DTYPE_UNSUPPORTED", "complex64");
  });

  test.each(NUMERIC_DTYPES)("NaN payloads and 64-bit integers move unchanged: %s", (dtype) => {
    fc.assert(
      fc.property(sparseOf([3, 4, 2], dtype), ({ sparse }) => {
        const bits = (array: SparseNdarray) =>
          new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength);
        expect(bits(sparse.transpose([1, 2, 0]).transpose([2, 0, 1]))).toEqual(bits(sparse));
      }),
    );
  });
});

describe("axes", () => {
  const permuted = sparseArrays.chain((array) => {
    const axes = array.sparse.shape.map((_, axis) => axis);
    return fc.tuple(fc.constant(array), fc.shuffledSubarray(axes, { minLength: axes.length, maxLength: axes.length }));
  });

  test("transpose with any permutation, negative axes, and none", () => {
    fc.assert(
      fc.property(permuted, ([{ sparse, naive: expected }, axes]) => {
        const turned = permuteSparse(sparse, axes);
        expect(() => new SparseNdarray(turned)).not.toThrow();
        expect(naive(turned.toDense())).toEqual(naiveTranspose(expected, axes));
        expect(sparse.transpose(axes.map((axis) => axis - axes.length))).toEqual(turned);
        expect(naive(sparse.T.toDense())).toEqual(naive(sparse.toDense().T));
      }),
    );
    expect(example.transpose([0, 1])).toBe(example);
    expectError(() => example.transpose([0, 0]), "INVALID_ARGUMENT", "repeated");
    expectError(() => example.transpose([0]), "INVALID_ARGUMENT", "expected 2");
  });

  test("reshapeAxes adds, drops and reorders axes of extent 1", () => {
    const cases = permuted.chain(([array, axes]) => {
      const kept = axes.filter((axis) => array.sparse.shape[axis] !== 1 || axis % 2 === 0);
      const sorted = fc.boolean().map((sort) => (sort ? [...kept].sort((a, b) => a - b) : kept));
      return fc.tuple(fc.constant(array), sorted, fc.array(fc.nat(), { maxLength: 2 })).map(([one, order, places]) => {
        const withNew: (number | null)[] = [...order];
        for (const place of places) withNew.splice(place % (withNew.length + 1), 0, null);
        return { ...one, axes: withNew };
      });
    });
    fc.assert(
      fc.property(cases, ({ sparse, naive: expected, axes }) => {
        const shaped = reshapeAxes(sparse, axes);
        expect(() => new SparseNdarray(shaped)).not.toThrow();
        const named = axes.filter((axis) => axis !== null);
        const dropped = sparse.shape.map((_, axis) => axis).filter((axis) => !named.includes(axis));
        const { values } = naiveTranspose(expected, [...named, ...dropped]);
        expect(naive(shaped.toDense())).toEqual({
          shape: axes.map((axis) => (axis === null ? 1 : sparse.shape[axis])),
          values,
        });
      }),
    );
    expect(reshapeAxes(example, [0, null, 1]).data).toBe(example.data);
    expectError(() => reshapeAxes(example, [0]), "INVALID_ARGUMENT", "axis 1", "left out");
    expectError(() => reshapeAxes(example, [0, 1, 0]), "INVALID_ARGUMENT", "axis 0", "repeated");
  });
});
