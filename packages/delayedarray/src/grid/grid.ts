import type { AxisSelection } from "../subset/axis-selection.js";

/** One block's extent on one axis: start inclusive, end exclusive. */
export type Interval = readonly [start: number, end: number];

/** Where a block lies: one interval per axis. */
export type Position = readonly Interval[];

/**
 * Ascending end points of the intervals on one axis: the last one is the extent; none for an extent of 0. Arrays and
 * typed arrays are such sequences; others work out each end point when asked, so that an axis of 2^53 costs nothing.
 */
export interface Ticks {
  /** How many intervals there are. */
  readonly length: number;
  /** One of them; negative indices count from the last. */
  at(index: number): number | undefined;
  /** The ends, in order. */
  [Symbol.iterator](): Iterator<number>;
}

/**
 * What a grid is subset by: one entry per axis, `null` for all of it, indices in any order with repeats, or a selection.
 * Of a selection in arithmetic progression no index is ever written out.
 */
export type GridSubset = readonly (ArrayLike<number> | AxisSelection | null)[];

/**
 * How an array is divided into chunks that are read as a whole, and what reading it costs.
 */
export interface Grid {
  /** Extents of the array, one per axis. */
  readonly shape: readonly number[];
  /** End points of the chunks, per axis. */
  readonly boundaries: readonly Ticks[];
  /** Relative cost of reading all of it: a factor per backend times the number of elements. */
  readonly cost: number;
  /** The grid of the transposed array. */
  transpose(permutation: readonly number[]): Grid;
  /** The grid of a subset of the array. */
  subset(subset: GridSubset): Grid;
  /**
   * Blocks that cover each element exactly once and follow the chunks. With all axes in `dimensions`, a block holds at
   * most `bufferElements` elements (and at least one); axes that are not in it are taken whole, whatever their extent.
   */
  iterate(
    dimensions: readonly number[],
    bufferElements?: number,
  ): Generator<[start: number, end: number][], void, void>;
}
