import { breathe } from "../breathe.js";
import type { BlockCodec, CodecRequest } from "./codec.js";
import { becomesTooMuch, CodecFault } from "./codec-fault.js";
import { lz4Block } from "./lz4-block.js";
import { StreamBytes } from "./stream-bytes.js";
import { unbitshuffle } from "./unbitshuffle.js";
import { loadZstd } from "./zstd.js";

const LZ4 = 2;
const ZSTD = 3;

/**
 * Undoes the filter bitshuffle (32008), whose blocks may be compressed besides: each is shuffled by itself, and up to
 * seven elements at the end are left as they are.
 *
 * @see bitshuffle, src/bshuf_h5filter.c and src/bitshuffle_core.c
 */
export async function bitshuffle(stored: Uint8Array, { parameters, most }: CodecRequest): Promise<Uint8Array> {
  const [, , size = 0, blockElements = 0, compression = 0] = parameters;
  if (size <= 0)
    throw new CodecFault(`its parameters are [${parameters.join(", ")}], expected the bytes of an element`);
  const decode = await blockCodec(compression);
  const stream = new StreamBytes(stored);
  const total = decode === undefined ? stored.length : stream.uint64(0);
  if (total > most) throw becomesTooMuch(most);
  if (total % size !== 0) throw new CodecFault(`its ${total} bytes are not whole elements of ${size}`);
  const chosen = decode === undefined ? blockElements : stream.uint32(8, false) / size;
  const block = chosen === 0 ? defaultBlock(size) : chosen;
  if (block % 8 !== 0) throw new CodecFault(`its blocks have ${block} elements, not a multiple of 8`);
  const out = new Uint8Array(total);
  const shuffled: Uint8Array = new Uint8Array(Math.min(total, block * size));
  let i = decode === undefined ? 0 : 12;
  let at = 0;
  for (let left = total / size; left >= 8; ) {
    const elements = Math.min(block, left - (left % 8));
    const bytes = elements * size;
    let source = shuffled.subarray(0, bytes);
    if (decode === undefined) {
      source = stream.part(i, bytes);
      i += bytes;
    } else {
      const length = stream.uint32(i, false);
      if ((await decode(stream.part(i + 4, length), source)) !== bytes)
        throw new CodecFault("a block has too few bytes");
      i += 4 + length;
    }
    unbitshuffle(source, size, out.subarray(at, at + bytes));
    at += bytes;
    left -= elements;
    await breathe();
  }
  out.set(stream.part(i, total - at), at);
  return out;
}

async function blockCodec(compression: number): Promise<BlockCodec | undefined> {
  if (compression === 0) return undefined;
  if (compression === LZ4) return lz4Block;
  if (compression === ZSTD) return loadZstd();
  throw new CodecFault(`compression ${compression} within it is not known`, "UNSUPPORTED_FEATURE");
}

/** Elements of a block where none are named. */
function defaultBlock(size: number): number {
  return Math.max(128, Math.floor(Math.floor(8192 / size) / 8) * 8);
}
