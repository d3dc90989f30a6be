import { breathe } from "../breathe.js";
import type { CodecRequest } from "./codec.js";
import { becomesTooMuch, CodecFault } from "./codec-fault.js";
import { lz4Block } from "./lz4-block.js";
import { StreamBytes } from "./stream-bytes.js";

/**
 * Undoes the filter lz4 (32004): the number of bytes and that of a block of them, then the blocks, each behind its own.
 *
 * @see the HDF Group's hdf5_plugins, LZ4/src/H5Zlz4.c
 */
export async function lz4(stored: Uint8Array, { most }: CodecRequest): Promise<Uint8Array> {
  const stream = new StreamBytes(stored);
  const total = stream.uint64(0);
  const blockBytes = Math.min(total, stream.uint32(8, false));
  if (total > most) throw becomesTooMuch(most);
  if (total > 0 && blockBytes === 0) throw new CodecFault("its blocks are said to have 0 bytes");
  const out = new Uint8Array(total);
  let i = 12;
  for (let at = 0; at < total; at += blockBytes) {
    const target = out.subarray(at, at + blockBytes);
    const length = stream.uint32(i, false);
    const block = stream.part(i + 4, length);
    if (length === target.length) target.set(block);
    else if (lz4Block(block, target) !== target.length) throw new CodecFault("a block has too few bytes");
    i += 4 + length;
    await breathe();
  }
  return out;
}
