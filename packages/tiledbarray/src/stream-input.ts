import {
  astype,
  type Block,
  DelayedArrayError,
  type Dimnames,
  type DType,
  isSparseNdarray,
  type NdArray,
  type SparseNdarray,
  toDenseArray,
  toSparseArray,
} from "delayedarray";
import {
  type BlockStream,
  checkShape,
  itemSize,
  type StreamedBlock,
  shapeText,
  shown,
  sizeOf,
  streamedBlock,
} from "delayedarray/internal";
import type { InputLimits, WriteInput } from "./write-input.js";
import { invalid, type WriteTileDbArrayOptions } from "./write-options.js";

/**
 * A stream as what is to be written. The first block says the dtype, whether values can be missing and whether the array is
 * sparse, unless the options do.
 *
 * @throws `INVALID_ARGUMENT` when the shape is not given, and for something else than blocks
 */
export async function streamInput(
  stream: BlockStream,
  { shape: given, dtype: wanted, axis = 0, dimnames }: WriteTileDbArrayOptions,
): Promise<WriteInput> {
  if (given === undefined) {
    throw invalid("shape: a stream of blocks needs the extents of all of it, with which a TileDB array is made");
  }
  const shape = checkShape(given, "writeTileDbArray: shape");
  if (axis >= shape.length) throw invalid(`axis ${axis}: the array has ${shape.length} axes`);
  if (dimnames !== undefined && dimnames !== null) checkDimnames(dimnames, shape);
  const iterator = stream[Symbol.asyncIterator]();
  const close = async (): Promise<void> => {
    await iterator.return?.();
  };
  const first = await iterator.next();
  let part: StreamedBlock | undefined;
  try {
    part = first.done ? undefined : partOf(first.value);
  } catch (error) {
    await close();
    throw error;
  }
  const dtype = wanted ?? part?.block.dtype;
  if (dtype === undefined) throw invalid("the stream gave no block: then dtype has to be given");
  const isMasked = part?.block.isMasked ?? false;
  return {
    shape,
    dtype,
    isMasked,
    isSparse: part !== undefined && isSparseNdarray(part.block),
    dimnames: null,
    close,
    async blocks(_, limits) {
      const parts = resumed(part, iterator);
      return {
        size: itemSize(dtype),
        blocks: placed(parts, { shape, dtype, isCast: wanted !== undefined, axis, limits }),
      };
    },
  };
}

async function* resumed(
  first: StreamedBlock | undefined,
  rest: AsyncIterator<unknown>,
): AsyncGenerator<StreamedBlock, void, void> {
  if (first === undefined) return;
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield partOf(next.value);
}

/** @throws `SHAPE_MISMATCH` for names that are not one per index */
function checkDimnames(dimnames: Dimnames, shape: readonly number[]): void {
  const fits =
    dimnames.length === shape.length && dimnames.every((names, axis) => names === null || names.length === shape[axis]);
  if (fits) return;
  const found = dimnames.map((names) => names?.length ?? "null").join(", ");
  throw new DelayedArrayError(
    "SHAPE_MISMATCH",
    `writeTileDbArray: dimnames for extents ${found}, expected those of an array of shape ${shapeText(shape)}`,
  );
}

interface Placement {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly isCast: boolean;
  readonly axis: number;
  readonly limits: InputLimits;
}

/** Blocks with their places, checked, as arrays of their own. */
async function* placed(
  parts: AsyncIterable<StreamedBlock>,
  { shape, dtype, isCast, axis, limits: { isSparse, nullable, signal } }: Placement,
): AsyncGenerator<Block<NdArray | SparseNdarray>, void, void> {
  let end = 0;
  let elements = 0;
  for await (const { position: given, block } of parts) {
    signal?.throwIfAborted();
    const position =
      given ?? block.shape.map((extent, k): [number, number] => (k === axis ? [end, end + extent] : [0, extent]));
    const fits =
      block.shape.length === shape.length &&
      position.every(
        ([from, to], k) => to <= shape[k]! && (given !== undefined || k === axis || to - from === shape[k]),
      );
    if (!fits) {
      throw new DelayedArrayError(
        "SHAPE_MISMATCH",
        `a block of shape ${shapeText(block.shape)} at ${shown(position)} does not fit an array of shape ${shapeText(shape)}`,
      );
    }
    if (!isCast && block.dtype !== dtype) {
      throw new DelayedArrayError(
        "DTYPE_UNSUPPORTED",
        `a block of ${block.dtype} is in a stream that began with ${dtype}; convert all with dtype`,
      );
    }
    if (block.isMasked && !nullable) {
      throw invalid("a block has missing values, but the first one had no mask, or the attribute is not nullable");
    }
    if (given === undefined) end += block.shape[axis]!;
    const size = sizeOf(block.shape);
    elements += size;
    if (size === 0) continue;
    const converted = block.dtype === dtype ? block : astype(block, dtype);
    const values =
      isSparse && isSparseNdarray(block)
        ? await toSparseArray(converted, { signal })
        : await toDenseArray(converted, { signal });
    yield { position, block: values };
  }
  // Cells that a sparse array does not have are 0, whichever they are.
  if (elements === sizeOf(shape) || (isSparse && elements < sizeOf(shape))) return;
  throw new DelayedArrayError(
    "SHAPE_MISMATCH",
    `the stream gave ${elements} elements, expected the ${sizeOf(shape)} of an array of shape ${shapeText(shape)}`,
  );
}

function partOf(item: unknown): StreamedBlock {
  return streamedBlock(item, "writeTileDbArray");
}
