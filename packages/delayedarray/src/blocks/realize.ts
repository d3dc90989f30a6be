import { allocate, type DType, itemSize, type TypedArray } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { freeMemory } from "../base/free-memory.js";
import type { Progress, ReadOptions } from "../base/options.js";
import { type Shape, shapeText, sizeOf } from "../base/shape.js";
import { extractDense, extractSparse, isPlainRead, readsDense } from "../extract/extract.js";
import { maxGap } from "../grid/ticks.js";
import { isOpNode, type Tree } from "../ops/node.js";
import { fullSelection } from "../subset/axis-selection.js";
import { NdArray } from "../values/nd-array.js";
import { SparseNdarray } from "../values/sparse-ndarray.js";
import { concatenateSparse } from "../values/sparse-operations.js";
import { applyOverDimension } from "./apply-over-dimension.js";
import { type BlockPlan, type BlockSource, planBlocks, readable } from "./block-plan.js";
import { readBlocks } from "./blocks.js";
import { checkBufferSize, defaultBufferSize } from "./default-buffer-size.js";

/** What goes along with reading a whole array into memory. */
export interface RealizeOptions extends ReadOptions {
  /** Refuses results of more bytes than this; by default half of the memory that is free, where the runtime tells. */
  readonly maxBytes?: number | undefined;
}

/** From this many bytes on it is in doubt whether an array can be had at all. */
const LARGE = 2 ** 32;

/** @throws `LIMIT_EXCEEDED` naming the size and the way to stream it, before anything is read */
function checkSize(shape: Shape, dtype: DType, maxBytes: number | undefined): void {
  const size = sizeOf(shape);
  const bytes = size * itemSize(dtype);
  const limit = maxBytes ?? freeMemory() / 2;
  if (!(bytes <= limit)) {
    throw new DelayedArrayError(
      "LIMIT_EXCEEDED",
      `${shapeText(shape)} of ${dtype} takes ${bytes} bytes in memory, more than ${maxBytes === undefined ? "half of what is free" : "maxBytes"} (${Math.floor(limit)}): read a smaller subset, or go block by block with blocks() or applyOverBlocks()`,
    );
  }
  // What no runtime can hold is refused before a seed is asked for it.
  if (bytes > LARGE) allocate(dtype, size);
}

/** Copies a C-contiguous block to its place in a larger C-contiguous array. */
function place(
  from: TypedArray,
  shape: readonly number[],
  to: TypedArray,
  outer: readonly number[],
  start: readonly number[],
): void {
  // Trailing axes that the block covers whole move in one piece.
  let axis = shape.length - 1;
  let run = 1;
  while (axis >= 0 && shape[axis] === outer[axis]) run *= shape[axis--]!;
  if (axis >= 0) run *= shape[axis]!;
  const lead = shape.slice(0, Math.max(axis, 0));
  const rows = sizeOf(lead);
  const strides = new Array<number>(shape.length);
  for (let k = shape.length - 1, step = 1; k >= 0; step *= outer[k--]!) strides[k] = step;
  const base = start.reduce((sum, index, k) => sum + index * strides[k]!, 0);
  for (let row = 0; row < rows; row++) {
    let target = base;
    for (let k = lead.length - 1, rest = row; k >= 0; k--) {
      target += (rest % lead[k]!) * strides[k]!;
      rest = Math.floor(rest / lead[k]!);
    }
    to.set(from.subarray(row * run, (row + 1) * run) as never, target);
  }
}

/**
 * All values as a new C-contiguous array in memory.
 *
 * What is computed and larger than one block (`bufferSize`) is computed block by block, so that besides the result only
 * two blocks are in memory, and one is read while another is computed.
 *
 * @throws `LIMIT_EXCEEDED` when the result does not fit, the signal's reason when aborted
 */
export async function toDenseArray<D extends DType>(
  x: BlockSource<D>,
  options: RealizeOptions = {},
): Promise<NdArray<D>> {
  const { signal, onProgress, bufferSize = defaultBufferSize() } = options;
  const tree = readable(x);
  const { shape, isMasked } = tree;
  const dtype = tree.dtype as D;
  const size = sizeOf(shape);
  const bytes = size * itemSize(dtype);
  checkSize(shape, dtype, options.maxBytes);
  // Without a computation, reading straight into the result needs the least memory; blocks only serve the progress.
  if (bytes <= checkBufferSize(bufferSize) || (onProgress === undefined && isPlainRead(tree))) {
    const whole = await withProgress(tree, onProgress, bytes, (own) =>
      extractDense(tree, shape.map(fullSelection), { signal, onProgress: own }),
    );
    return whole as NdArray<D>;
  }
  const data = allocate(dtype, size);
  const mask = isMasked ? allocate("bool", size) : undefined;
  const bands = bandsOf(tree, data as TypedArray, options);
  for await (const { position, block } of readBlocks(bands ?? planBlocks(tree, undefined, options), options)) {
    const start = position.map(([from]) => from);
    if (bands === undefined)
      place((block as NdArray).data as TypedArray, block.shape, data as TypedArray, shape, start);
    if (mask !== undefined && block.mask !== undefined) place(block.mask, block.shape, mask, shape, start);
  }
  return new NdArray<D>({ data, shape, dtype, mask });
}

/** Reads something at once: progress is what a seed that is read as it is tells itself, or a single step. */
async function withProgress<T extends NdArray | SparseNdarray>(
  tree: Tree,
  onProgress: ReadOptions["onProgress"],
  bytes: number | undefined,
  read: (onProgress: ReadOptions["onProgress"]) => Promise<T>,
): Promise<T> {
  let last: Progress | undefined;
  const told = (progress: Progress) => {
    last = progress;
    onProgress?.(progress);
  };
  const whole = await read(onProgress === undefined || isOpNode(tree) ? undefined : told);
  if (last === undefined || last.done !== last.total) {
    const size = bytes ?? (whole as SparseNdarray).nnz * itemSize(whole.dtype);
    onProgress?.({ done: 1, total: 1, bytes: size });
  }
  return whole;
}

/**
 * Blocks that are bands of the first axis, computed straight into their place in the result; `undefined` when even one
 * chunk's band is larger than the buffer.
 */
function bandsOf(tree: Tree, data: TypedArray, options: ReadOptions): BlockPlan | undefined {
  const plan = planBlocks(tree, [0], options);
  const row = sizeOf(tree.shape.slice(1));
  if (maxGap(plan.grid.boundaries[0]!) * row > plan.elements) return undefined;
  return { ...plan, targetOf: ([band]) => data.subarray(band![0] * row, band![1] * row) };
}

/**
 * All values as a new sparse array in memory. What is not sparse is read block by block and converted, so that it is
 * never in memory as a whole; so is what works on arrays that are not.
 *
 * @throws as {@link toDenseArray}
 */
export async function toSparseArray<D extends DType>(
  x: BlockSource<D>,
  options: ReadOptions = {},
): Promise<SparseNdarray<D>> {
  const { signal, onProgress, bufferSize = defaultBufferSize() } = options;
  const tree = readable(x);
  const { shape, dtype, isSparse } = tree;
  const bytes = sizeOf(shape) * itemSize(dtype);
  if ((isSparse && !readsDense(tree)) || shape.length === 0 || bytes <= checkBufferSize(bufferSize)) {
    const whole = await withProgress(tree, onProgress, undefined, (own) =>
      extractSparse(tree, shape.map(fullSelection), { signal, onProgress: own }),
    );
    return whole as SparseNdarray<D>;
  }
  const last = shape.length - 1;
  const parts = await applyOverDimension(tree, last, (_, block) => SparseNdarray.fromDense(block), options);
  return concatenateSparse(parts as SparseNdarray<D>[], last);
}
