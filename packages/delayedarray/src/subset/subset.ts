import { hasBrand } from "../base/brand.js";
import { dtypeOfTypedArray } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { type Shape, shapeText } from "../base/shape.js";
import { type AxisSelection, fullSelection, listSelection, rangeSelection } from "./axis-selection.js";
import { checkSlice, isSlice, resolveSlice, type Slice } from "./slice.js";

/** A boolean mask held by an array of this package. */
interface MaskArray {
  readonly dtype: string;
  readonly shape: Shape;
  get(...indices: number[]): unknown;
}

/**
 * What to take of one axis:
 *
 * - `null` or `undefined`: all of it
 * - a {@link slice}, clipped as in Python
 * - an integer: that one, and the axis is dropped
 * - a plain or typed array of integers: those, in that order, repeats allowed
 * - a mask: a plain array of booleans or an `NdArray` of bool, of exactly the axis's length
 *
 * Negative integers count from the end.
 */
export type SubsetEntry =
  | null
  | undefined
  | Slice
  | number
  | bigint
  | readonly number[]
  | readonly bigint[]
  | readonly boolean[]
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array
  | MaskArray;

/** One entry per axis; missing ones mean all. Several lists select their outer product. */
export type Subset = readonly SubsetEntry[];

/** A subset after all checks. */
export interface CheckedSubset {
  readonly selections: readonly AxisSelection[];
  /** Axes that an integer selected, to be dropped. */
  readonly dropped: readonly boolean[];
}

function checkIndex(value: unknown, axis: number, extent: number, shape: Shape): number {
  const index = typeof value === "bigint" ? Number(value) : value;
  if (typeof index !== "number" || !Number.isInteger(index)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `subset of ${shapeText(shape)}: index ${String(value)} on axis ${axis} is not an integer`,
    );
  }
  if (index < -extent || index >= extent) {
    throw new DelayedArrayError(
      "INDEX_OUT_OF_RANGE",
      `subset of ${shapeText(shape)}: index ${index} is out of range for axis ${axis} with extent ${extent}`,
    );
  }
  return index < 0 ? index + extent : index === 0 ? 0 : index;
}

function fromMask(
  length: number,
  at: (i: number) => unknown,
  axis: number,
  extent: number,
  shape: Shape,
): AxisSelection {
  if (length !== extent) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `subset of ${shapeText(shape)}: the mask for axis ${axis} has length ${length}, expected ${extent}`,
    );
  }
  const kept: number[] = [];
  for (let i = 0; i < length; i++) {
    const flag = at(i);
    if (flag === true) kept.push(i);
    else if (flag !== false) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `subset of ${shapeText(shape)}: entry ${i} of the mask for axis ${axis} is ${String(flag)}, expected true or false`,
      );
    }
  }
  return listSelection(Float64Array.from(kept));
}

function checkEntry(entry: SubsetEntry, axis: number, extent: number, shape: Shape): AxisSelection {
  if (entry === null || entry === undefined) return fullSelection(extent);
  if (Array.isArray(entry)) {
    if (entry.length > 0 && entry.some((value) => typeof value === "boolean")) {
      return fromMask(entry.length, (i) => entry[i], axis, extent, shape);
    }
    return listSelection(
      Float64Array.from(entry as readonly unknown[], (value) => checkIndex(value, axis, extent, shape)),
    );
  }
  if (dtypeOfTypedArray(entry) !== undefined) {
    const list = entry as ArrayLike<number | bigint>;
    const indices = new Float64Array(list.length);
    for (let i = 0; i < indices.length; i++) indices[i] = checkIndex(list[i], axis, extent, shape);
    return listSelection(indices);
  }
  if (hasBrand(entry, "delayedarray.NdArray")) {
    const array = entry as MaskArray;
    if (array.shape.length !== 1) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `subset of ${shapeText(shape)}: the index array for axis ${axis} has shape ${shapeText(array.shape)}, expected one dimension`,
      );
    }
    const length = array.shape[0]!;
    if (array.dtype === "bool") return fromMask(length, (i) => array.get(i), axis, extent, shape);
    return listSelection(Float64Array.from({ length }, (_, i) => checkIndex(array.get(i), axis, extent, shape)));
  }
  if (isSlice(entry)) {
    checkSlice(entry);
    const { start, step, length } = resolveSlice(entry, extent);
    return rangeSelection(start, step, length);
  }
  if (typeof entry === "number" || typeof entry === "bigint") {
    return rangeSelection(checkIndex(entry, axis, extent, shape), 1, 1);
  }
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `subset of ${shapeText(shape)}: the entry for axis ${axis} is ${describe(entry)}, expected null, a slice, an integer, an array of integers or a mask`,
  );
}

function describe(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : typeof value === "object" ? "an object" : String(value);
}

/**
 * Checks a subset against a shape.
 *
 * @throws `SHAPE_MISMATCH` for more entries than axes, `INDEX_OUT_OF_RANGE`, `INVALID_ARGUMENT` for a fraction, a mask of
 * the wrong length or anything that is no index
 */
export function checkSubset(subset: Subset, shape: Shape): CheckedSubset {
  if (!Array.isArray(subset)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `subset of ${shapeText(shape)}: expected an array with one entry per axis, got ${describe(subset)}`,
    );
  }
  if (subset.length > shape.length) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `subset of ${shapeText(shape)}: got ${subset.length} entries for ${shape.length} axes`,
    );
  }
  const entries = subset as Subset;
  return {
    selections: shape.map((extent, axis) => checkEntry(entries[axis], axis, extent, shape)),
    dropped: shape.map((_, axis) => typeof entries[axis] === "number" || typeof entries[axis] === "bigint"),
  };
}
