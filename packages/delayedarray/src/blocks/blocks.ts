import { abortable, onAbort } from "../base/abort.js";
import { checkOptions, READ_OPTIONS } from "../base/check-options.js";
import { type DType, itemSize } from "../base/dtype.js";
import type { ReadOptions } from "../base/options.js";
import { Pacer } from "../base/pause.js";
import { extractDense, extractSparse } from "../extract/extract.js";
import type { Grid } from "../grid/grid.js";
import { rangeSelection } from "../subset/axis-selection.js";
import type { NdArray } from "../values/nd-array.js";
import type { SparseNdarray } from "../values/sparse-ndarray.js";
import { type BlockPlan, type BlockSource, countBlocks, planBlocks, positionsOf } from "./block-plan.js";

/** What goes along with every iteration over blocks. */
export interface BlockOptions extends ReadOptions {
  /** Gives blocks of sparse arrays as `SparseNdarray`s. What is not sparse is given dense all the same. */
  readonly allowSparse?: boolean | undefined;
  /** Chunks that blocks should follow; by default those of the array. */
  readonly grid?: Grid | undefined;
  /**
   * Memory for the blocks that exist at one time, in bytes; the default is that of `defaultBufferSize()`. Sparse blocks
   * are charged as if they were dense.
   */
  readonly bufferSize?: number | undefined;
  /**
   * Whether the next block is read while one is worked on, where two fit the buffer: true unless this is false. Then
   * blocks may be twice as large, and nothing is read in vain when the iteration ends early.
   */
  readonly readAhead?: boolean | undefined;
}

/** The names of {@link BlockOptions}. */
export const BLOCK_OPTIONS = ["allowSparse", "grid", "readAhead", ...READ_OPTIONS] as const;

/** Where a block lies in the array: start (inclusive) and end (exclusive) on each axis. */
export type BlockPosition = [start: number, end: number][];

/** A part of an array. */
export interface Block<B = NdArray> {
  /** Where it lies in the array. */
  readonly position: BlockPosition;
  /** The values: an array of its own that may be kept and changed. */
  readonly block: B;
}

/** Options with which every block is dense. */
export interface DenseBlockOptions extends BlockOptions {
  readonly allowSparse?: false | undefined;
}

/**
 * Iterates over an array block by block, along the chunks that it is stored in. While one block is worked on, the next is
 * read, unless only one fits the buffer. An empty array has no blocks, a 0-d array has one.
 *
 * ```ts
 * for await (const { position, block } of blocks(x, { bufferSize: 2 ** 20 })) { … }
 * ```
 *
 * @param x - a delayed array, an array in memory, or a seed
 * @throws `SHAPE_MISMATCH` for a grid of another shape, `INVALID_ARGUMENT`; the signal's reason when it aborts
 */
export function blocks<D extends DType>(
  x: BlockSource<D>,
  options?: DenseBlockOptions,
): AsyncGenerator<Block<NdArray<D>>, void, void>;
export function blocks<D extends DType>(
  x: BlockSource<D>,
  options: BlockOptions,
): AsyncGenerator<Block<NdArray<D> | SparseNdarray<D>>, void, void>;
export async function* blocks(
  x: BlockSource,
  options: BlockOptions = {},
): AsyncGenerator<Block<NdArray | SparseNdarray>, void, void> {
  checkOptions("blocks", options, BLOCK_OPTIONS);
  yield* readBlocks(planBlocks(x, undefined, options), options);
}

/** The blocks of a plan, with read-ahead, progress and abort. */
export async function* readBlocks(
  plan: BlockPlan,
  { allowSparse = false, signal, onProgress }: BlockOptions,
): AsyncGenerator<Block<NdArray | SparseNdarray>, void, void> {
  signal?.throwIfAborted();
  const { tree, ahead, targetOf } = plan;
  const total = onProgress === undefined ? 0 : countBlocks(plan);
  // Blocks of arrays in memory never leave the microtask queue: without a rest no timer could abort the call.
  const pacer = new Pacer(signal);
  // Stops a read that nobody will wait for any more: when the signal aborts, or the caller leaves the loop.
  const stop = new AbortController();
  const leave = onAbort(signal, () => stop.abort(signal?.reason));
  const extract = allowSparse && tree.isSparse ? extractSparse : extractDense;
  const positions = positionsOf(plan);
  const start = (): Block<Promise<NdArray | SparseNdarray>> | undefined => {
    const next = positions.next();
    if (next.done) return undefined;
    const position = next.value;
    const selections = position.map(([from, to]) => rangeSelection(from, 1, to - from));
    const block = extract(tree, selections, { signal: stop.signal, target: targetOf?.(position) });
    block.catch(() => {}); // It is waited for later, or never.
    return { position, block };
  };
  let done = 0;
  let bytes = 0;
  try {
    const pending: Block<Promise<NdArray | SparseNdarray>>[] = [];
    const startUpTo = (count: number) => {
      while (pending.length < count) {
        const next = start();
        if (next === undefined) return;
        pending.push(next);
      }
    };
    startUpTo(Math.max(1, ahead));
    for (let first = pending.shift(); first !== undefined; first = pending.shift()) {
      const { position } = first;
      // Counted now: the position is the caller's to change.
      bytes += position.reduce((product, [from, to]) => product * (to - from), itemSize(tree.dtype));
      const block = await abortable(first.block, signal);
      startUpTo(ahead);
      yield { position, block };
      if (pacer.isDue) await pacer.rest();
      signal?.throwIfAborted();
      done++;
      onProgress?.({ done, total, bytes });
      if (ahead === 0) startUpTo(1);
    }
    // Of an array without elements there is nothing to read, and that is done.
    if (done === 0) onProgress?.({ done: 1, total: 1, bytes: 0 });
  } finally {
    leave();
    stop.abort();
  }
}
