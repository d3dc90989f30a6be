import { Notes } from "./filtered-chunk.js";

/** A number of bits from which on double deltas are not stored, but the values themselves. */
const PLAIN_BITS = 63;

/**
 * Decodes integers of 64 bits stored as how many there are, the first one and what each adds to the one before.
 *
 * @throws RangeError
 * @see https://github.com/TileDB-Inc/TileDB/blob/main/format_spec/filters/delta.md
 */
export function decodeDelta(bytes: Uint8Array, size: number): Uint8Array {
  const stored = new Notes(bytes);
  const out = integersFor(stored.uint64(), size);
  let value = 0n;
  for (let i = 0; i < out.length; i++) {
    value = BigInt.asUintN(64, value + stored.uint64());
    out[i] = value;
  }
  return new Uint8Array(out.buffer);
}

/**
 * Decodes integers of 64 bits stored as two of them, and how the steps that follow change: a sign and some bits for each.
 *
 * @throws RangeError
 * @see https://github.com/TileDB-Inc/TileDB/blob/main/format_spec/filters/double_delta.md
 */
export function decodeDoubleDelta(bytes: Uint8Array, size: number): Uint8Array {
  const stored = new Notes(bytes);
  const bits = stored.uint8();
  const count = stored.uint64();
  if (bits >= PLAIN_BITS) return stored.rest();
  const out = integersFor(count, size);
  for (let i = 0; i < Math.min(2, out.length); i++) out[i] = stored.uint64();
  let word = 0n;
  let left = 0;
  const take = (wanted: number): bigint => {
    let value = 0n;
    for (let missing = wanted; missing > 0; ) {
      if (left === 0) {
        word = stored.uint64();
        left = 64;
      }
      const taken = Math.min(missing, left);
      left -= taken;
      missing -= taken;
      value = (value << BigInt(taken)) | ((word >> BigInt(left)) & ((1n << BigInt(taken)) - 1n));
    }
    return value;
  };
  for (let i = 2; i < out.length; i++) {
    const isNegative = take(1) === 1n;
    const change = take(bits);
    out[i] = BigInt.asUintN(64, 2n * out[i - 1]! - out[i - 2]! + (isNegative ? -change : change));
  }
  return new Uint8Array(out.buffer);
}

function integersFor(count: bigint, size: number): BigUint64Array {
  if (count * 8n !== BigInt(size)) throw new RangeError(`it says that it holds ${count} integers in ${size} bytes`);
  return new BigUint64Array(Number(count));
}
