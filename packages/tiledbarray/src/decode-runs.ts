import { ofLength } from "./filtered-chunk.js";

/** Bytes of an offset. */
const WIDTH = 8;

/**
 * Decodes runs of offsets: each is an offset and how often it comes, two bytes, the high one first.
 *
 * @throws RangeError
 * @see https://github.com/TileDB-Inc/TileDB/blob/main/tiledb/sm/compressors/rle_compressor.cc
 */
export function decodeRuns(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let at = 0;
  let i = 0;
  for (; i + WIDTH + 2 <= bytes.length; i += WIDTH + 2) {
    const offset = bytes.subarray(i, i + WIDTH);
    for (let count = bytes[i + WIDTH]! * 256 + bytes[i + WIDTH + 1]!; count > 0; count--, at += WIDTH) {
      if (at + WIDTH > size) throw new RangeError(`its runs hold more than ${size} bytes`);
      out.set(offset, at);
    }
  }
  ofLength(bytes, i);
  return out.subarray(0, at);
}
