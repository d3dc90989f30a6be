import { type FilteredChunk, Notes, type UndoFilter } from "./filtered-chunk.js";

/** Bits are shuffled in blocks of so many bytes. */
const BLOCK = 8192;

type OfPart = (part: Uint8Array, width: number) => Uint8Array;

/** Undoes `byteshuffle`. @param width - bytes of a value */
export function undoByteshuffle(width: number): UndoFilter {
  return (chunk) => eachPart(chunk, width, unshuffleBytes);
}

/** Undoes `bitshuffle`. @param width - bytes of a value */
export function undoBitshuffle(width: number): UndoFilter {
  return (chunk) => eachPart(chunk, width, unshuffleBits);
}

/** Undoes `xor`, where each value is combined with the one before. @param width - bytes of a value */
export function undoXor(width: number): UndoFilter {
  return (chunk) =>
    eachPart(chunk, width, (part) => {
      if (part.length % width !== 0) throw new RangeError(`a part has ${part.length} bytes`);
      const out = Uint8Array.from(part);
      for (let i = width; i < out.length; i++) out[i]! ^= out[i - width]!;
      return out;
    });
}

/** The filters here note how many parts there are, then the size of each, which stays as it is. */
function eachPart({ data, about }: FilteredChunk, width: number, undo: OfPart): FilteredChunk {
  const sizes = new Notes(about);
  const parts = new Notes(data);
  const count = sizes.uint32();
  if (count > about.length / 4) throw new RangeError(`it does not have ${count} parts`);
  const undone = Array.from({ length: count }, () => undo(parts.bytes(sizes.uint32()), width));
  if (parts.rest().length > 0) throw new RangeError("its parts are not all that there is");
  return { about: sizes.rest(), data: Buffer.concat(undone) };
}

/** The first bytes of all values, then the second ones and so on. What is no whole value follows as it is. */
function unshuffleBytes(part: Uint8Array, width: number): Uint8Array {
  const count = Math.floor(part.length / width);
  const out = Uint8Array.from(part);
  for (let k = 0, from = 0; k < width; k++) {
    for (let i = 0; i < count; i++) out[i * width + k] = part[from++]!;
  }
  return out;
}

/** The same with bits, of as many values as are a multiple of 8, block by block. Others follow as they are. */
function unshuffleBits(part: Uint8Array, width: number): Uint8Array {
  const out = Uint8Array.from(part);
  if (part.length % width !== 0 || part.length % 8 !== 0) return out;
  for (let start = 0; start < part.length; start += BLOCK) {
    const values = Math.floor(Math.min(BLOCK, part.length - start) / width / 8) * 8;
    const row = values / 8;
    out.fill(0, start, start + values * width);
    for (let bit = 0; bit < 8 * width; bit++) {
      const from = start + bit * row;
      const to = start + (bit >> 3);
      for (let i = 0; i < values; i++) {
        out[to + i * width]! |= ((part[from + (i >> 3)]! >> (i & 7)) & 1) << (bit & 7);
      }
    }
  }
  return out;
}
