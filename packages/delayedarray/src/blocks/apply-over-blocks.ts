import { abortable } from "../base/abort.js";
import { checkOptions } from "../base/check-options.js";
import type { DType } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import type { Awaitable } from "../base/options.js";
import type { NdArray } from "../values/nd-array.js";
import type { SparseNdarray } from "../values/sparse-ndarray.js";
import { type BlockPlan, type BlockSource, planBlocks } from "./block-plan.js";
import { BLOCK_OPTIONS, type BlockOptions, type BlockPosition, type DenseBlockOptions, readBlocks } from "./blocks.js";

/**
 * Calls a function with each block of an array, one after the other, and collects the results in order. Blocks follow
 * the chunks that the array is stored in, the first axis fastest; while the function works on one, the next is read.
 *
 * @param x - a delayed array, an array in memory, or a seed
 * @param fn - gets where the block lies (start and end on each axis) and the block, which it may keep and change; may
 * return a promise
 * @param options - see {@link BlockOptions}
 * @returns what `fn` gave for each block; nothing for an empty array
 * @throws `SHAPE_MISMATCH` for a grid of another shape, `INVALID_ARGUMENT`; what `fn` or `onProgress` throws; the
 * signal's reason when it aborts
 */
export function applyOverBlocks<T, D extends DType>(
  x: BlockSource<D>,
  fn: (position: BlockPosition, block: NdArray<D>) => Awaitable<T>,
  options?: DenseBlockOptions,
): Promise<T[]>;
export function applyOverBlocks<T, D extends DType>(
  x: BlockSource<D>,
  fn: (position: BlockPosition, block: NdArray<D> | SparseNdarray<D>) => Awaitable<T>,
  options: BlockOptions,
): Promise<T[]>;
export async function applyOverBlocks<T>(
  x: BlockSource,
  fn: (position: BlockPosition, block: never) => Awaitable<T>,
  options: BlockOptions = {},
): Promise<T[]> {
  checkOptions("applyOverBlocks", options, BLOCK_OPTIONS);
  return collect(planBlocks(x, undefined, options), fn, options);
}

/** Calls a function with each block of a plan. */
export async function collect<T>(
  plan: BlockPlan,
  fn: (position: BlockPosition, block: never) => Awaitable<T>,
  options: BlockOptions,
): Promise<T[]> {
  checkCallback(fn);
  const results: T[] = [];
  for await (const { position, block } of readBlocks(plan, options)) {
    const result = fn(position, block as never);
    results.push(isPromise(result) ? await abortable(result, options.signal) : result);
  }
  return results;
}

/** @throws `INVALID_ARGUMENT` when it is no function */
export function checkCallback(fn: unknown): void {
  if (typeof fn === "function") return;
  throw new DelayedArrayError("INVALID_ARGUMENT", `expected a function to call with each block, got ${typeof fn}`);
}

export function isPromise<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}
