import { type BlockGrid, blockPlacer } from "./block-grid.js";
import { decodeBloscBlocks } from "./blosc-blocks.js";
import { type BloscChunk, readBloscChunk } from "./blosc-chunk.js";
import { type BloscFrame, readBloscFrame } from "./blosc-frame.js";
import type { CodecRequest } from "./codec.js";
import { becomesTooMuch, CodecFault } from "./codec-fault.js";

/**
 * Undoes the filter blosc2 (32026), whose chunks are frames of Blosc 2 with one chunk; of more than one axis, this is cut
 * into blocks along all of them.
 *
 * @see PyTables, hdf5-blosc2/src/blosc2_filter.c
 */
export async function blosc2(stored: Uint8Array, { most }: CodecRequest): Promise<Uint8Array> {
  const frame = readBloscFrame(stored);
  const { grid } = frame;
  const bytes = grid === undefined ? frame.bytes : product(grid.shape, grid.itemSize);
  if (bytes > most) throw becomesTooMuch(most);
  const out = new Uint8Array(bytes);
  const chunk = await chunkOf(frame);
  if (chunk === "zeros") return out;
  if (grid === undefined) {
    if (chunk.bytes !== bytes) throw new CodecFault(`its chunk has ${chunk.bytes} bytes, expected ${bytes}`);
    await decodeBloscBlocks(chunk, (at, block) => out.set(block, at));
    return out;
  }
  checkGrid(chunk, grid);
  const place = blockPlacer(grid, out);
  await decodeBloscBlocks(chunk, (at, block) => place(at / chunk.blockBytes, block));
  return out;
}

/** Finds the chunk by the index behind it, which is a chunk of Blosc itself. */
async function chunkOf({ index, chunkAt }: BloscFrame): Promise<BloscChunk | "zeros"> {
  const offsets = readBloscChunk(index);
  if (offsets.bytes !== 8) throw new CodecFault(`its index has ${offsets.bytes} bytes, expected those of one chunk`);
  const view = new DataView(new ArrayBuffer(8));
  await decodeBloscBlocks(offsets, (at, block) => new Uint8Array(view.buffer).set(block, at));
  const high = view.getUint32(4, true);
  if (high >>> 31 === 0) return readBloscChunk(chunkAt(high * 2 ** 32 + view.getUint32(0, true)));
  // Zeros, or values that were never set.
  const special = (high >>> 24) & 7;
  if (special === 1 || special === 4) return "zeros";
  throw new CodecFault(`special values ${special} are not known`);
}

function checkGrid(chunk: BloscChunk, { shape, blockShape, itemSize }: BlockGrid): void {
  const blocks = shape.map((extent, axis) => Math.ceil(extent / blockShape[axis]!));
  const blockBytes = product(blockShape, itemSize);
  const bytes = product(blocks, blockBytes);
  if (chunk.bytes === bytes && chunk.blockBytes === blockBytes) return;
  throw new CodecFault(
    `its chunk has ${chunk.bytes} bytes in blocks of ${chunk.blockBytes}, expected ${bytes} in blocks of ${blockBytes}`,
  );
}

function product(extents: readonly number[], size: number): number {
  return extents.reduce((total, extent) => total * extent, size);
}
