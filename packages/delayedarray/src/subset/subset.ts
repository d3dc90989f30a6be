import { hasBrand } from "../base/brand.js";
import { dtypeOfTypedArray } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { type Shape, shapeText } from "../base/shape.js";
import { shown } from "../base/shown.js";
import { type AxisSelection, fullSelection, listSelection, rangeSelection } from "./axis-selection.js";
import { checkSlice, isSlice, resolveSlice, type Slice } from "./slice.js";
import { ellipsis, newAxis } from "./subset-markers.js";

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
 * - a name, which drops the axis, or an array of names, where the array has `dimnames`
 * - `newAxis`: an axis of extent 1 is added; `ellipsis`: as many whole axes as are left over
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
  | readonly string[]
  | string
  | typeof newAxis
  | typeof ellipsis
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

/** One entry per axis; missing ones at the end mean all. Several lists select their outer product. */
export type Subset = readonly SubsetEntry[];

/** A subset after all checks. */
export interface CheckedSubset {
  readonly selections: readonly AxisSelection[];
  /** The axes of the result: those that no integer dropped, and `null` where one is added. */
  readonly axes: readonly (number | null)[];
}

/** The names of an axis's indices, if it has any. */
export type NamesOf = (axis: number) => readonly string[] | null;

function checkIndex(value: unknown, axis: number, extent: number, shape: Shape): number {
  const index = typeof value === "bigint" ? Number(value) : value;
  if (typeof index !== "number" || !Number.isInteger(index)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `subset of ${shapeText(shape)}: index ${shown(value)} on axis ${axis} is not an integer`,
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
        `subset of ${shapeText(shape)}: entry ${i} of the mask for axis ${axis} is ${shown(flag)}, expected true or false`,
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
    `subset of ${shapeText(shape)}: the entry for axis ${axis} is ${shown(entry)}, expected null, a slice, an integer, an array of integers or a mask`,
  );
}

/** Positions of names on an axis; of a name that occurs several times the first. */
function fromNames(wanted: readonly string[], axis: number, shape: Shape, namesOf: NamesOf): AxisSelection {
  const names = namesOf(axis);
  if (names === null) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `subset of ${shapeText(shape)}: ${JSON.stringify(wanted[0])} on axis ${axis}, which has no names: give it dimnames, or use indices`,
    );
  }
  const positions = wanted.length === 1 ? undefined : positionsOf(names);
  return listSelection(
    Float64Array.from(wanted, (name) => {
      const position = positions === undefined ? names.indexOf(name) : (positions.get(name) ?? -1);
      if (position >= 0) return position;
      throw new DelayedArrayError(
        "NOT_FOUND",
        `subset of ${shapeText(shape)}: axis ${axis} has no name ${JSON.stringify(name)} (its ${names.length} names begin with ${names
          .slice(0, 3)
          .map((known) => JSON.stringify(known))
          .join(", ")})`,
      );
    }),
  );
}

function positionsOf(names: readonly string[]): Map<string, number> {
  const positions = new Map<string, number>();
  names.forEach((name, i) => {
    if (!positions.has(name)) positions.set(name, i);
  });
  return positions;
}

const isName = (entry: unknown): entry is string => typeof entry === "string";

const dropsAxis = (entry: unknown): boolean => typeof entry === "number" || typeof entry === "bigint" || isName(entry);

/** Puts whole axes in the place of an ellipsis, and after the last entry. */
function expand(subset: readonly SubsetEntry[], shape: Shape): SubsetEntry[] {
  const taking = subset.filter((entry) => entry !== newAxis && entry !== ellipsis).length;
  if (taking > shape.length) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `subset of ${shapeText(shape)}: got ${taking} entries for ${shape.length} axes`,
    );
  }
  const rest = Array.from({ length: shape.length - taking }, () => null);
  const at = subset.indexOf(ellipsis);
  if (at < 0) return [...subset, ...rest];
  if (subset.lastIndexOf(ellipsis) !== at) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `subset of ${shapeText(shape)}: more than one ellipsis`);
  }
  return [...subset.slice(0, at), ...rest, ...subset.slice(at + 1)];
}

/**
 * Checks a subset against a shape.
 *
 * @param namesOf - names by which entries may be selected
 * @throws `SHAPE_MISMATCH` for more entries than axes, `INDEX_OUT_OF_RANGE`, `NOT_FOUND` for a name that an axis does not
 * have, `INVALID_ARGUMENT` for a fraction, a mask of the wrong length or anything that is no index
 */
export function checkSubset(subset: Subset, shape: Shape, namesOf: NamesOf = () => null): CheckedSubset {
  if (!Array.isArray(subset)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `subset of ${shapeText(shape)}: expected an array with one entry per axis, got ${shown(subset)}`,
    );
  }
  const selections: AxisSelection[] = [];
  const axes: (number | null)[] = [];
  for (const entry of expand(subset, shape)) {
    if (entry === newAxis) {
      axes.push(null);
      continue;
    }
    const axis = selections.length;
    if (!dropsAxis(entry)) axes.push(axis);
    if (isName(entry)) selections.push(fromNames([entry], axis, shape, namesOf));
    else if (Array.isArray(entry) && entry.length > 0 && entry.every(isName)) {
      selections.push(fromNames(entry, axis, shape, namesOf));
    } else selections.push(checkEntry(entry, axis, shape[axis]!, shape));
  }
  return { selections, axes };
}
