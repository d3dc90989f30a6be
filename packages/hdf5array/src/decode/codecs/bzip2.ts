import { breathe } from "../breathe.js";
import { BitReader } from "./bit-reader.js";
import { readBzip2Block } from "./bzip2-block.js";
import { bzip2Crc } from "./bzip2-crc.js";
import type { CodecRequest } from "./codec.js";
import { becomesTooMuch, CodecFault } from "./codec-fault.js";

/** What blocks and the end of a stream begin with: digits of pi and of its root. */
const BLOCK = 0x314159265359;
const END = 0x177245385090;

/** Undoes the filter bzip2 (307), whose chunks are streams of bzip2. @see bzip2, decompress.c */
export async function bzip2(stored: Uint8Array, { most }: CodecRequest): Promise<Uint8Array> {
  const bits = new BitReader(stored);
  const level = bits.read(32) - 0x425a6830; // "BZh0"
  if (level < 1 || level > 9) throw new CodecFault("it does not begin like a bzip2 stream");
  const out = new Uint8Array(most);
  let length = 0;
  let combined = 0;
  for (;;) {
    const mark = bits.read(24) * 2 ** 24 + bits.read(24);
    const checksum = bits.read(32);
    if (mark === END) {
      if (checksum !== combined >>> 0) throw new CodecFault("its checksum is wrong");
      return out.subarray(0, length);
    }
    if (mark !== BLOCK) throw new CodecFault("a block does not begin like one");
    const block = readBzip2Block(bits, level * 100_000);
    const from = length;
    length = undoRuns(block, out, length);
    const computed = bzip2Crc(out.subarray(from, length));
    if (computed !== checksum) throw new CodecFault("the checksum of a block is wrong");
    combined = ((combined << 1) | (combined >>> 31)) ^ computed;
    await breathe();
  }
}

/** Four equal bytes are followed by how often they are repeated. Returns where the output ends. */
function undoRuns(block: Uint8Array, out: Uint8Array, start: number): number {
  let at = start;
  let run = 0;
  let last = -1;
  for (const byte of block) {
    if (run === 4) {
      if (byte > out.length - at) throw becomesTooMuch(out.length);
      out.fill(last, at, at + byte);
      at += byte;
      run = 0;
      last = -1;
      continue;
    }
    if (at === out.length) throw becomesTooMuch(out.length);
    out[at++] = byte;
    run = byte === last ? run + 1 : 1;
    last = byte;
  }
  return at;
}
