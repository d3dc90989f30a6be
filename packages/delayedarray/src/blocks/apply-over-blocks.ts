import type { DType } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import type { Awaitable } from "../base/options.js";
import { abortable } from "./abortable.js";
import { type BlockPlan, type BlockSource, planBlocks } from "./block-plan.js";
import { type BlockOf, type BlockOptions, type BlockPosition, readBlocks } from "./blocks.js";

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
export async function applyOverBlocks<
  T,
  D extends DType,
  const O extends BlockOptions = BlockOptions & { allowSparse?: false },
>(
  x: BlockSource<D>,
  fn: (position: BlockPosition, block: BlockOf<D, O>) => Awaitable<T>,
  options?: O,
): Promise<Awaited<T>[]> {
  const given: BlockOptions = options ?? {};
  return collect(planBlocks(x, undefined, given), fn, given);
}

/** Calls a function with each block of a plan. */
export async function collect<T, B>(
  plan: BlockPlan,
  fn: (position: BlockPosition, block: B) => Awaitable<T>,
  options: BlockOptions,
): Promise<Awaited<T>[]> {
  if (typeof fn !== "function") {
    throw new DelayedArrayError("INVALID_ARGUMENT", `expected a function to call with each block, got ${typeof fn}`);
  }
  const results: Awaited<T>[] = [];
  for await (const { position, block } of readBlocks(plan, options)) {
    const result = fn(position, block as B);
    results.push(
      isPromise(result) ? await abortable(result as PromiseLike<Awaited<T>>, options.signal) : (result as Awaited<T>),
    );
  }
  return results;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}
