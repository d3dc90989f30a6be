import { type AnyArray, astype, DelayedArrayError, type Dimnames, type DType, transpose, wrap } from "delayedarray";
import { type BlockStream, checkAxis, isBlockStream, shapeText, shown } from "delayedarray/internal";
import { where } from "../file/locate.js";
import { autoChunks, checkChunks } from "./chunk-shape.js";
import type { DenseWriteOptions } from "./dense-write-options.js";
import { gather } from "./gather.js";
import type { Hdf5Output } from "./hdf5-output.js";
import { type Part, partsOfArray, partsOfStream } from "./parts.js";
import { appendDimnames, checkDimnames, dimnamesGroup, writeDimnames } from "./write-dimnames.js";
import { elementBytes, filtersOf } from "./write-options.js";
import { type PartsTarget, writeParts } from "./write-parts.js";

/** What is to be written, with its axes in the file's order. */
interface Input {
  /** Extents; of a stream that does not say its own, those of what is written first, with 0 along `axis`. */
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly dimnames: Dimnames | null;
  /** The axis along which parts without a place follow each other, and along which is appended. */
  readonly axis: number;
  /** Whether the extent along `axis` is known. */
  readonly isOpen: boolean;
  parts(chunks: readonly number[] | null): AsyncIterable<Part>;
}

/**
 * Writes a dense array to a path of a file.
 *
 * @throws as `writeHdf5DenseArray`
 */
export async function writeDense(
  output: Hdf5Output,
  path: string,
  x: AnyArray | BlockStream,
  options: DenseWriteOptions,
): Promise<void> {
  const { mode = "create", signal } = options;
  if (path === "/")
    throw new DelayedArrayError("INVALID_ARGUMENT", 'name: "/" is the root group, expected the path of a dataset');
  const input = await (isBlockStream(x) ? streamInput(x, options) : arrayInput(x, options));
  if (mode === "append" && (await output.kind(path)) !== null) {
    await append(output, path, input, options);
    return;
  }
  if (mode === "replace") {
    await output.remove(path);
    await output.remove(dimnamesGroup(path));
  }
  const { shape, dtype, axis, isOpen } = input;
  const ordered = inFileOrder(options);
  const grows = isOpen || mode === "append";
  const maxShape = checkMaxShape(
    ordered(options.maxShape) ?? shape.map((extent, k) => (grows && k === axis ? null : extent)),
    shape,
  );
  const canGrow = maxShape.some((most, k) => most !== shape[k]);
  const filters = filtersOf(options, dtype);
  const bytes = elementBytes(dtype);
  // What has no elements and never will has no chunks either, nor have strings, which are not compressed.
  const isPlain =
    shape.length === 0 || ((shape.includes(0) || (dtype === "string" && options.chunks === undefined)) && !canGrow);
  const isFiltered = filters.gzip !== null || filters.shuffle || filters.fletcher32;
  if (options.chunks === null && (canGrow || (isFiltered && options.compression !== undefined && !isPlain)))
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      "chunks: null: only an array in chunks can be compressed, checked or grow",
    );
  const chunks =
    isPlain || options.chunks === null
      ? null
      : options.chunks === undefined
        ? autoChunks(shape, maxShape, bytes)
        : checkChunks(ordered(options.chunks)!, shape, maxShape, bytes);
  await output.createDataset(path, { type: dtype, shape, maxShape, chunks, ...(chunks === null ? {} : { filters }) });
  const target: PartsTarget = { path, origin: shape.map(() => 0), shape, axis, grows: isOpen, chunks };
  const written = await writeParts(output, target, input.parts(chunks), signal);
  if (input.dimnames === null) return;
  await writeDimnames(
    output,
    path,
    checkDimnames(input.dimnames, written),
    maxShape.map((most) => most === null),
  );
}

/** Puts what is written after what a dataset has. */
async function append(output: Hdf5Output, path: string, input: Input, options: DenseWriteOptions): Promise<void> {
  const { axis, shape, dtype, dimnames } = input;
  const what = where(output, path);
  const there = await output.describe(path);
  if (there.type !== dtype) {
    throw new DelayedArrayError(
      "DTYPE_UNSUPPORTED",
      `${what} holds values of type ${there.type ?? there.typeText}, to which ${dtype} cannot be appended` +
        (there.type === null ? "" : `; convert it with dtype: "${there.type}"`),
    );
  }
  if (there.shape.length !== shape.length || !shape.every((extent, k) => k === axis || extent === there.shape[k])) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `${what} has shape ${shapeText(there.shape)}, to which ${shapeText(shape)} cannot be appended along axis ${axis} of the file`,
    );
  }
  const most = there.maxShape[axis]!;
  const end = there.shape[axis]! + shape[axis]!;
  if (there.chunks === null || (most !== null && end > most) || (input.isOpen && most !== null)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${what} cannot grow beyond ${most} along axis ${axis} of the file: it was made with that limit; write it anew with maxShape: null there`,
    );
  }
  const origin = there.shape.map((extent, k) => (k === axis ? extent : 0));
  const extents = there.shape.map((extent, k) => (k === axis ? end : extent));
  if (!input.isOpen) await output.resize(path, extents);
  const parts = shifted(input.parts(there.chunks), axis, there.shape[axis]!);
  const target: PartsTarget = { path, origin, shape: extents, axis, grows: input.isOpen, chunks: there.chunks };
  await writeParts(output, target, parts, options.signal);
  await appendDimnames(output, path, axis, shape.length, dimnames?.[axis] ?? null);
}

async function* shifted(parts: AsyncIterable<Part>, axis: number, by: number): AsyncGenerator<Part> {
  for await (const part of parts)
    yield { ...part, start: part.start?.map((from, k) => (k === axis ? from + by : from)) ?? null };
}

function arrayInput(x: AnyArray, options: DenseWriteOptions): Input {
  const given = wrap(x);
  const ordered = options.nativeOrder === false ? transpose(given) : wrap(given);
  const array =
    options.dtype === undefined || options.dtype === ordered.dtype ? ordered : astype(ordered, options.dtype);
  const { shape, dtype } = array;
  const dimnames = options.dimnames === undefined ? given.dimnames : options.dimnames;
  if (options.shape !== undefined)
    throw new DelayedArrayError("INVALID_ARGUMENT", "shape: only for a stream of blocks; an array has its own");
  return {
    shape,
    dtype,
    dimnames: dimnames === null ? null : (inFileOrder(options)(checkDimnames(dimnames, given.shape)) ?? null),
    axis: fileAxis(options, shape.length),
    isOpen: false,
    parts: (chunks) =>
      partsOfArray(array, chunks, {
        signal: options.signal,
        onProgress: options.onProgress,
        bufferSize: options.bufferSize,
      }),
  };
}

async function streamInput(stream: BlockStream, options: DenseWriteOptions): Promise<Input> {
  const ordered = inFileOrder(options);
  const parts = partsOfStream(stream, options);
  const first = await parts.next();
  const part = first.done ? undefined : first.value;
  const dtype = options.dtype ?? part?.dtype;
  const given = ordered(options.shape);
  if (dtype === undefined || (part === undefined && given === undefined)) {
    throw new DelayedArrayError("INVALID_ARGUMENT", "the stream gave no block: then shape and dtype have to be given");
  }
  if (given === undefined && part!.start !== null) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      "shape: expected the extents of the whole array, for a stream of blocks that say their place",
    );
  }
  const rank = (given ?? part!.shape).length;
  const axis = fileAxis(options, rank);
  const shape = given ?? part!.shape.map((extent, k) => (k === axis ? 0 : extent));
  const dimnames = options.dimnames ?? null;
  const all = alike(resumed(part, parts), dtype, shape, axis);
  return {
    shape,
    dtype,
    dimnames: dimnames === null ? null : (ordered(dimnames) ?? null),
    axis,
    isOpen: given === undefined,
    // Blocks that say their place are written as they come.
    parts: (chunks) =>
      chunks === null || part === undefined || part.start !== null ? all : gather(all, axis, chunks[axis]!),
  };
}

async function* resumed(first: Part | undefined, rest: AsyncGenerator<Part>): AsyncGenerator<Part> {
  try {
    if (first !== undefined) yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

/** @throws `DTYPE_UNSUPPORTED`, `SHAPE_MISMATCH` for a block that does not go with the first */
async function* alike(
  parts: AsyncIterable<Part>,
  dtype: DType,
  shape: readonly number[],
  axis: number,
): AsyncGenerator<Part> {
  for await (const part of parts) {
    if (part.dtype !== dtype) {
      throw new DelayedArrayError(
        "DTYPE_UNSUPPORTED",
        `a block of ${part.dtype} is in a stream that began with ${dtype}; convert all with dtype`,
      );
    }
    const follows =
      part.shape.length === shape.length && part.shape.every((extent, k) => k === axis || extent === shape[k]);
    if (part.start === null && !follows) {
      throw new DelayedArrayError(
        "SHAPE_MISMATCH",
        `a block of shape ${shapeText(part.shape)} follows others in an array of shape ${shapeText(shape)}: only axis ${axis} may differ`,
      );
    }
    yield part;
  }
}

function fileAxis({ axis = 0, nativeOrder }: DenseWriteOptions, rank: number): number {
  if (rank === 0) return 0;
  const checked = checkAxis(axis, rank);
  return nativeOrder === false ? rank - 1 - checked : checked;
}

/** What options say per axis, in the order of the file's axes. */
function inFileOrder({
  nativeOrder,
}: DenseWriteOptions): <T>(list: readonly T[] | undefined) => readonly T[] | undefined {
  return (list) => (nativeOrder === false && Array.isArray(list) ? [...list].reverse() : list);
}

/** @throws `INVALID_ARGUMENT`, `SHAPE_MISMATCH` */
function checkMaxShape(maxShape: readonly (number | null)[], shape: readonly number[]): readonly (number | null)[] {
  if (!Array.isArray(maxShape) || maxShape.length !== shape.length) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `maxShape: got ${shown(maxShape)}, expected ${shape.length} entries, one per axis of ${shapeText(shape)}`,
    );
  }
  maxShape.forEach((most: unknown, axis) => {
    if (most === null || (Number.isSafeInteger(most) && (most as number) >= shape[axis]!)) return;
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `maxShape: got ${shown(most)} for axis ${axis}, expected a whole number from ${shape[axis]} on, or null for no limit`,
    );
  });
  return maxShape;
}
