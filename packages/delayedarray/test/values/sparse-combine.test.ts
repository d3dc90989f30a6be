import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { promoteAll } from "../../src/base/dtype.js";
import { SparseNdarray } from "../../src/values/sparse-ndarray.js";
import { concatenateSparse } from "../../src/values/sparse-operations.js";
import { sparseCoordinates } from "../../src/values/sparse-to.js";
import { unionStructure } from "../../src/values/sparse-union.js";
import { dtypes, shapes, sparseArrays, sparseOf } from "./arbitrary.js";
import { expectError } from "./errors.js";
import { golden } from "./golden.js";
import { naive, naiveConcatenate } from "./naive.js";

describe("concatenate", () => {
  const shaped = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 });
  const cases = fc.tuple(shaped, fc.nat(), dtypes).chain(([shape, at, dtype]) => {
    const axis = at % shape.length;
    const part = fc.nat(4).chain((extent) => sparseOf(shape.with(axis, extent), dtype));
    return fc.record({ axis: fc.constant(axis), parts: fc.array(part, { minLength: 1, maxLength: 4 }) });
  });

  test("any number of arrays along any axis", () => {
    fc.assert(
      fc.property(cases, ({ axis, parts }) => {
        const arrays = parts.map(({ sparse }) => sparse);
        const whole = concatenateSparse(arrays, axis);
        expect(() => new SparseNdarray(whole)).not.toThrow();
        expect(naive(whole.toDense())).toEqual(
          naiveConcatenate(
            parts.map((part) => part.naive),
            axis,
          ),
        );
        expect(whole.isMasked).toBe(arrays.some((array) => array.isMasked));
        expect(whole.data.buffer).not.toBe(arrays[0]!.data.buffer);
        expect(concatenateSparse(arrays, axis - whole.ndim)).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  test("different dtypes meet in the one that holds them all", () => {
    const small = SparseNdarray.fromCoo({ coords: [[0]], data: Int8Array.of(-1), shape: [2] });
    const wide = SparseNdarray.fromCoo({ coords: [[1]], data: Uint16Array.of(65535), shape: [2] });
    const both = concatenateSparse([small, wide], 0);
    expectTypeOf(both).toExtend<SparseNdarray>();
    expect(both.dtype).toBe("int32");
    expect(both.toDense().toNested()).toEqual([-1, 0, 0, 65535]);
    const float = SparseNdarray.fromCoo({ coords: [[1]], data: Float32Array.of(0.5), shape: [2] });
    expect(concatenateSparse<"int8" | "uint16" | "float32">([small, wide, float], 0).dtype).toBe("float32");
  });

  test.each(golden.promotions)("NumPy's result_type of %s, %s, %s is %s", (a, b, c, expected) => {
    expect(promoteAll([a, b, c])).toBe(expected);
  });

  test("indices widen with the axis", () => {
    const half = SparseNdarray.fromCoo({ coords: [[5]], data: [1], shape: [2 ** 30 * 2] });
    expect(half.indices).toBeInstanceOf(Int32Array);
    const whole = concatenateSparse([half, half, half], 0);
    expect(whole.indices).toEqual(Float64Array.of(5, 2 ** 31 + 5, 2 ** 32 + 5));
  });

  test("many short fibres, long runs", () => {
    const n = 1000;
    const column = SparseNdarray.fromCoo({
      coords: [Int32Array.from({ length: n }, (_, i) => i), new Int32Array(n)],
      data: new BigInt64Array(n).fill(7n),
      shape: [n, 1],
      mask: new Uint8Array(n).fill(1),
    });
    const wide = concatenateSparse([column, column, column], 1);
    expect(wide.nnz).toBe(3 * n);
    expect(wide.get(999, 2)).toBe(null);
    expect(concatenateSparse([wide, wide], 0).nnz).toBe(6 * n);
  });

  test("what does not fit is refused", () => {
    const [a, b] = [
      [2, 3],
      [2, 2],
    ].map((shape) => SparseNdarray.fromContents(shape, null, { dtype: "int8" })) as [SparseNdarray, SparseNdarray];
    expectError(() => concatenateSparse([a, b], 0), "SHAPE_MISMATCH", "<2 x 3>", "<2 x 2>", "axis 0");
    expect(concatenateSparse([a, b], 1).shape).toEqual([2, 5]);
    expectError(() => concatenateSparse([a, b], 2), "INVALID_ARGUMENT", "axis 2");
    expectError(() => concatenateSparse([], 0), "INVALID_ARGUMENT", "no arrays");
    expectError(() => promoteAll([]), "INVALID_ARGUMENT", "at least one");
    expectError(
      () => concatenateSparse([SparseNdarray.fromCoo({ coords: [], data: [1], shape: [] })], 0),
      "INVALID_ARGUMENT",
      "axis 0",
    );
  });
});

describe("union of structures", () => {
  const cases = fc
    .tuple(shapes, dtypes)
    .chain(([shape, dtype]) => fc.array(sparseOf(shape, dtype), { minLength: 1, maxLength: 4 }));

  test("holds every stored position, and says where each array has it", () => {
    fc.assert(
      fc.property(cases, (parts) => {
        const arrays = parts.map(({ sparse }) => sparse);
        const { shape } = arrays[0]!;
        const { indptr, indices, positions } = unionStructure(arrays);
        const union = new SparseNdarray({
          shape,
          dtype: "bool",
          indptr,
          indices,
          data: new Uint8Array(indices.length).fill(1),
        });
        const stored = new Set(arrays.flatMap((array) => placesOf(array)));
        expect(placesOf(union).length).toBe(stored.size);
        expect(placesOf(union).every((place) => stored.has(place))).toBe(true);
        const places = placesOf(union);
        arrays.forEach((array, k) => {
          const own = placesOf(array);
          const expected = places.map((place) => own.indexOf(place));
          expect(Array.from(positions[k] ?? indices.keys())).toEqual(expected);
        });
      }),
      { numRuns: 300 },
    );
  });

  test("costs nothing where structures are the same", () => {
    const a = SparseNdarray.fromCoo({
      coords: [
        [0, 1],
        [0, 1],
      ],
      data: [1, 2],
      shape: [2, 2],
    });
    const b = SparseNdarray.fromCoo({
      coords: [
        [0, 1],
        [0, 1],
      ],
      data: [3, 4],
      shape: [2, 2],
    });
    const c = SparseNdarray.fromCoo({ coords: [[1], [1]], data: [4], shape: [2, 2] });
    expect(unionStructure([a, a.astype("int8"), b])).toEqual({
      indptr: a.indptr,
      indices: a.indices,
      positions: [null, null, null],
    });
    expect(unionStructure([a, b]).indices).toBe(a.indices);
    expect(unionStructure([c, a]).indices).toBe(a.indices);
    expect(unionStructure([c, a]).positions).toEqual([Float64Array.of(-1, 0), null]);
    expectError(
      () => unionStructure([a, SparseNdarray.fromCoo({ coords: [[1]], data: [4], shape: [2] })]),
      "SHAPE_MISMATCH",
      "<2 x 2>",
      "<2>",
    );
    expectError(() => unionStructure([]), "INVALID_ARGUMENT");
  });

  function placesOf(array: SparseNdarray): string[] {
    const { coords } = array.toCoo();
    return Array.from(array.indices, (_, entry) => coords.map((list) => list[entry]).join());
  }
});

test("coordinates of stored entries, axis by axis", () => {
  fc.assert(
    fc.property(sparseArrays, ({ sparse, naive: expected }) => {
      const axes = sparse.shape.map((_, axis) => sparseCoordinates(sparse, axis));
      for (const list of axes) expect(list).toBeInstanceOf(Float64Array);
      expect(
        SparseNdarray.fromCoo(
          { coords: axes, data: sparse.data, shape: sparse.shape, mask: sparse.mask },
          { dtype: sparse.dtype },
        ),
      ).toEqual(sparse);
      expect(axes.every((list) => list.length === sparse.nnz)).toBe(true);
      expect(expected.shape.length).toBe(axes.length);
    }),
  );
});
