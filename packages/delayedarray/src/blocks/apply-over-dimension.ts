import type { DType } from "../base/dtype.js";
import type { Awaitable } from "../base/options.js";
import { collect } from "./apply-over-blocks.js";
import { type BlockSource, planBlocks } from "./block-plan.js";
import type { BlockOf, BlockOptions, BlockPosition } from "./blocks.js";

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
export async function applyOverDimension<
  T,
  D extends DType,
  const O extends BlockOptions = BlockOptions & { allowSparse?: false },
>(
  x: BlockSource<D>,
  axis: number,
  fn: (position: BlockPosition, block: BlockOf<D, O>) => Awaitable<T>,
  options?: O,
): Promise<Awaited<T>[]> {
  const given: BlockOptions = options ?? {};
  return collect(planBlocks(x, [axis], given), fn, given);
}
