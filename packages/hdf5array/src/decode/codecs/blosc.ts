import { decodeBloscBlocks } from "./blosc-blocks.js";
import { readBloscChunk } from "./blosc-chunk.js";
import type { CodecRequest } from "./codec.js";
import { becomesTooMuch } from "./codec-fault.js";

/** Undoes the filter blosc (32001), whose chunks are those of Blosc 1. @see hdf5-blosc, src/blosc_filter.c */
export async function blosc(stored: Uint8Array, { most }: CodecRequest): Promise<Uint8Array> {
  const chunk = readBloscChunk(stored);
  if (chunk.bytes > most) throw becomesTooMuch(most);
  const out = new Uint8Array(chunk.bytes);
  await decodeBloscBlocks(chunk, (at, block) => out.set(block, at));
  return out;
}
