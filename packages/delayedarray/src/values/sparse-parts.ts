import type { DType, NumbersOf } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { type Shape, shapeText, sizeOf } from "../base/shape.js";

/** Positions on the first axis: 32 bits when every one of them fits, exact up to 2^53 otherwise. */
export type IndexArray = Int32Array | Float64Array;

/** Positions in an array of entries: 32 bits when every one of them fits, exact up to 2^53 otherwise. */
export type PositionArray = Uint32Array | Float64Array;

/**
 * What a `SparseNdarray` is made of: compressed fibres along the first axis. A matrix has one fibre per column (CSC); in
 * general fibre number `i1 + s1 * (i2 + s2 * (i3 + …))` holds the entries with trailing coordinates `i1, i2, i3, …`. An
 * array of one axis is one fibre, and a 0-d array is one fibre of extent 1.
 */
export interface SparseParts<D extends DType = DType> {
  readonly shape: Shape;
  readonly dtype: D;
  /** Where each fibre starts in `indices` and `data`, and the number of entries last: one more than there are fibres. */
  readonly indptr: Float64Array;
  /** Position on the first axis of each stored entry, strictly increasing within a fibre. */
  readonly indices: IndexArray;
  /** Value of each stored entry; it may be 0. */
  readonly data: NumbersOf<D>;
  /** Missing entries, one byte per stored entry: 1 = missing. */
  readonly mask?: Uint8Array | undefined;
}

/** The structure alone: where entries are stored, without their values. */
export type SparseStructure = Pick<SparseParts, "shape" | "indptr" | "indices">;

/** Fibre numbers fit 32 bits, which bounds what one number per fibre costs. */
const MAX_FIBRES = 2 ** 32;

/** Extent of the first axis; 1 for a 0-d array. */
export function fibreExtent(shape: Shape): number {
  return shape[0] ?? 1;
}

/**
 * Number of fibres along the first axis: the product of the trailing extents.
 *
 * @throws `LIMIT_EXCEEDED` when there are more than 2^32
 */
export function fibreCount(shape: Shape): number {
  const fibres = sizeOf(shape.slice(1));
  if (fibres > MAX_FIBRES) throw tooManyFibres(shape, fibres);
  return fibres;
}

function tooManyFibres(shape: Shape, fibres: number, cause?: unknown): DelayedArrayError {
  return new DelayedArrayError(
    "LIMIT_EXCEEDED",
    `SparseNdarray of shape ${shapeText(shape)}: ${fibres} fibres along the first axis, one pointer of 8 bytes each, are ` +
      "too many: take a smaller subset, or transpose so that the longest axis comes first",
    { cause },
  );
}

/** How far apart, in fibres, neighbours on each axis are; 0 for the first axis, which runs within a fibre. */
export function fibreStrides(shape: Shape): number[] {
  let step = 1;
  return shape.map((extent, axis) => {
    if (axis === 0) return 0;
    const stride = step;
    step *= extent;
    return stride;
  });
}

/** A new array of `length` positions on the first axis of an array of this shape. */
/** @throws `DTYPE_UNSUPPORTED` for strings: they have no zero that need not be stored */
export function refuseSparseStrings(dtype: DType): void {
  if (dtype === "string") {
    throw new DelayedArrayError("DTYPE_UNSUPPORTED", "a sparse array of strings: strings have no zero; read it dense");
  }
}

export function allocateIndices(shape: Shape, length: number): IndexArray {
  return fibreExtent(shape) <= 2 ** 31 ? new Int32Array(length) : new Float64Array(length);
}

/** A new array of `length` positions, each below `limit`. */
export function allocatePositions(limit: number, length: number): PositionArray {
  return limit <= 2 ** 32 ? new Uint32Array(length) : new Float64Array(length);
}

/**
 * A new array of fibre starts, all 0.
 *
 * @throws `LIMIT_EXCEEDED` when there are too many fibres
 */
export function allocateIndptr(shape: Shape): Float64Array {
  const fibres = fibreCount(shape);
  try {
    return new Float64Array(fibres + 1);
  } catch (cause) {
    throw tooManyFibres(shape, fibres, cause);
  }
}

/** Turns lengths, each stored one place after its fibre, into starts. */
export function accumulate(indptr: Float64Array): void {
  for (let fibre = 1; fibre < indptr.length; fibre++) indptr[fibre]! += indptr[fibre - 1]!;
}

/** A copy of starts, none above `limit`, to count up from: in 32 bits where they fit, which is twice as fast. */
export function counters(starts: Float64Array, limit: number): PositionArray {
  return limit < 2 ** 32 ? new Uint32Array(starts) : starts.slice();
}

/** First entry in `start` to `end` whose index is at least `index`; `end` if none is. */
export function lowerBound(indices: IndexArray, index: number, start: number, end: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = Math.floor((low + high) / 2); // positions may exceed what bit operations can hold
    if (indices[middle]! < index) low = middle + 1;
    else high = middle;
  }
  return low;
}
