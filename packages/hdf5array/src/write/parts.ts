import {
  type AnyArray,
  astype,
  blocks,
  chunkGrid,
  chunkShapeToGrid,
  DelayedArrayError,
  type DType,
  defaultBufferSize,
  type Grid,
  type NdArray,
  type ReadOptions,
  toDenseArray,
  transpose,
} from "delayedarray";
import { type BlockStream, itemSize, maxGap, streamedBlock } from "delayedarray/internal";
import type { Values } from "./hdf5-output.js";

/** A part of an array that is being written. */
export interface Part {
  /** Where it begins; `null` for one that follows the one before. */
  readonly start: readonly number[] | null;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly values: Values;
}

/**
 * The parts of an array: as many whole chunks of the file as fit the memory, and among such parts those that cut few
 * chunks of where the values come from, since each that is cut is read again.
 *
 * @param chunks - of the file
 */
export async function* partsOfArray(
  x: AnyArray,
  chunks: readonly number[] | null,
  options: ReadOptions,
): AsyncGenerator<Part> {
  const grid = writingGrid(x, chunks, options.bufferSize ?? defaultBufferSize());
  for await (const { position, block } of blocks(x, { ...options, ...(grid === undefined ? {} : { grid }) })) {
    checkComplete(block);
    yield { start: position.map(([start]) => start), shape: block.shape, dtype: block.dtype, values: valuesOf(block) };
  }
}

/** The grid whose cells are the smallest parts; `undefined` to read along the array's own chunks. */
function writingGrid(x: AnyArray, chunks: readonly number[] | null, bufferSize: number): Grid | undefined {
  if (chunks === null) return undefined;
  const { shape, dtype } = x;
  const { boundaries } = chunkGrid(x);
  const whole = shape.map((extent, axis) => Math.min(extent, upTo(chunks[axis]!, maxGap(boundaries[axis]!))));
  const bytes = whole.reduce((product, extent) => product * extent, itemSize(dtype));
  // Half of the memory is for the part that is read meanwhile.
  const cells = bytes <= bufferSize / 2 ? whole : shape.map((extent, axis) => Math.min(extent, chunks[axis]!));
  return chunkShapeToGrid(cells, shape, 1);
}

/** The smallest multiple of `unit` that is at least `extent`. */
function upTo(unit: number, extent: number): number {
  return unit * Math.max(1, Math.ceil(extent / unit));
}

/**
 * The parts that a stream gives, checked.
 *
 * @param nativeOrder - whether their axes are in the file's order, or reversed
 * @param dtype - what they are converted to
 * @throws `INVALID_ARGUMENT` for something else than arrays and blocks, or for entries that are missing
 */
export async function* partsOfStream(
  stream: BlockStream,
  { nativeOrder = true, dtype, signal, onProgress }: StreamOptions,
): AsyncGenerator<Part, void, void> {
  let done = 0;
  let bytes = 0;
  for await (const item of stream) {
    signal?.throwIfAborted();
    const part = await partOf(item, nativeOrder, dtype, signal);
    yield part;
    done++;
    bytes += part.values.length * itemSize(part.dtype);
    onProgress?.({ done, total: done, bytes });
  }
  if (done === 0) onProgress?.({ done: 1, total: 1, bytes: 0 });
}

interface StreamOptions extends ReadOptions {
  readonly nativeOrder?: boolean | undefined;
  readonly dtype?: DType | undefined;
}

async function partOf(
  item: unknown,
  nativeOrder: boolean,
  dtype: DType | undefined,
  signal: AbortSignal | undefined,
): Promise<Part> {
  const { position, block } = streamedBlock(item, "writeHdf5DenseArray");
  const converted = dtype === undefined || dtype === block.dtype ? block : astype(block, dtype);
  const array = await toDenseArray(nativeOrder ? converted : transpose(converted), { signal });
  checkComplete(array);
  const part = { shape: array.shape, dtype: array.dtype, values: valuesOf(array) };
  if (position === undefined) return { start: null, ...part };
  const start = position.map(([from]) => from);
  return { start: nativeOrder ? start : start.reverse(), ...part };
}

/** @throws `INVALID_ARGUMENT` for entries that are missing, for which HDF5 has nothing */
function checkComplete({ mask }: NdArray): void {
  if (!mask?.some((flag) => flag !== 0)) return;
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    "the array has entries that are missing, which HDF5 datasets cannot have: give them a value first, or write the mask " +
      "as an array of its own",
  );
}

/** The values of an array that has just been read, and so is C-contiguous. */
function valuesOf({ data }: NdArray): Values {
  return data as Values;
}
