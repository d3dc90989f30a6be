import { checkOptions } from "../base/check-options.js";
import type { DType } from "../base/dtype.js";
import type { Awaitable } from "../base/options.js";
import type { NdArray } from "../values/nd-array.js";
import type { SparseNdarray } from "../values/sparse-ndarray.js";
import { collect } from "./apply-over-blocks.js";
import { type BlockSource, planBlocks } from "./block-plan.js";
import { BLOCK_OPTIONS, type BlockOptions, type BlockPosition, type DenseBlockOptions } from "./blocks.js";

/**
 * Calls a function with each block of an array, where blocks are cut on one axis only and take the others whole: some
 * rows with all of their columns, say. A block is larger than the buffer where even one such slice is.
 *
 * @param x - a delayed array, an array in memory, or a seed
 * @param axis - the axis that is cut; negative counts from the end
 * @param fn - gets where the block lies (start and end on each axis) and the block, which it may keep and change; may
 * return a promise
 * @param options - see {@link BlockOptions}
 * @returns what `fn` gave for each block, in order; nothing for an empty array
 * @throws `SHAPE_MISMATCH` for a grid of another shape, `INVALID_ARGUMENT`; what `fn` or `onProgress` throws; the
 * signal's reason when it aborts
 */
export function applyOverDimension<T, D extends DType>(
  x: BlockSource<D>,
  axis: number,
  fn: (position: BlockPosition, block: NdArray<D>) => Awaitable<T>,
  options?: DenseBlockOptions,
): Promise<T[]>;
export function applyOverDimension<T, D extends DType>(
  x: BlockSource<D>,
  axis: number,
  fn: (position: BlockPosition, block: NdArray<D> | SparseNdarray<D>) => Awaitable<T>,
  options: BlockOptions,
): Promise<T[]>;
export async function applyOverDimension<T>(
  x: BlockSource,
  axis: number,
  fn: (position: BlockPosition, block: never) => Awaitable<T>,
  options: BlockOptions = {},
): Promise<T[]> {
  checkOptions("applyOverDimension", options, BLOCK_OPTIONS);
  return collect(planBlocks(x, [axis], options), fn, options);
}
