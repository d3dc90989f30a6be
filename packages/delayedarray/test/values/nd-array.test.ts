import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { type DType, dtypeFacts, type TypedArray } from "../../src/base/dtype.js";
import { rangeSelection, selectionIndices } from "../../src/subset/axis-selection.js";
import { toSeedRequest } from "../../src/subset/seed-subset.js";
import { isNdArray, NdArray } from "../../src/values/nd-array.js";
import { ndarray } from "../../src/values/ndarray.js";
import { SparseNdarray } from "../../src/values/sparse-ndarray.js";
import { NUMERIC_DTYPES } from "../numeric-dtypes.js";
import { axisSelections, stridedArrays } from "./arbitrary.js";
import { expectError } from "./errors.js";
import { dense, golden, typed } from "./golden.js";
import { allIndices, naive, naiveAt, naiveSelect, naiveTranspose } from "./naive.js";

const six = Int32Array.of(0, 1, 2, 3, 4, 5);

describe("the constructor", () => {
  test("wraps data with strides and an offset", () => {
    const columns = new NdArray({ data: six, shape: [2, 3], stride: [1, 2], dtype: "int32" });
    expect(columns.toNested()).toEqual([
      [0, 2, 4],
      [1, 3, 5],
    ]);
    expect(columns.data).toBe(six);
    const reversed = new NdArray({ data: six, shape: [3], stride: [-2], offset: 5, dtype: "int32" });
    expect(reversed.toNested()).toEqual([5, 3, 1]);
    const repeated = new NdArray({ data: six, shape: [2, 3], stride: [0, 1], dtype: "int32" });
    expect(repeated.toNested()).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });

  test("refuses what reaches beyond its data", () => {
    const make = (changes: object) => () => new NdArray({ data: six, shape: [2, 3], dtype: "int32", ...changes });
    expectError(make({ shape: [2, 4] }), "SHAPE_MISMATCH", "<2 x 4>", "0 to 7", "has 6");
    expectError(make({ offset: 1 }), "SHAPE_MISMATCH", "1 to 6");
    expectError(make({ offset: -1 }), "SHAPE_MISMATCH", "-1");
    expectError(make({ stride: [-3, 1] }), "SHAPE_MISMATCH", "-3 to 2");
    expectError(make({ stride: [Number.NaN, 1] }), "SHAPE_MISMATCH");
    expectError(make({ stride: [1] }), "SHAPE_MISMATCH", "1 strides", "expected 2");
    expectError(make({ shape: [2, -3] }), "INVALID_ARGUMENT", "-3", "axis 1");
    expectError(make({ shape: [1.5] }), "INVALID_ARGUMENT", "1.5");
    expectError(make({ mask: new Uint8Array(5) }), "SHAPE_MISMATCH", "length 5", "length 6");
    expectError(make({ mask: [0, 0, 0, 0, 0, 0] }), "SHAPE_MISMATCH");
    expectError(make({ dtype: "float64" }), "DTYPE_UNSUPPORTED", "float64", "Int32Array");
    expectError(make({ dtype: "str" }), "DTYPE_UNSUPPORTED", "str");
    expectError(make({ data: new Uint8ClampedArray(6), dtype: "uint8" }), "DTYPE_UNSUPPORTED", "Uint8ClampedArray");
    expectError(make({ data: [0, 1, 2, 3, 4, 5] }), "DTYPE_UNSUPPORTED", "Array");
    expect(make({ shape: [2, 0, 9], stride: [99, 99, 99], offset: 99 })).not.toThrow();
  });

  test("frozen, and known across copies and realms", () => {
    const array = ndarray(six, [2, 3]);
    for (const frozen of [array, array.shape, array.stride]) expect(Object.isFrozen(frozen)).toBe(true);
    const foreign = { [Symbol.for("delayedarray.NdArray")]: true };
    expect(foreign).toBeInstanceOf(NdArray);
    expect(isNdArray(foreign)).toBe(true);
    expect(isNdArray(SparseNdarray.fromDense(array))).toBe(false);
    expect(six).not.toBeInstanceOf(NdArray);
    const data = runInNewContext("Int16Array.of(1, 2)") as Int16Array;
    expect(data).not.toBeInstanceOf(Int16Array);
    expect(new NdArray({ data, shape: [2], dtype: "int16" }).toNested()).toEqual([1, 2]);
    expect(ndarray(data).data).toBeInstanceOf(Int16Array);
    expect(ndarray(data).data.buffer).toBe(data.buffer);
  });
});

describe("facts and elements", () => {
  test("sizes", () => {
    const array = ndarray(six, [2, 3]);
    expect([array.ndim, array.size, array.length, array.nbytes]).toEqual([2, 6, 2, 24]);
    expect([array.isSparse, array.isMasked, array.givesFreshArrays]).toEqual([false, false, true]);
    expect(ndarray(5).size).toBe(1);
    expectError(() => ndarray(5).length, "INVALID_ARGUMENT", "0-d");
  });

  test("get and toNested over any strides", () => {
    fc.assert(
      fc.property(stridedArrays, ({ array, naive: expected }) => {
        expect(naive(array)).toEqual(expected);
        for (const indices of allIndices(array.shape)) {
          expect(array.get(...indices)).toEqual(naiveAt(expected, indices));
          expect(array.get(...indices.map((i, axis) => i - array.shape[axis]!))).toEqual(naiveAt(expected, indices));
        }
      }),
    );
  });

  test("elements as JavaScript values", () => {
    expect(ndarray([true, false]).get(1)).toBe(false);
    expect(ndarray(BigUint64Array.of(2n ** 64n - 1n)).get(0)).toBe(2n ** 64n - 1n);
    expect(ndarray([1.5], null, "float32", { mask: [true] }).get(0)).toBe(null);
    expectTypeOf(ndarray([1], null, "int64").get(0)).toEqualTypeOf<bigint | null>();
    expectTypeOf(ndarray(Float32Array.of(1)).get(0)).toEqualTypeOf<number | null>();
    expectTypeOf(ndarray([1], null, "bool").get(0)).toEqualTypeOf<boolean | null>();
  });

  test("get refuses", () => {
    const array = ndarray(six, [2, 3]);
    expectError(() => array.get(0), "SHAPE_MISMATCH", "got 1 indices", "expected 2");
    expectError(() => array.get(0, 3), "INDEX_OUT_OF_RANGE", "index 3", "axis 1", "extent 3");
    expectError(() => array.get(-3, 0), "INDEX_OUT_OF_RANGE", "index -3", "axis 0", "extent 2");
    expectError(() => array.get(0, 0.5), "INVALID_ARGUMENT", "0.5");
    expectError(() => array.get(0, Number.NaN), "INVALID_ARGUMENT", "NaN");
  });

  test("console.log shows the header, format the values too", () => {
    const text = "<2 x 3> NdArray object of type 'int32'";
    expect(String(ndarray(six, [2, 3]))).toBe(text);
    expect(inspect(ndarray(six, [2, 3]))).toBe(text);
    expect(ndarray(six, [2, 3]).format()).toBe(`${text}\n[[0, 1, 2],\n [3, 4, 5]]`);
  });
});

describe("astype", () => {
  test.each(golden.casts)("$from.dtype to $to.dtype as NumPy", ({ from, to }) => {
    expect(dense(from).astype(to.dtype).data).toEqual(typed(to));
  });

  const integers = NUMERIC_DTYPES.filter((dtype) => /int/.test(dtype));

  test.each(integers)("floats beyond %s saturate, NaN gives 0, fractions truncate", (dtype) => {
    const { min, max } = dtypeFacts(dtype);
    const unsigned = min === 0n;
    for (const float of ["float32", "float64"] as const) {
      const given = [
        Number.NaN,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
        1e30,
        -1e30,
        2 ** 64,
        -(2 ** 64),
        2.9,
        -2.9,
        -0.9,
        -0,
      ];
      const cast = ndarray(given, null, float).astype(dtype);
      const expected = [0n, max, min, max, min, max, min, 2n, unsigned ? 0n : -2n, 0n, 0n];
      expect(Array.from(cast.data as Int32Array, BigInt)).toEqual(expected);
    }
    const edges = ndarray([Number(max), Number(max) + 1, Number(min) - 1]).astype(dtype);
    expect(Array.from(edges.data as Int32Array, BigInt)).toEqual([max, max, min]);
  });

  test("over any strides; the mask goes along; always a copy", () => {
    fc.assert(
      fc.property(stridedArrays, fc.constantFrom(...NUMERIC_DTYPES), ({ array }, dtype) => {
        const cast = array.astype(dtype);
        expect([cast.dtype, cast.offset, cast.data.length]).toEqual([dtype, 0, array.size]);
        expect(cast.isMasked).toBe(array.isMasked);
        expect((cast.data as TypedArray).buffer).not.toBe((array.data as TypedArray).buffer);
        if (dtype === array.dtype) expect(naive(cast)).toEqual(naive(array));
        else expect(cast.contiguous().data).toEqual(array.contiguous().astype(dtype).data);
      }),
    );
    expectError(() => ndarray(six).astype("complex128" as DType), "DTYPE_UNSUPPORTED", "complex128", "float64");
  });
});

describe("axes and shape", () => {
  const permuted = stridedArrays.chain((one) => {
    const axes = one.array.shape.map((_, axis) => axis);
    return fc.tuple(fc.constant(one), fc.shuffledSubarray(axes, { minLength: axes.length, maxLength: axes.length }));
  });

  test("transpose, without a copy", () => {
    fc.assert(
      fc.property(permuted, ([{ array, naive: expected }, axes]) => {
        const turned = array.transpose(axes);
        expect(naive(turned)).toEqual(naiveTranspose(expected, axes));
        expect(turned.data).toBe(array.data);
        expect(array.transpose(axes.map((axis) => axis - axes.length))).toEqual(turned);
        expect(naive(array.T)).toEqual(
          naiveTranspose(
            expected,
            array.shape.map((_, axis) => array.ndim - 1 - axis),
          ),
        );
      }),
    );
    const array = ndarray(six, [2, 3]);
    expectError(() => array.transpose([0]), "INVALID_ARGUMENT", "expected 2", "got 1");
    expectError(() => array.transpose([0, 0]), "INVALID_ARGUMENT", "repeated");
    expectError(() => array.transpose([0, 2]), "INVALID_ARGUMENT", "axis 2");
  });

  test("reshape keeps C order, whatever the strides", () => {
    fc.assert(
      fc.property(permuted, ([{ array }, axes]) => {
        const turned = array.transpose(axes);
        const { values } = naive(turned);
        expect(naive(turned.reshape([array.size])).values).toEqual(values);
        expect(naive(turned.reshape([1, ...array.shape, 1])).values).toEqual(values);
        if (array.size > 0) expect(turned.reshape([-1]).shape).toEqual([array.size]);
      }),
    );
    const array = ndarray(six, [2, 3]);
    expect(array.reshape([3, -1]).toNested()).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    expect(array.reshape([6]).data).toBe(array.data);
    for (const shape of [[4], [4, -1], [-1, -1], [0, -1], [2, 1.5, 2], [-2, -3]]) {
      expectError(() => array.reshape(shape), "SHAPE_MISMATCH", "<2 x 3>", shape.join(", "));
    }
  });

  test("contiguous gives C order at offset 0, the array itself if it is so", () => {
    fc.assert(
      fc.property(stridedArrays, ({ array, naive: expected }) => {
        const whole = array.contiguous();
        expect(Array.from(whole.data as Float64Array).length).toBe(array.size);
        expect(
          naive(
            new NdArray({
              ...whole,
              shape: whole.shape,
              dtype: whole.dtype,
              data: whole.data,
              mask: whole.mask,
              stride: undefined as never,
              offset: 0,
            }),
          ),
        ).toEqual(expected);
        expect(whole.contiguous()).toBe(whole);
      }),
    );
  });
});

describe("ndarray makes arrays from", () => {
  test.each<[string, Parameters<typeof ndarray>[0], DType, number[], unknown]>([
    [
      "numbers",
      [
        [1, 2],
        [3, 4],
      ],
      "float64",
      [2, 2],
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ["booleans", [true, false], "bool", [2], [true, false]],
    ["bigints", [[1n], [-(2n ** 63n)]], "int64", [2, 1], [[1n], [-(2n ** 63n)]]],
    [
      "rows of one typed array type",
      [Int8Array.of(1, 2), Int8Array.of(3, 4)],
      "int8",
      [2, 2],
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ["a bare number", 5, "float64", [], 5],
    ["a bare boolean", true, "bool", [], true],
    ["nothing", [], "float64", [0], []],
    ["empty rows", [[], []], "float64", [2, 0], [[], []]],
    [
      "special numbers",
      [-0, Number.NaN, Number.POSITIVE_INFINITY],
      "float64",
      [3],
      [-0, Number.NaN, Number.POSITIVE_INFINITY],
    ],
  ])("%s", (_, values, dtype, shape, nested) => {
    const array = ndarray(values);
    expect([array.dtype, array.shape]).toEqual([dtype, shape]);
    expect(array.toNested()).toEqual(nested);
  });

  test("typed arrays, wrapped when the dtype agrees", () => {
    for (const dtype of NUMERIC_DTYPES) {
      const data = new (dtypeFacts(dtype).array)(4);
      const array = ndarray(data, [2, 2]);
      expect(array.dtype).toBe(dtype === "bool" ? "uint8" : dtype);
      expect(array.data).toBe(data);
      if (dtype !== "bool") expect(ndarray(data as TypedArray, [2, 2], dtype).data).toBe(data);
    }
    expect(ndarray(Uint8Array.of(0, 7), null, "bool").data).toEqual(Uint8Array.of(0, 1));
    expect(ndarray(Float64Array.of(1.7, -1), null, "uint8").data).toEqual(Uint8Array.of(1, 0));
    const clamped = ndarray(Uint8ClampedArray.of(1, 300) as unknown as Uint8Array);
    expect([clamped.dtype, clamped.data]).toEqual(["uint8", Uint8Array.of(1, 255)]);
    const buffer = Buffer.from([1, 2]);
    expect(ndarray(buffer).data.constructor).toBe(Uint8Array);
    expect(ndarray(buffer).data.buffer).toBe(buffer.buffer);
  });

  test("flat values and a shape, another dtype, a mask", () => {
    expect(ndarray([1, 2, 3, 4], [2, 2]).toNested()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(ndarray([1, 2], null, "int64").toNested()).toEqual([1n, 2n]);
    expect(
      ndarray([1, 2, 3, 4], [2, 2], "int8", {
        mask: [
          [true, false],
          [false, true],
        ],
      }).toNested(),
    ).toEqual([
      [null, 2],
      [3, null],
    ]);
    expect(ndarray([1, 2], null, undefined, { mask: Uint8Array.of(0, 9) }).mask).toEqual(Uint8Array.of(0, 1));
  });

  test("nothing else", () => {
    expectError(() => ndarray([[1, 2], [3]]), "SHAPE_MISMATCH", "ragged", "length 1", "expected 2");
    expectError(() => ndarray([1, [2]] as never), "SHAPE_MISMATCH", "ragged");
    expectError(() => ndarray([[1], 2] as never), "SHAPE_MISMATCH", "ragged");
    expectError(() => ndarray([1, true]), "INVALID_ARGUMENT", "number, boolean");
    expectError(() => ndarray([1, 1n]), "INVALID_ARGUMENT", "number, bigint");
    expectError(() => ndarray([Float64Array.of(1.5), Int8Array.of(1)]), "INVALID_ARGUMENT", "float64, int8");
    expectError(() => ndarray([Int8Array.of(1), [1.5]]), "INVALID_ARGUMENT", "int8");
    expectError(() => ndarray([[1.5], Int8Array.of(1)]), "INVALID_ARGUMENT", "int8");
    expectError(() => ndarray([1, null] as never), "INVALID_ARGUMENT", "null", "mask");
    expectError(() => ndarray([Symbol("1")] as never), "INVALID_ARGUMENT", "symbol");
    expectError(() => ndarray(undefined as never), "INVALID_ARGUMENT", "undefined");
    expectError(() => ndarray([2n ** 63n]), "INVALID_ARGUMENT", String(2n ** 63n), "int64");
    expectError(() => ndarray([1, 2, 3], [2, 2]), "SHAPE_MISMATCH", "<2 x 2>", "needs 4", "got 3");
    expectError(() => ndarray([1], [-1]), "INVALID_ARGUMENT", "-1");
    expectError(() => ndarray([1], null, "float16" as DType), "DTYPE_UNSUPPORTED", "float16");
    expectError(() => ndarray([1, 2], null, "int8", { mask: [true] }), "SHAPE_MISMATCH", "1 entries", "2");
  });
});

describe("as a seed", () => {
  test("gives the elements asked for in new memory", () => {
    const cases = stridedArrays.chain((one) =>
      fc.tuple(fc.constant(one), fc.tuple(...one.array.shape.map(axisSelections))),
    );
    fc.assert(
      fc.property(cases, ([{ array, naive: expected }, selections]) => {
        const full = selections.map((selection, axis) => selection ?? rangeSelection(0, 1, array.shape[axis]!));
        const part = array.extractDense(full.map((selection) => toSeedRequest(selection).entry));
        const lists = full.map((selection) => [...new Set(selectionIndices(selection))].sort((a, b) => a - b));
        expect(naive(part)).toEqual(naiveSelect(expected, lists));
        expect((part.data as TypedArray).buffer).not.toBe((array.data as TypedArray).buffer);
        expect(part.isMasked).toBe(array.isMasked);
      }),
    );
  });

  test("its chunks follow its memory", () => {
    const lengths = (array: NdArray) => array.chunkGrid().boundaries.map((ticks) => ticks.length);
    const rows = ndarray(new Int8Array(24), [2, 3, 4]);
    expect(lengths(rows)).toEqual([2, 3, 1]);
    expect(lengths(rows.T)).toEqual([1, 3, 2]);
    expect(lengths(ndarray(new Int8Array(0), [2, 0]))).toEqual([2, 0]);
    expect(lengths(ndarray(5))).toEqual([]);
  });
});
