import type { TypedArray } from "delayedarray";
import { allocate } from "delayedarray/internal";
import { toNumbers } from "./to-numbers.js";

/** Indices on an axis, or positions among what is selected of it; -1 for those that are not. */
export type Positions = Int32Array | Float64Array;

/** Room for indices on an axis. */
export function newPositions(extent: number, length: number): Positions {
  return extent <= 2 ** 31 ? allocate("int32", length) : allocate("float64", length);
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Writes integers as indices on an axis in one pass: -1 for those that are not on it.
 *
 * @param at - where in `out` the first one goes
 */
export function toIndices(values: TypedArray, extent: number, out: Positions, at: number): void {
  const isWide = values instanceof BigInt64Array || values instanceof BigUint64Array;
  if (!isWide || !LITTLE_ENDIAN || out instanceof Float64Array) {
    const numbers = toNumbers(values);
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i]!;
      out[at + i] = number >= 0 && number < extent ? number : -1;
    }
    return;
  }
  // By their halves, as 32-bit integers throughout: the upper half of an index below 2^31 is 0, the lower one not negative.
  const { length } = values;
  const words = new Int32Array(values.buffer, values.byteOffset, length * 2);
  const to = out.subarray(at, at + length);
  const last = extent - 1;
  for (let i = 0; i < length; i++) {
    const low = words[2 * i]!;
    to[i] = words[2 * i + 1] === 0 && low >= 0 && low <= last ? low : -1;
  }
}
