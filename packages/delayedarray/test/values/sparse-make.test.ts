import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { allocate, type DType, type TypedArray } from "../../src/base/dtype.js";
import { ndarray } from "../../src/values/ndarray.js";
import { isSparseNdarray, SparseNdarray } from "../../src/values/sparse-ndarray.js";
import { dtypes, shapes, sparseArrays, typedValues } from "./arbitrary.js";
import { expectError } from "./errors.js";
import { naive } from "./naive.js";

/** 3 x 2: column 0 has rows 0 and 2, column 1 row 1. */
const parts = { data: [1, 2, 3], indices: [0, 2, 1], indptr: [0, 2, 3], shape: [3, 2] };
const matrix = [
  [1, 0],
  [0, 3],
  [2, 0],
];

describe("from compressed columns and rows", () => {
  test("the same matrix either way", () => {
    expect(SparseNdarray.fromCsc(parts).toDense().toNested()).toEqual(matrix);
    const rows = { data: [1, 3, 2], indices: [0, 1, 0], indptr: [0, 1, 2, 3], shape: [3, 2] };
    expect(SparseNdarray.fromCsr(rows).toDense().toNested()).toEqual(matrix);
  });

  test.each([Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array])(
    "indices in a %o",
    (ctor) => {
      const array = SparseNdarray.fromCsc({
        ...parts,
        indices: ctor.from(parts.indices),
        indptr: ctor.from(parts.indptr),
      });
      expect(array.toDense().toNested()).toEqual(matrix);
      expect(array.indices).toBeInstanceOf(Int32Array);
      expect(array.indptr).toBeInstanceOf(Float64Array);
    },
  );

  test.each([BigInt64Array, BigUint64Array])("indices in a %o", (ctor) => {
    const big = (list: number[]) => ctor.from(list.map(BigInt));
    const array = SparseNdarray.fromCsc({ ...parts, indices: big(parts.indices), indptr: big(parts.indptr) });
    expect(array.toDense().toNested()).toEqual(matrix);
    expectError(() => SparseNdarray.fromCsc({ ...parts, indices: big([0, 3, 1]) }), "INDEX_OUT_OF_RANGE", "index 3");
  });

  test("dtype: of the typed array, of the plain values, or as asked", () => {
    const int8 = SparseNdarray.fromCsc({ ...parts, data: Int8Array.of(1, 2, 3) });
    expect(int8.dtype).toBe("int8");
    expectTypeOf(int8).toEqualTypeOf<SparseNdarray<"int8">>();
    const float64 = SparseNdarray.fromCsc(parts);
    expect(float64.dtype).toBe("float64");
    expectTypeOf(float64).toEqualTypeOf<SparseNdarray<"float64">>();
    const bool = SparseNdarray.fromCsc({ ...parts, data: [true, false, true] });
    expect(bool.dtype).toBe("bool");
    expectTypeOf(bool).toEqualTypeOf<SparseNdarray<"bool">>();
    const int64 = SparseNdarray.fromCsc({ ...parts, data: [1n, 2n, 3n] });
    expect(int64.dtype).toBe("int64");
    expectTypeOf(int64).toEqualTypeOf<SparseNdarray<"int64">>();
    const uint8 = SparseNdarray.fromCsc({ ...parts, data: Uint8Array.of(7, 0, 1) });
    expect(uint8.dtype).toBe("uint8");
    const asked = SparseNdarray.fromCsc({ ...parts, data: Uint8Array.of(7, 0, 1) }, { dtype: "bool" });
    expectTypeOf(asked).toEqualTypeOf<SparseNdarray<"bool">>();
    expect(asked.data).toEqual(Uint8Array.of(1, 0, 1));
    expect(SparseNdarray.fromCsc(parts, { dtype: "int16" }).data).toEqual(Int16Array.of(1, 2, 3));
    expectError(
      () => SparseNdarray.fromCsc(parts, { dtype: "complex128" as DType }),
      "DTYPE_UNSUPPORTED",
      "complex128",
    );
  });

  test("what fits is not copied, what does not is", () => {
    const data = Int32Array.of(1, 2, 3);
    const indices = Int32Array.of(0, 2, 1);
    const indptr = Float64Array.of(0, 2, 3);
    const array = SparseNdarray.fromCsc({ data, indices, indptr, shape: [3, 2] });
    expect(array.data).toBe(data);
    expect(array.indices).toBe(indices);
    expect(array.indptr).toBe(indptr);
    SparseNdarray.fromCsc({ data, indices: Int32Array.of(2, 0, 1), indptr, shape: [3, 2] });
    expect(data).toEqual(Int32Array.of(1, 2, 3));
  });

  test("values at one position are added up in the dtype, in order; zeros stay stored", () => {
    const at0 = (data: TypedArray | boolean[], dtype?: DType) =>
      SparseNdarray.fromCsc(
        { data, indices: new Uint8Array(data.length), indptr: [0, data.length], shape: [1, 1] },
        { dtype },
      );
    expect(at0(Uint8Array.of(200, 100)).data).toEqual(Uint8Array.of(44));
    expect(at0(Int8Array.of(100, 100)).data).toEqual(Int8Array.of(-56));
    expect(at0(BigInt64Array.of(2n ** 63n - 1n, 1n)).data).toEqual(BigInt64Array.of(-(2n ** 63n)));
    expect(at0(Float32Array.of(2 ** 24, 1, 1)).data).toEqual(Float32Array.of(2 ** 24));
    expect(at0(Float64Array.of(1e300, 1, -1e300)).data).toEqual(Float64Array.of(0));
    expect(at0([true, true, false]).data).toEqual(Uint8Array.of(1));
    expect(at0(Float64Array.of(1.9, 1.9), "int32").data).toEqual(Int32Array.of(2)); // converted first
    expect(at0(Int32Array.of(3, -3)).nnz).toBe(1);
  });

  test("missing values", () => {
    const array = SparseNdarray.fromCsc({ ...parts, mask: [false, true, false] });
    expect(array.isMasked).toBe(true);
    expect(array.toDense().toNested()).toEqual([
      [1, 0],
      [0, 3],
      [null, 0],
    ]);
    const twice = SparseNdarray.fromCoo({
      coords: [[1, 0, 1]],
      data: [1, 2, 3],
      shape: [2],
      mask: Uint8Array.of(0, 0, 1),
    });
    expect(twice.toDense().toNested()).toEqual([2, null]);
    expect(twice.toCoo().mask).toEqual(Uint8Array.of(0, 1));
  });

  test("bad parts are refused", () => {
    const csc = (changes: object) => () => SparseNdarray.fromCsc({ ...parts, ...changes });
    expectError(csc({ shape: [3, 2, 1] }), "SHAPE_MISMATCH", "3 axes", "expected 2");
    expectError(csc({ shape: [3] }), "SHAPE_MISMATCH", "1 axes");
    expectError(csc({ shape: [3, -2] }), "INVALID_ARGUMENT", "-2");
    expectError(csc({ indices: [0, 2] }), "SHAPE_MISMATCH", "2 indices", "3 values");
    expectError(csc({ indptr: [0, 3] }), "SHAPE_MISMATCH", "2 entries", "expected 3");
    expectError(csc({ indptr: [0, 2, 4] }), "SHAPE_MISMATCH", "ends at 4", "3 values");
    expectError(csc({ indptr: [1, 2, 3] }), "INVALID_ARGUMENT", "starts at 1");
    expectError(csc({ indptr: [0, 4, 3] }), "INVALID_ARGUMENT", "decreases from 4 to 3");
    expectError(csc({ indptr: [0, 1.5, 3] }), "INVALID_ARGUMENT", "1.5");
    expectError(csc({ indptr: [0, Number.NaN, 3] }), "INVALID_ARGUMENT", "NaN");
    expectError(csc({ indices: [0, 3, 1] }), "INDEX_OUT_OF_RANGE", "index 3 of entry 1", "axis 0", "extent 3");
    expectError(csc({ indices: [0, -1, 1] }), "INDEX_OUT_OF_RANGE", "index -1 of entry 1");
    expectError(csc({ indices: Int32Array.of(0, 7, 1) }), "INDEX_OUT_OF_RANGE", "index 7 of entry 1");
    expectError(csc({ indices: [0, 0.5, 1] }), "INVALID_ARGUMENT", "0.5 of entry 1");
    expectError(csc({ indices: [0, "1", 1] }), "INVALID_ARGUMENT", "entry 1");
    expectError(csc({ indices: 5 }), "INVALID_ARGUMENT", "indices", "got 5");
    expectError(csc({ data: [1, true, 2] }), "INVALID_ARGUMENT", "several types");
    expectError(csc({ data: [[1], [2], [3]] }), "SHAPE_MISMATCH");
    expectError(csc({ data: "abc" }), "INVALID_ARGUMENT");
    expectError(csc({ mask: [true] }), "SHAPE_MISMATCH", "1 entries", "expected 3");
    const csr = (changes: object) => () =>
      SparseNdarray.fromCsr({ data: [1, 3, 2], indices: [0, 1, 0], indptr: [0, 1, 2, 3], shape: [3, 2], ...changes });
    expectError(csr({ shape: [3, 2, 1] }), "SHAPE_MISMATCH");
    expectError(csr({ indptr: [0, 1, 3] }), "SHAPE_MISMATCH", "3 entries", "expected 4");
    expectError(csr({ indices: [0, 2, 0] }), "INDEX_OUT_OF_RANGE", "index 2 of entry 1", "axis 1", "extent 2");
  });
});

describe("from coordinates", () => {
  const coo = {
    coords: [
      [0, 1],
      [2, 0],
      [1, 1],
    ],
    data: [5, 6],
    shape: [2, 3, 2],
  };

  test("one array per axis", () => {
    const array = SparseNdarray.fromCoo(coo);
    expect(array.get(0, 2, 1)).toBe(5);
    expect(array.get(1, 0, 1)).toBe(6);
    expect(array.nnz).toBe(2);
  });

  test("no axis at all: values are added up", () => {
    expect(SparseNdarray.fromCoo({ coords: [], data: [2, 3], shape: [] }).get()).toBe(5);
    expect(SparseNdarray.fromCoo({ coords: [], data: [], shape: [] }).get()).toBe(0);
  });

  test("bad lists are refused", () => {
    expectError(() => SparseNdarray.fromCoo({ ...coo, coords: [[0, 1]] }), "SHAPE_MISMATCH", "1 arrays", "expected 3");
    expectError(() => SparseNdarray.fromCoo({ ...coo, coords: 3 as never }), "SHAPE_MISMATCH");
    expectError(
      () => SparseNdarray.fromCoo({ ...coo, coords: [[0, 1], [2, 0], [1]] }),
      "SHAPE_MISMATCH",
      "1 coordinates of axis 2",
      "2 values",
    );
    expectError(
      () => SparseNdarray.fromCoo({ ...coo, shape: [2, 2, 2] }),
      "INDEX_OUT_OF_RANGE",
      "index 2 of entry 0",
      "axis 1",
      "extent 2",
    );
  });

  test("any order, any repeats, any rank: as adding up one by one", () => {
    const entries = fc.tuple(shapes, dtypes).chain(([shape, dtype]) => {
      const n = shape.includes(0) ? 0 : 12;
      return fc.record({
        shape: fc.constant(shape),
        dtype: fc.constant(dtype),
        data: typedValues(dtype, n),
        coords: fc.tuple(
          ...shape.map((extent) => fc.array(fc.nat(Math.max(0, extent - 1)), { minLength: n, maxLength: n })),
        ),
      });
    });
    fc.assert(
      fc.property(entries, ({ shape, dtype, data, coords }) => {
        const array = SparseNdarray.fromCoo({ coords, data, shape }, { dtype });
        const sum = allocate(
          dtype,
          shape.reduce((a, b) => a * b, 1),
        ) as TypedArray;
        for (let i = 0; i < data.length; i++) {
          const at = shape.reduce((position, extent, axis) => position * extent + coords[axis]![i]!, 0);
          if (dtype === "bool") sum[at] = sum[at] || data[i] ? 1 : 0;
          else sum[at] = ((sum[at] as number) + (data[i] as number)) as never;
        }
        // -0 + 0 is 0 where the sum starts from nothing, so zeros are compared without their sign.
        const unsigned = (values: TypedArray) =>
          Array.from(values as Float64Array, (value) => (value === 0 ? 0 : value));
        expect(unsigned(array.toDense().data as TypedArray)).toEqual(unsigned(sum));
        expect(() => new SparseNdarray(array)).not.toThrow();
      }),
    );
  });

  test("extents beyond what buckets can hold", () => {
    const rows = [2 ** 40, 5, 2 ** 40 - 7, 0, 5, 2 ** 33 + 1];
    const array = SparseNdarray.fromCoo({
      coords: [rows, [2, 0, 2, 1, 0, 2]],
      data: [1, 2, 3, 4, 5, 6],
      shape: [2 ** 40 + 1, 3],
    });
    expect(array.indices).toEqual(Float64Array.of(5, 0, 2 ** 33 + 1, 2 ** 40 - 7, 2 ** 40));
    expect(array.data).toEqual(Float64Array.of(7, 4, 6, 3, 1));
    expect(array.get(2 ** 40, 2)).toBe(1);
    expect(array.get(-1, -1)).toBe(1);
    expect(array.toCoo().coords[0]).toEqual(array.indices);
  });

  test("many entries on a long axis, in reverse", () => {
    const n = 5000;
    const rows = Float64Array.from({ length: n }, (_, i) => (n - i) * 1e6);
    const array = SparseNdarray.fromCoo({
      coords: [rows],
      data: Int32Array.from(rows, (_, i) => i),
      shape: [n * 1e6 + 1],
    });
    expect(array.indices).toEqual(rows.slice().reverse());
    expect(array.data[0]).toBe(n - 1);
  });
});

describe("from a dense array", () => {
  test("NaN is stored, -0 and 0 are not, missing values are", () => {
    const dense = ndarray(
      [
        [Number.NaN, -0, 0],
        [0, 1, 0],
      ],
      null,
      "float32",
      {
        mask: [
          [0, 0, 1],
          [0, 0, 0],
        ],
      },
    );
    const array = SparseNdarray.fromDense(dense);
    expect(array.nnz).toBe(3);
    expect(array.toDense().toNested()).toEqual([
      [Number.NaN, 0, null],
      [0, 1, 0],
    ]);
  });

  test("back and forth, any rank", () => {
    fc.assert(
      fc.property(sparseArrays, ({ sparse, naive: expected }) => {
        const dense = sparse.toDense();
        expect(naive(SparseNdarray.fromDense(dense).toDense()).values.map(String)).toEqual(expected.values.map(String));
        const turned = SparseNdarray.fromDense(dense.transpose());
        expect(turned.toDense().data.map(String as never)).toEqual(sparse.T.toDense().data.map(String as never));
        expect(() => new SparseNdarray(turned)).not.toThrow();
      }),
    );
  });
});

describe("from contents", () => {
  test("nested by the reversed axes", () => {
    const array = SparseNdarray.fromContents(
      [4, 2, 3],
      [
        null,
        [
          [
            [0, 3],
            [1, 2],
          ],
          null,
        ],
        null,
      ],
    );
    expect(array.shape).toEqual([4, 2, 3]);
    expect(array.get(0, 0, 1)).toBe(1);
    expect(array.get(3, 0, 1)).toBe(2);
    expect(array.nnz).toBe(2);
  });

  test("one axis, none, nothing stored", () => {
    expect(SparseNdarray.fromContents([3], [[2, 0], Int8Array.of(5, 6)]).toDense().data).toEqual(Int8Array.of(6, 0, 5));
    expect(SparseNdarray.fromContents([], [[0], [5]]).get()).toBe(5);
    expect(SparseNdarray.fromContents([2, 2], null, { dtype: "int32" }).toDense().data).toEqual(new Int32Array(4));
    expect(SparseNdarray.fromContents([2, 2], [null, null], { dtype: "bool" }).get(1, 1)).toBe(false);
    expect(SparseNdarray.fromContents([2, 2], null, { dtype: "int8" }).contents).toBe(null);
    expect(SparseNdarray.fromContents([2, 2, 0], [], { dtype: "int8" }).contents).toBe(null);
  });

  test("back and forth, any rank, masks too", () => {
    fc.assert(
      fc.property(sparseArrays, ({ sparse }) => {
        expect(SparseNdarray.fromContents(sparse.shape, sparse.contents, { dtype: sparse.dtype })).toEqual(
          sparse.nnz === 0 ? SparseNdarray.fromContents(sparse.shape, null, { dtype: sparse.dtype }) : sparse,
        );
      }),
    );
  });

  test("bad contents are refused", () => {
    const make =
      (contents: unknown, shape = [3, 2]) =>
      () =>
        SparseNdarray.fromContents(shape, contents as never);
    expectError(make(null), "INVALID_ARGUMENT", "dtype");
    expectError(make([null, null]), "INVALID_ARGUMENT", "dtype");
    expectError(make([null]), "SHAPE_MISMATCH", "1 items for axis 1", "expected 2");
    expectError(make(5), "INVALID_ARGUMENT", "expected an array of 2 items");
    expectError(make([5, null]), "INVALID_ARGUMENT", "fibre 0");
    expectError(make([[[0]], null]), "INVALID_ARGUMENT", "fibre 0");
    expectError(make([null, [[0, 1], [1]]]), "SHAPE_MISMATCH", "fibre 1", "2 indices", "1 values");
    expectError(make([null, [[3], [1]]]), "INDEX_OUT_OF_RANGE", "fibre 1", "index 3", "extent 3");
    expectError(
      make([
        [[0], [1]],
        [[0], [true]],
      ]),
      "INVALID_ARGUMENT",
      "float64",
      "bool",
    );
  });
});

describe("the constructor takes parts as they are", () => {
  const good = {
    shape: [3, 2],
    dtype: "int16",
    indptr: Float64Array.of(0, 2, 3),
    indices: Int32Array.of(0, 2, 1),
    data: Int16Array.of(1, 2, 3),
  } as const;
  const make = (changes: object) => () => new SparseNdarray({ ...good, ...changes });

  test("and checks them", () => {
    expect(new SparseNdarray(good).toDense().toNested()).toEqual(matrix);
    expectError(make({ dtype: "float16" }), "DTYPE_UNSUPPORTED");
    expectError(make({ dtype: "int32" }), "DTYPE_UNSUPPORTED", "int32", "Int16Array");
    expectError(make({ indices: [0, 2, 1] }), "INVALID_ARGUMENT", "Int32Array");
    expectError(make({ indptr: Int32Array.of(0, 2, 3) }), "INVALID_ARGUMENT", "Float64Array");
    expectError(make({ indices: Int32Array.of(0, 1) }), "SHAPE_MISMATCH", "2 indices", "3 values");
    expectError(make({ mask: new Uint8Array(2) }), "SHAPE_MISMATCH", "2 entries");
    expectError(make({ indptr: Float64Array.of(0, 3) }), "SHAPE_MISMATCH");
    expectError(make({ indptr: Float64Array.of(0, 2, 2) }), "SHAPE_MISMATCH", "ends at 2");
    expectError(make({ indptr: Float64Array.of(0, 4, 3) }), "INVALID_ARGUMENT", "decreases");
    expectError(make({ indices: Int32Array.of(0, 3, 1) }), "INDEX_OUT_OF_RANGE", "index 3 of entry 1");
    expectError(make({ indices: Int32Array.of(2, 0, 1) }), "INVALID_ARGUMENT", "fibre 0", "strictly increasing");
    expectError(make({ indices: Int32Array.of(0, 0, 1) }), "INVALID_ARGUMENT", "fibre 0");
    expectError(make({ shape: [3, 2.5] }), "INVALID_ARGUMENT", "2.5");
  });

  test("too many fibres are refused with their number", () => {
    const shape = [2, 2 ** 20, 2 ** 20];
    expectError(
      () => SparseNdarray.fromCoo({ coords: [[], [], []], data: [], shape }),
      "LIMIT_EXCEEDED",
      2 ** 40,
      "subset",
    );
    const tall = SparseNdarray.fromCoo({ coords: [[2 ** 40], [1]], data: [1], shape: [2 ** 41, 2] });
    expectError(() => tall.T, "LIMIT_EXCEEDED", 2 ** 41);
  });

  test("frozen, and known across copies", () => {
    const array = new SparseNdarray(good);
    expect(Object.isFrozen(array)).toBe(true);
    expect(Object.isFrozen(array.shape)).toBe(true);
    expect(() => {
      (array as { dtype: string }).dtype = "int8";
    }).toThrow(TypeError);
    expect(array).toBeInstanceOf(SparseNdarray);
    const foreign = { [Symbol.for("delayedarray.SparseNdarray")]: true };
    expect(foreign).toBeInstanceOf(SparseNdarray);
    expect(isSparseNdarray(foreign)).toBe(true);
    expect(isSparseNdarray(ndarray([1]))).toBe(false);
    expect(isSparseNdarray(null)).toBe(false);
    class Special extends SparseNdarray {}
    expect(array).not.toBeInstanceOf(Special);
    expect(new Special(good)).toBeInstanceOf(SparseNdarray);
  });
});
