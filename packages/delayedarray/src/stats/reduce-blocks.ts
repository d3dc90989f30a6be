import { allocateNumbers, type DType, itemSize, type TypedArray } from "../base/dtype.js";
import { endingProgress } from "../base/ending-progress.js";
import type { ReadOptions } from "../base/options.js";
import { Pacer } from "../base/pause.js";
import { type Shape, sizeOf } from "../base/shape.js";
import { type BlockPlan, COMPUTED_AHEAD, planBlocks, planSmallBlocks, readable } from "../blocks/block-plan.js";
import { readBlocks } from "../blocks/blocks.js";
import { isPlainRead } from "../extract/extract.js";
import { entriesOf } from "../extract/read-entries.js";
import type { Position } from "../grid/grid.js";
import type { Extractable } from "../ops/node.js";
import { isNdArray, type NdArray } from "../values/nd-array.js";
import type { NdArrayParts } from "../values/nd-array-parts.js";
import { isSparseNdarray, type SparseNdarray } from "../values/sparse-ndarray.js";
import type { SparseParts } from "../values/sparse-parts.js";
import { type Accumulator, KernelAccumulator } from "./accumulator.js";
import { memoryOrder } from "./feed-dense.js";
import { reduceEntries } from "./reduce-entries.js";

/** A part of an array: not necessarily one of its own, so it must not be changed. */
type Part =
  | { readonly position: Position; readonly dense: NdArrayParts }
  | { readonly position: Position; readonly sparse: SparseParts };

/** Adds an array to an accumulator, block by block or as its entries come, until the result cannot change any more. */
export async function reduceBlocks(
  x: Extractable,
  accumulator: Accumulator,
  options: ReadOptions,
  convertTo?: DType,
): Promise<void> {
  if (convertTo === undefined && accumulator instanceof KernelAccumulator) {
    const tree = readable(x);
    const read = entriesOf(tree);
    if (read !== undefined) return reduceEntries(tree, read, accumulator, options);
  }
  const plan = planBlocksFor(x, options);
  const progress = endingProgress(options.onProgress);
  const told = { ...options, onProgress: progress.onProgress };
  let bytes = 0;
  if (!accumulator.isDecided) {
    for await (const part of partsOf(plan, told, convertTo)) {
      if ("dense" in part) accumulator.addDense(part.dense, part.position);
      else accumulator.addSparse(part.sparse, part.position);
      bytes += bytesOf(part.position, plan);
      if (accumulator.isDecided) break;
    }
  }
  progress.end(bytes);
}

/** Bytes of the array's values in a part of it. */
function bytesOf(position: Position, { tree }: BlockPlan): number {
  return position.reduce((product, [start, end]) => product * (end - start), itemSize(tree.dtype));
}

/** Blocks for adding up: those of computed values take turns in a few buffers, whose memory then is mapped only once. */
function planBlocksFor(x: Extractable, options: ReadOptions): BlockPlan {
  const tree = readable(x);
  if (tree.isSparse) return planBlocks(x, undefined, options);
  const isComputed = !isNdArray(tree) && !isPlainRead(tree);
  const plan = planSmallBlocks(x, undefined, options, isComputed ? COMPUTED_AHEAD : 1);
  if (!isComputed || plan.ahead === 0 || tree.dtype === "string") return plan;
  const buffers = new Array<TypedArray | undefined>(plan.ahead + 1).fill(undefined);
  let turn = 0;
  return {
    ...plan,
    targetOf: (position) => {
      const length = sizeOf(position.map(([start, end]) => end - start));
      turn = (turn + 1) % buffers.length;
      const buffer = buffers[turn] ?? allocateNumbers(tree.dtype, Math.min(plan.elements, sizeOf(tree.shape)));
      buffers[turn] = buffer;
      return buffer.length === length ? buffer : (buffer.subarray(0, length) as TypedArray);
    },
  };
}

function partsOf(plan: BlockPlan, options: ReadOptions, convertTo: DType | undefined): AsyncIterable<Part> {
  const { tree, elements } = plan;
  if (convertTo === undefined) {
    // Arrays in memory are not copied: their parts are given as they lie there.
    if (isNdArray(tree) && hasNoGaps(tree)) return paced(plan, denseParts(tree, elements), options);
    if (isSparseNdarray(tree)) return paced(plan, sparseParts(tree, elements), options);
  }
  return readParts(plan, options, convertTo);
}

async function* readParts(
  plan: BlockPlan,
  options: ReadOptions,
  convertTo: DType | undefined,
): AsyncGenerator<Part, void, void> {
  for await (const { position, block } of readBlocks(plan, { ...options, allowSparse: true })) {
    const own = convertTo === undefined ? block : block.astype(convertTo);
    yield isNdArray(own) ? { position, dense: own } : { position, sparse: own };
  }
}

/** Parts of an array in memory: how many there are, and each when it is asked for. */
interface Parts {
  readonly total: number;
  readonly at: (index: number) => Part;
}

/** Parts of an array in memory one after the other, with progress, and with turns for others in between. */
async function* paced(
  plan: BlockPlan,
  { total, at }: Parts,
  { signal, onProgress }: ReadOptions,
): AsyncGenerator<Part, void, void> {
  signal?.throwIfAborted();
  const pacer = new Pacer(signal);
  let bytes = 0;
  for (let done = 0; done < total; ) {
    const part = at(done);
    yield part;
    if (pacer.isDue) await pacer.rest();
    signal?.throwIfAborted();
    done++;
    bytes += bytesOf(part.position, plan);
    onProgress?.({ done, total, bytes });
  }
}

function hasNoGaps(x: NdArray): boolean {
  let expected = 1;
  for (const axis of memoryOrder(x).reverse()) {
    if (x.shape[axis] !== 1 && x.stride[axis] !== expected) return false;
    expected *= x.shape[axis]!;
  }
  return true;
}

/** Slabs of about `elements` elements that are each in one piece in memory. */
function denseParts({ data, shape, stride, offset, dtype, mask }: NdArray, elements: number): Parts {
  const axis = memoryOrder({ shape, stride }).find((one) => shape[one]! > 1);
  return slabs(shape, axis, elements, (position, start) => ({
    position,
    dense: {
      data,
      shape: position.map(([from, to]) => to - from),
      stride,
      offset: axis === undefined ? offset : offset + start * stride[axis]!,
      dtype,
      mask,
    },
  }));
}

/** Slabs across the last axis, whose fibres are next to each other. */
function sparseParts({ shape, dtype, indptr, indices, data, mask }: SparseNdarray, elements: number): Parts {
  const axis = shape.length > 1 ? shape.length - 1 : undefined;
  const fibres = axis === undefined ? 1 : (indptr.length - 1) / shape[axis]!;
  return slabs(shape, axis, elements, (position, start, end) => ({
    position,
    sparse: {
      shape: position.map(([from, to]) => to - from),
      dtype,
      indptr: indptr.subarray(start * fibres, end * fibres + 1),
      indices,
      data,
      mask,
    },
  }));
}

/** Cuts an array on one axis; `undefined` leaves it whole. */
function slabs(
  shape: Shape,
  axis: number | undefined,
  elements: number,
  make: (position: [number, number][], start: number, end: number) => Part,
): Parts {
  const size = sizeOf(shape);
  if (size === 0) return { total: 0, at: () => make([], 0, 0) };
  const extent = axis === undefined ? 1 : shape[axis]!;
  const length = axis === undefined || size <= elements ? extent : Math.max(1, Math.floor(elements / (size / extent)));
  return {
    total: Math.ceil(extent / length),
    at: (index) => {
      const start = index * length;
      const end = Math.min(extent, start + length);
      const position = shape.map((whole, other): [number, number] => (other === axis ? [start, end] : [0, whole]));
      return make(position, start, end);
    },
  };
}
