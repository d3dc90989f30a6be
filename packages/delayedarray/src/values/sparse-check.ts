import { checkOptions } from "../base/check-options.js";
import { checkDType, type DType, dtypeOfTypedArray, type TypedArray, typedArrayFits } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { type Shape, shapeText } from "../base/shape.js";
import { shown } from "../base/shown.js";
import { type NestedInput, ndarray } from "./ndarray.js";
import {
  allocateIndices,
  fibreCount,
  fibreExtent,
  type IndexArray,
  refuseSparseStrings,
  type SparseParts,
} from "./sparse-parts.js";

/** Integers in a plain or typed array. */
export type IntegerArray = ArrayLike<number> | ArrayLike<bigint>;

/** Values of stored entries: a typed array, or a plain array of only numbers, only bigints or only booleans. */
export type ValueArray = TypedArray | readonly number[] | readonly bigint[] | readonly boolean[];

/** Which stored entries are missing: true or 1 = missing. */
export type MaskFlags = Uint8Array | readonly boolean[] | readonly number[];

/** What the static makers of sparse arrays take last. */
export interface SparseOptions<D extends DType = DType> {
  /** Converts the values, before those that share a position are added up. By default the dtype of the values. */
  readonly dtype?: D | undefined;
  /**
   * Takes entries only in order and at most one at each position, and refuses others with `INVALID_ARGUMENT`, instead of
   * sorting and adding up. In order: by index within each column (CSC), row (CSR) or fibre; coordinates as `toCoo` gives
   * them, the first axis fastest.
   */
  readonly strict?: boolean | undefined;
}

/**
 * Checks the object in which the parts of a sparse array are given: what it does not know would be ignored.
 *
 * @param names - the parts that there are
 * @throws `INVALID_ARGUMENT` for what is no object, or has another part
 */
export function checkInput(what: string, input: object, names: readonly string[]): void {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${what}: expected an object with ${names.join(", ")}, got ${shown(input)}`,
    );
  }
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || names.includes(name)) continue;
    const isOption = (SPARSE_OPTIONS as readonly string[]).includes(name);
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${what}: ${name} ${isOption ? "is an option: options go into an object of their own, after this one" : `is none of ${names.join(", ")}`}`,
    );
  }
}

const SPARSE_OPTIONS = ["dtype", "strict"] as const;

/** @throws `INVALID_ARGUMENT` for what is no option or of another kind, `DTYPE_UNSUPPORTED` */
export function checkSparseOptions(what: string, options: SparseOptions): SparseOptions {
  const { dtype, strict } = checkOptions(what, options, SPARSE_OPTIONS);
  if (dtype !== undefined) checkDType(dtype);
  if (strict !== undefined && strict !== null && typeof strict !== "boolean") {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${what}: strict ${shown(strict)}: expected true or false`);
  }
  return options;
}

/**
 * Checks parts that are to be used as they are.
 *
 * @throws `SHAPE_MISMATCH` for lengths that contradict each other, `INDEX_OUT_OF_RANGE`, `INVALID_ARGUMENT` for starts
 * that decrease or indices out of order, `DTYPE_UNSUPPORTED` for data of another type
 */
export function checkSparseParts(parts: SparseParts): void {
  const { shape, dtype, indptr, indices, data, mask } = parts;
  const what = `SparseNdarray of shape ${shapeText(shape)}`;
  refuseSparseStrings(checkDType(dtype));
  if (!typedArrayFits(data as TypedArray, dtype)) {
    throw new DelayedArrayError(
      "DTYPE_UNSUPPORTED",
      `${what} of ${dtype}: data is a ${Object.prototype.toString.call(data).slice(8, -1)}`,
    );
  }
  const wanted = allocateIndices(shape, 0);
  if (dtypeOfTypedArray(indices) !== dtypeOfTypedArray(wanted) || dtypeOfTypedArray(indptr) !== "float64") {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${what}: expected indptr as a Float64Array and indices as ${wanted instanceof Int32Array ? "an Int32Array" : "a Float64Array"}; fromCsc, fromCsr and fromCoo take any integers`,
    );
  }
  checkLengths(what, indices.length, data.length, mask?.length);
  checkIndptr(indptr, fibreCount(shape), data.length, what);
  checkRange(indices, fibreExtent(shape), 0, what);
  const fibre = firstUnsortedFibre(indptr, indices);
  if (fibre >= 0) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${what}: the indices of fibre ${fibre} are not strictly increasing; fromCsc, fromCsr and fromCoo sort and add up`,
    );
  }
}

/** @throws `SHAPE_MISMATCH` */
export function checkLengths(what: string, indices: number, data: number, mask?: number): void {
  if (indices !== data) {
    throw new DelayedArrayError("SHAPE_MISMATCH", `${what}: got ${indices} indices for ${data} values`);
  }
  if (mask !== undefined && mask !== data) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `${what}: the mask has ${mask} entries, expected ${data}, one per value`,
    );
  }
}

/**
 * Checks the starts of fibres.
 *
 * @param fibres - how many there must be
 * @param entries - how many entries there are
 * @throws `SHAPE_MISMATCH` when lengths disagree, `INVALID_ARGUMENT` for a start that is not 0, decreases or is no integer
 */
export function checkIndptr(indptr: Float64Array, fibres: number, entries: number, what: string): void {
  if (indptr.length !== fibres + 1) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `${what}: indptr has ${indptr.length} entries, expected ${fibres + 1}, one more than there are fibres`,
    );
  }
  if (indptr[0] !== 0) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${what}: indptr starts at ${indptr[0]}, expected 0`);
  }
  for (let fibre = 0; fibre < fibres; fibre++) {
    const end = indptr[fibre + 1]!;
    if (!Number.isInteger(end)) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `${what}: entry ${fibre + 1} of indptr is ${end}, not an integer`,
      );
    }
    if (end < indptr[fibre]!) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `${what}: indptr decreases from ${indptr[fibre]} to ${end} at entry ${fibre + 1}`,
      );
    }
  }
  if (indptr[fibres] !== entries) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `${what}: indptr ends at ${indptr[fibres]}, but there are ${entries} values`,
    );
  }
}

function checkRange(indices: IndexArray | Float64Array, extent: number, axis: number, what: string): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (!(index >= 0 && index < extent) || !Number.isInteger(index)) throw badIndex(index, i, extent, axis, what);
  }
}

function badIndex(index: unknown, entry: number, extent: number, axis: number, what: string): DelayedArrayError {
  const where = `${what}: index ${typeof index === "bigint" ? index : shown(index)} of entry ${entry}`;
  if (typeof index !== "bigint" && !Number.isInteger(index)) {
    return new DelayedArrayError("INVALID_ARGUMENT", `${where} is not an integer`);
  }
  return new DelayedArrayError("INDEX_OUT_OF_RANGE", `${where} is out of range for axis ${axis} with extent ${extent}`);
}

/** The first fibre whose indices are not strictly increasing; -1 if there is none. */
export function firstUnsortedFibre(indptr: Float64Array, indices: IndexArray): number {
  for (let fibre = 0; fibre < indptr.length - 1; fibre++) {
    const end = indptr[fibre + 1]!;
    for (let i = indptr[fibre]! + 1; i < end; i++) if (indices[i]! <= indices[i - 1]!) return fibre;
  }
  return -1;
}

const LENIENT = "without strict, entries are sorted and those at one position added up";

/**
 * Refuses entries out of order, and several at one position.
 *
 * @param starts - where each run of entries starts, and the number of entries last
 * @param run - what a run is called: column, row, fibre
 * @throws `INVALID_ARGUMENT` naming the first such entry
 */
export function checkIncreasing(starts: Float64Array, indices: IndexArray, run: string, what: string): void {
  const number = firstUnsortedFibre(starts, indices);
  if (number < 0) return;
  let entry = starts[number]! + 1;
  while (indices[entry]! > indices[entry - 1]!) entry++;
  const [before, index] = [indices[entry - 1]!, indices[entry]!];
  const fault = before === index ? `repeats index ${index}` : `has index ${index} after ${before}`;
  throw new DelayedArrayError("INVALID_ARGUMENT", `${what}: entry ${entry} ${fault} in ${run} ${number}; ${LENIENT}`);
}

/**
 * The same for entries by coordinates: by fibre, then by index.
 *
 * @throws `INVALID_ARGUMENT` naming the first such entry
 */
export function checkOrder(fibre: Uint32Array, index: IndexArray, what: string): void {
  for (let entry = 1; entry < fibre.length; entry++) {
    const step = fibre[entry]! - fibre[entry - 1]! || index[entry]! - index[entry - 1]!;
    if (step > 0) continue;
    const fault = step === 0 ? "has the coordinates of" : "belongs before";
    const order = step === 0 ? "" : " (the first axis fastest)";
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${what}: entry ${entry} ${fault} entry ${entry - 1}${order}; ${LENIENT}`,
    );
  }
}

/**
 * Positions on one axis, checked. An array that has the right type already is used as it is.
 *
 * @throws `INDEX_OUT_OF_RANGE` naming entry, value and extent; `INVALID_ARGUMENT` for what is not an integer
 */
export function readIndices(values: IntegerArray, shape: Shape, axis: number, what: string): IndexArray {
  const extent = axis === 0 ? fibreExtent(shape) : shape[axis]!;
  const indices = allocateIndices([extent], 0);
  if (dtypeOfTypedArray(values) === dtypeOfTypedArray(indices)) {
    checkRange(values as IndexArray, extent, axis, what);
    return values as IndexArray;
  }
  checkArray(values, `${what}: the indices of axis ${axis}`);
  const copy = allocateIndices([extent], values.length);
  for (let i = 0; i < values.length; i++) {
    const value: unknown = values[i];
    const index = typeof value === "bigint" ? Number(value) : value;
    if (!(typeof index === "number" && index >= 0 && index < extent && Number.isInteger(index))) {
      throw badIndex(value, i, extent, axis, what);
    }
    copy[i] = index;
  }
  return copy;
}

/** Starts of fibres as numbers, not yet checked against anything. A `Float64Array` is used as it is. */
export function readIndptr(values: IntegerArray, what: string): Float64Array {
  if (dtypeOfTypedArray(values) === "float64") return values as Float64Array;
  checkArray(values, `${what}: indptr`);
  const starts = new Float64Array(values.length);
  for (let i = 0; i < starts.length; i++) {
    const start: unknown = values[i];
    starts[i] = typeof start === "bigint" ? Number(start) : typeof start === "number" ? start : Number.NaN;
  }
  return starts;
}

/** @throws `INVALID_ARGUMENT` for what is neither a plain nor a typed array */
export function checkArray(values: unknown, what: string): void {
  if (Array.isArray(values) || dtypeOfTypedArray(values) !== undefined) return;
  throw new DelayedArrayError("INVALID_ARGUMENT", `${what}: expected a plain or typed array, got ${shown(values)}`);
}

/**
 * Values and mask of stored entries. A typed array whose dtype agrees is used as it is.
 *
 * @param dtype - converts to this dtype
 * @throws `INVALID_ARGUMENT` for values of mixed or unknown types, `SHAPE_MISMATCH` for a mask of another length
 */
export function readValues(
  values: ValueArray,
  mask: MaskFlags | undefined,
  dtype: DType | undefined,
  what: string,
): { data: TypedArray; dtype: DType; mask: Uint8Array | undefined } {
  checkArray(values, `${what}: data`);
  if (mask !== undefined) {
    checkArray(mask, `${what}: mask`);
    checkLengths(what, values.length, values.length, mask.length);
  }
  const read = ndarray(values as NestedInput, null, dtype as DType, { mask: mask as NestedInput | undefined });
  if (read.shape.length !== 1) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `${what}: data is nested ${read.shape.length} deep, expected a flat array`,
    );
  }
  refuseSparseStrings(read.dtype);
  return { data: read.data as TypedArray, dtype: read.dtype, mask: read.mask };
}
