import fc from "fast-check";
import { allocateNumbers, type DType, dtypeFacts, isBigDType, type TypedArray } from "../../src/base/dtype.js";
import { sizeOf } from "../../src/base/shape.js";
import { type AxisSelection, listSelection, rangeSelection } from "../../src/subset/axis-selection.js";
import { NdArray } from "../../src/values/nd-array.js";
import { SparseNdarray } from "../../src/values/sparse-ndarray.js";
import { NUMERIC_DTYPES } from "../numeric-dtypes.js";
import { allIndices, type Naive, type Value } from "./naive.js";

export const dtypes = fc.constantFrom(...NUMERIC_DTYPES);

/** Shapes of rank 0 to 4, empty extents among them. */
export const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 });

/** Values of a dtype, its limits among them, in a typed array. */
export function typedValues(dtype: DType, length: number): fc.Arbitrary<TypedArray> {
  const { kind, min, max } = dtypeFacts(dtype);
  const one: fc.Arbitrary<number | bigint> =
    kind === "f"
      ? fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 0.5))
      : isBigDType(dtype)
        ? fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max, 0n))
        : fc.oneof(fc.integer({ min: Number(min), max: Number(max) }), fc.constantFrom(Number(min), Number(max), 0));
  return fc.array(one, { minLength: length, maxLength: length }).map((values) => {
    const data = allocateNumbers(dtype, length);
    values.forEach((value, i) => {
      data[i] = value;
    });
    return data;
  });
}

/** A sparse array together with the same values said plainly. */
export interface Case {
  readonly sparse: SparseNdarray;
  readonly naive: Naive;
}

export function valueAt(data: TypedArray, i: number, dtype: DType): Value {
  const value = data[i]!;
  return dtype === "bool" ? value !== 0 : value;
}

/** Zero as an element of a dtype. */
export function zero(dtype: DType): Value {
  return dtype === "bool" ? false : isBigDType(dtype) ? 0n : 0;
}

/** Sparse arrays of a shape: explicit zeros, empty fibres, full ones, masks. */
export function sparseOf(shape: readonly number[], dtype: DType): fc.Arbitrary<Case> {
  const size = sizeOf(shape);
  return fc
    .record({
      data: typedValues(dtype, size),
      stored: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: size, maxLength: size }),
      missing: fc.option(fc.array(fc.boolean(), { minLength: size, maxLength: size })),
      filling: fc.constantFrom(0, 2, 5, 10),
    })
    .map(({ data, stored, missing, filling }) => {
      const kept: number[] = [];
      for (let i = 0; i < size; i++) if (stored[i]! < filling) kept.push(i);
      const all = allIndices(shape);
      const entries = allocateNumbers(dtype, kept.length);
      kept.forEach((i, k) => {
        entries[k] = data[i]!;
      });
      const coo = {
        coords: shape.map((_, axis) => kept.map((i) => all[i]![axis]!)),
        data: entries,
        shape,
        mask: missing === null ? undefined : kept.map((i) => missing[i]!),
      };
      const values = all.map((_, i): Value => {
        if (stored[i]! >= filling) return zero(dtype);
        return missing?.[i] ? null : valueAt(data, i, dtype);
      });
      return { sparse: SparseNdarray.fromCoo(coo, { dtype }), naive: { shape, values } };
    });
}

/** Sparse arrays of every rank and dtype. */
export const sparseArrays = fc.tuple(shapes, dtypes).chain(([shape, dtype]) => sparseOf(shape, dtype));

/** Dense arrays with strides of every kind: permuted, reversed, spread out, repeating (stride 0), with an offset. */
export const stridedArrays = fc
  .record({
    shape: shapes,
    dtype: dtypes,
    order: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
    signs: fc.array(fc.constantFrom(1, 1, -1), { minLength: 4, maxLength: 4 }),
    gaps: fc.array(fc.constantFrom(1, 1, 1, 2, 0), { minLength: 4, maxLength: 4 }),
    offset: fc.integer({ min: 0, max: 3 }),
    masked: fc.boolean(),
  })
  .chain(({ shape, dtype, order, signs, gaps, offset, masked }) => {
    const axes = shape.map((_, axis) => axis).sort((a, b) => order[a]! - order[b]!);
    const stride = shape.map(() => 0);
    let step = 1;
    for (const axis of axes) {
      stride[axis] = step * gaps[axis]!;
      step *= Math.max(1, shape[axis]! * Math.max(1, gaps[axis]!));
    }
    const reversed = stride.map((by, axis) => by * signs[axis]!);
    const start =
      offset + stride.reduce((at, by, axis) => (signs[axis]! < 0 ? at + by * Math.max(0, shape[axis]! - 1) : at), 0);
    return fc
      .tuple(
        typedValues(dtype, step + offset),
        fc.array(fc.nat(1), { minLength: step + offset, maxLength: step + offset }),
      )
      .map(([data, flags]) => {
        const mask = masked ? Uint8Array.from(flags) : undefined;
        const array = new NdArray({ data, shape, stride: reversed, offset: start, dtype, mask });
        const values = allIndices(shape).map((indices): Value => {
          const at = indices.reduce((sum, i, axis) => sum + i * reversed[axis]!, start);
          return mask?.[at] ? null : valueAt(data, at, dtype);
        });
        return { array, naive: { shape, values } };
      });
  });

/** What may be selected of one axis: nothing said, ranges with any step, lists in any order with repeats. */
export function axisSelections(extent: number): fc.Arbitrary<AxisSelection | null> {
  if (extent === 0) return fc.constantFrom(null, rangeSelection(0, 1, 0));
  const range = fc
    .record({
      start: fc.integer({ min: 0, max: extent - 1 }),
      step: fc.constantFrom(1, 1, 2, 3, -1, -2),
      length: fc.integer({ min: 0, max: extent }),
    })
    .map(({ start, step, length }) => {
      const room = step > 0 ? Math.ceil((extent - start) / step) : Math.floor(start / -step) + 1;
      return rangeSelection(start, step, Math.min(length, room));
    });
  const list = fc
    .array(fc.integer({ min: 0, max: extent - 1 }), { maxLength: 2 * extent })
    .map((indices) => listSelection(Float64Array.from(indices)));
  const increasing = fc
    .uniqueArray(fc.integer({ min: 0, max: extent - 1 }), { maxLength: extent })
    .map((indices) => listSelection(Float64Array.from(indices).sort()));
  return fc.oneof(fc.constant(null), range, list, increasing);
}
