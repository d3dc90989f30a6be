import { abortable } from "../base/abort.js";
import { brand, hasBrand } from "../base/brand.js";
import { checkOptions } from "../base/check-options.js";
import { type DType, itemSize } from "../base/dtype.js";
import { endingProgress } from "../base/ending-progress.js";
import type { Awaitable } from "../base/options.js";
import type { NdArray } from "../values/nd-array.js";
import type { SparseNdarray } from "../values/sparse-ndarray.js";
import { checkCallback, isPromise } from "./apply-over-blocks.js";
import { type BlockSource, planBlocks } from "./block-plan.js";
import { BLOCK_OPTIONS, type BlockOptions, type BlockPosition, type DenseBlockOptions, readBlocks } from "./blocks.js";

const NAME = "delayedarray.Stop";

/** A result that no further block can change, made by {@link stop}. */
export class Stop<A> {
  /** @param result - what the reduction gives */
  constructor(readonly result: A) {
    Object.freeze(this);
  }
}
brand(Stop, NAME);

/** Ends a {@link blockReduce} early: return `stop(result)` from its function. */
export function stop<A>(result: A): Stop<A> {
  return new Stop(result);
}

/**
 * Takes an array into an accumulator, block by block and in order, first axis fastest. Where the function gives
 * `stop(result)`, that is the result: no further read begins, and one that was under way for the next block is aborted.
 *
 * ```ts
 * const found = await blockReduce(x, (_, position, block) => (block.data.includes(7) ? stop(position) : null), null);
 * ```
 *
 * @param x - a delayed array, an array in memory, or a seed
 * @param fn - gets the accumulator, where the block lies (start and end on each axis) and the block, which it may keep and
 * change; gives the new accumulator, `stop(result)`, or a promise of one of both, which is waited for before the next call
 * @param init - the accumulator to begin with, and the result for an empty array, which has no blocks
 * @param options - see {@link BlockOptions}; with `readAhead: false` nothing is ever read that `fn` does not get
 * @throws `SHAPE_MISMATCH` for a grid of another shape, `INVALID_ARGUMENT`; what `fn` or `onProgress` throws; the
 * signal's reason when it aborts
 * @see R's `DelayedArray::blockReduce`, whose `BREAKIF` is `stop` here
 */
export function blockReduce<A, D extends DType, R = A>(
  x: BlockSource<D>,
  fn: (accumulator: A, position: BlockPosition, block: NdArray<D>) => Awaitable<A | Stop<R>>,
  init: A,
  options?: DenseBlockOptions,
): Promise<A | R>;
export function blockReduce<A, D extends DType, R = A>(
  x: BlockSource<D>,
  fn: (accumulator: A, position: BlockPosition, block: NdArray<D> | SparseNdarray<D>) => Awaitable<A | Stop<R>>,
  init: A,
  options: BlockOptions,
): Promise<A | R>;
export async function blockReduce<A, R>(
  x: BlockSource,
  fn: (accumulator: A, position: BlockPosition, block: never) => Awaitable<A | Stop<R>>,
  init: A,
  options: BlockOptions = {},
): Promise<A | R> {
  checkOptions("blockReduce", options, BLOCK_OPTIONS);
  const plan = planBlocks(x, undefined, options);
  checkCallback(fn);
  const progress = endingProgress(options.onProgress);
  let accumulator = init;
  let bytes = 0;
  for await (const { position, block } of readBlocks(plan, { ...options, onProgress: progress.onProgress })) {
    bytes += block.size * itemSize(block.dtype);
    const given = fn(accumulator, position, block as never);
    const next = isPromise(given) ? await abortable(given, options.signal) : given;
    if (isStop(next)) {
      progress.end(bytes);
      return next.result;
    }
    accumulator = next;
  }
  return accumulator;
}

/** By its brand: the function may have got `stop` from another copy of this package. */
function isStop<A, R>(value: A | Stop<R>): value is Stop<R> {
  return hasBrand(value, NAME);
}
