import { type FilteredChunk, Notes } from "./filtered-chunk.js";

/** Bytes of an offset. */
const WIDTH = 8;

/**
 * Undoes `positive-delta` of integers of 64 bits: windows that begin with a value, each value stored as what it adds to the
 * one before.
 *
 * @throws RangeError
 */
export function undoPositiveDelta({ data, about }: FilteredChunk): FilteredChunk {
  const windows = new Notes(about);
  const stored = new Notes(data);
  const out: Uint8Array[] = [];
  for (let count = windows.uint32(); count > 0; count--) {
    let value = windows.uint64();
    const size = windows.uint32();
    const bytes = stored.bytes(size);
    out.push(size % WIDTH === 0 ? decoded(new Notes(bytes), size, (one) => (value += one.uint64())) : bytes);
  }
  return { about: windows.rest(), data: Buffer.concat(out) };
}

/**
 * Undoes `bit-width-reduction` of integers of 64 bits: windows in which each value is stored as what it is above the least
 * one, in fewer bytes.
 *
 * @throws RangeError
 */
export function undoBitWidthReduction({ data, about }: FilteredChunk): FilteredChunk {
  const windows = new Notes(about);
  const stored = new Notes(data);
  const out: Uint8Array[] = [];
  const length = windows.uint32();
  for (let count = windows.uint32(); count > 0; count--) {
    const least = windows.uint64();
    const bits = windows.uint8();
    const size = windows.uint32();
    if (bits >= 8 * WIDTH || size % WIDTH !== 0) {
      out.push(stored.bytes(size));
      continue;
    }
    if (bits !== 8 && bits !== 16 && bits !== 32) throw new RangeError(`a window has values of ${bits} bits`);
    const width = bits / 8;
    const values = new Notes(stored.bytes((size / WIDTH) * width));
    out.push(decoded(values, size, (one) => least + unsigned(one.bytes(width))));
  }
  const result = Buffer.concat(out);
  if (result.length !== length) throw new RangeError(`its windows hold ${result.length} bytes, expected ${length}`);
  return { about: windows.rest(), data: result };
}

function decoded(values: Notes, size: number, next: (values: Notes) => bigint): Uint8Array {
  const out = new BigUint64Array(size / WIDTH);
  // An array of 64 bits keeps these of any integer.
  for (let i = 0; i < out.length; i++) out[i] = next(values);
  return new Uint8Array(out.buffer);
}

function unsigned(bytes: Uint8Array): bigint {
  return BigInt(bytes.reduceRight((sum, byte) => sum * 256 + byte, 0));
}
