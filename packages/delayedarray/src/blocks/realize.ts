import { checkOptions, READ_OPTIONS } from "../base/check-options.js";
import { allocate, type DType, itemSize, type TypedArray } from "../base/dtype.js";
import { endingProgress } from "../base/ending-progress.js";
import type { ReadOptions } from "../base/options.js";
import { setElements } from "../base/set-elements.js";
import { sizeOf } from "../base/shape.js";
import { extractDense, extractSparse, isPlainRead, readsDense } from "../extract/extract.js";
import { maxGap } from "../grid/ticks.js";
import { isOpNode, type Tree } from "../ops/node.js";
import { fullSelection } from "../subset/axis-selection.js";
import { isNdArray, NdArray } from "../values/nd-array.js";
import { SparseNdarray } from "../values/sparse-ndarray.js";
import { concatenateSparse } from "../values/sparse-operations.js";
import { refuseSparseStrings } from "../values/sparse-parts.js";
import {
  type BlockPlan,
  type BlockSource,
  COMPUTED_AHEAD,
  planBlocks,
  planSmallBlocks,
  readable,
} from "./block-plan.js";
import { readBlocks } from "./blocks.js";
import { defaultBufferSize } from "./default-buffer-size.js";
import { entryBytes, SizeLimit } from "./size-limit.js";

/** What goes along with reading a whole array into memory. */
export interface RealizeOptions extends ReadOptions {
  /**
   * Refuses results of more bytes than this, masks and the places of sparse entries counted; by default half of the memory
   * that is free, where the runtime tells. Of a sparse result the size shows while it is read.
   */
  readonly maxBytes?: number | undefined;
}

const OPTIONS = ["maxBytes", ...READ_OPTIONS] as const;

/** Copies a C-contiguous block to its place in a larger C-contiguous array. */
function place(
  from: TypedArray | string[],
  shape: readonly number[],
  to: TypedArray | string[],
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
    setElements(to, from, target, row * run, (row + 1) * run);
  }
}

/**
 * All values as a new C-contiguous array in memory.
 *
 * What is computed and larger than one block (`bufferSize`) is computed block by block, so that besides the result only
 * a few blocks are in memory, which fit the buffer together, and one is read while another is computed.
 *
 * @throws `LIMIT_EXCEEDED` when the result does not fit, the signal's reason when aborted
 */
export async function toDenseArray<D extends DType>(
  x: BlockSource<D>,
  options: RealizeOptions = {},
): Promise<NdArray<D>> {
  return realizeDense("toDenseArray", readable(x), options) as Promise<NdArray<D>>;
}

/** The same, for a function of another name. */
export async function realizeDense(what: string, tree: Tree, options: RealizeOptions): Promise<NdArray> {
  const { signal, onProgress, bufferSize } = checkOptions(what, options, OPTIONS);
  const { shape, dtype, isMasked } = tree;
  const size = sizeOf(shape);
  const bytes = size * itemSize(dtype);
  new SizeLimit(options.maxBytes).checkDense(tree);
  // Without a computation, reading straight into the result needs the least memory; blocks only serve the progress.
  if (bytes <= (bufferSize ?? defaultBufferSize()) || (onProgress === undefined && isPlainRead(tree))) {
    return withProgress(tree, onProgress, (own) =>
      extractDense(tree, shape.map(fullSelection), { signal, onProgress: own }),
    );
  }
  const data = allocate(dtype, size);
  const mask = isMasked ? allocate("bool", size) : undefined;
  const bands = dtype === "string" ? undefined : bandsOf(tree, data as TypedArray, options);
  for await (const { position, block } of readBlocks(bands ?? planBlocks(tree, undefined, options), options)) {
    const start = position.map(([from]) => from);
    if (bands === undefined) place((block as NdArray).data, block.shape, data, shape, start);
    if (mask !== undefined && block.mask !== undefined) place(block.mask, block.shape, mask, shape, start);
  }
  return new NdArray({ data, shape, dtype, mask });
}

/** Reads something at once: progress is what a seed that is read as it is tells itself, or a single step. */
async function withProgress<T extends NdArray | SparseNdarray>(
  tree: Tree,
  onProgress: ReadOptions["onProgress"],
  read: (onProgress: ReadOptions["onProgress"]) => Promise<T>,
): Promise<T> {
  const progress = endingProgress(onProgress);
  const whole = await read(isOpNode(tree) ? undefined : progress.onProgress);
  progress.end((isNdArray(whole) ? whole.size : whole.nnz) * itemSize(whole.dtype));
  return whole;
}

/**
 * Blocks that are bands of the first axis, computed straight into their place in the result; `undefined` when even one
 * chunk's band is larger than the buffer.
 */
function bandsOf(tree: Tree, data: TypedArray, options: ReadOptions): BlockPlan | undefined {
  const plan = planSmallBlocks(tree, [0], options, COMPUTED_AHEAD);
  const row = sizeOf(tree.shape.slice(1));
  if (maxGap(plan.grid.boundaries[0]!) * row > plan.elements) return undefined;
  return { ...plan, targetOf: ([band]) => data.subarray(band![0] * row, band![1] * row) };
}

/**
 * All values as a new sparse array in memory. What is not sparse is read block by block and converted, so that it is
 * never in memory as a whole; so is what works on arrays that are not.
 *
 * @throws `LIMIT_EXCEEDED` as soon as it shows that the result does not fit, the signal's reason when aborted
 */
export async function toSparseArray<D extends DType>(
  x: BlockSource<D>,
  options: RealizeOptions = {},
): Promise<SparseNdarray<D>> {
  return realizeSparse("toSparseArray", readable(x), options) as Promise<SparseNdarray<D>>;
}

/** The same, for a function of another name. */
export async function realizeSparse(what: string, tree: Tree, options: RealizeOptions): Promise<SparseNdarray> {
  const { signal, onProgress, bufferSize } = checkOptions(what, options, OPTIONS);
  const { shape, dtype, isSparse } = tree;
  refuseSparseStrings(dtype);
  const limit = new SizeLimit(options.maxBytes);
  limit.checkFibres(tree);
  const bytes = sizeOf(shape) * itemSize(dtype);
  const isSmall = shape.length === 0 || bytes <= (bufferSize ?? defaultBufferSize());
  if ((isSparse && !readsDense(tree)) || isSmall) {
    const whole = await withProgress(tree, onProgress, (own) =>
      extractSparse(tree, shape.map(fullSelection), { signal, onProgress: own }),
    );
    limit.checkEntries(tree, whole.nnz, entryBytes(whole));
    return whole;
  }
  const last = shape.length - 1;
  // A block is one index of the last axis at least, whatever the buffer.
  const slice = shape.map((extent, axis) => (axis === last ? 1 : extent));
  new SizeLimit(null).checkDense({ shape: slice, dtype, isMasked: tree.isMasked });
  const parts: SparseNdarray[] = [];
  let entries = 0;
  let stored = 0;
  for await (const { block } of readBlocks(planBlocks(tree, [last], options), options)) {
    const part = SparseNdarray.fromDense(block as NdArray);
    entries += part.nnz;
    stored += entryBytes(part);
    limit.checkEntries(tree, entries, stored);
    parts.push(part);
  }
  return concatenateSparse(parts, last);
}
