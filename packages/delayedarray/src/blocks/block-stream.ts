import type { DType } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { shapeText } from "../base/shape.js";
import { shown } from "../base/shown.js";
import { isNdArray, type NdArray } from "../values/nd-array.js";
import { isSparseNdarray, type SparseNdarray } from "../values/sparse-ndarray.js";
import type { Block, BlockPosition } from "./blocks.js";

/**
 * Blocks of an array that is not there as a whole: arrays that follow each other along an axis, or blocks that say where they
 * belong, as `blocks()` gives them.
 */
export type BlockStream<D extends DType = DType> = AsyncIterable<
  NdArray<D> | SparseNdarray<D> | Block<NdArray<D> | SparseNdarray<D>>
>;

/** Whether something gives blocks, and is not an array itself. */
export function isBlockStream(x: unknown): x is BlockStream {
  return typeof x === "object" && x !== null && Symbol.asyncIterator in x && !("shape" in x);
}

/** What a stream gave. */
export interface StreamedBlock {
  /** Where it belongs; `undefined` for what follows the one before. */
  readonly position: BlockPosition | undefined;
  /** What it is. */
  readonly block: NdArray | SparseNdarray;
}

/**
 * Checks what a stream gave.
 *
 * @param what - the function that it was given to, for the message
 * @throws `INVALID_ARGUMENT`, `SHAPE_MISMATCH` for something else than arrays, or blocks that are where they say
 */
export function streamedBlock(item: unknown, what: string): StreamedBlock {
  const { position, block = item } = (item ?? {}) as { position?: unknown; block?: unknown };
  if (!isNdArray(block) && !isSparseNdarray(block)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${what}: a stream of blocks gave ${shown(item)}, expected arrays (NdArray, SparseNdarray), or blocks ({ position, block })`,
    );
  }
  if (position === undefined) return { position: undefined, block };
  const intervals = position as BlockPosition;
  const fits =
    Array.isArray(intervals) &&
    intervals.length === block.shape.length &&
    intervals.every(
      ([start, end], axis) => Number.isSafeInteger(start) && start >= 0 && end - start === block.shape[axis],
    );
  if (fits) return { position: intervals, block };
  throw new DelayedArrayError(
    "SHAPE_MISMATCH",
    `${what}: a block of shape ${shapeText(block.shape)} says that it is at ${shown(position)}: the extents differ`,
  );
}
