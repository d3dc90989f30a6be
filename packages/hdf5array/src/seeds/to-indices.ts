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
 * @returns whether all are on the axis
 */
export function toIndices(values: TypedArray, extent: number, out: Positions, at: number): boolean {
  const to = out.subarray(at, at + values.length);
  if (LITTLE_ENDIAN && to instanceof Int32Array) {
    if (values instanceof Int32Array) return fromInt32(values, extent - 1, to);
    if (values instanceof BigInt64Array || values instanceof BigUint64Array) return fromPairs(values, extent - 1, to);
  }
  const numbers = toNumbers(values);
  let isOn = true;
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!;
    const fits = number >= 0 && number < extent;
    to[i] = fits ? number : -1;
    isOn &&= fits;
  }
  return isOn;
}

function fromInt32(values: Int32Array, last: number, to: Int32Array): boolean {
  let signs = 0;
  for (let i = 0; i < to.length; i++) {
    const value = values[i]!;
    // Both are negative only where the value lies outside.
    signs |= value | (last - value);
    to[i] = value;
  }
  if (signs >= 0) return true;
  for (let i = 0; i < to.length; i++) if (to[i]! < 0 || to[i]! > last) to[i] = -1;
  return false;
}

/** By their halves: the upper half of an index below 2^31 is 0, the lower one not negative. */
function fromPairs(values: BigInt64Array | BigUint64Array, last: number, to: Int32Array): boolean {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  let signs = 0;
  let highs = 0;
  for (let i = 0, word = 0; i < to.length; i++, word += 2) {
    const low = words[word]!;
    signs |= low | (last - low);
    highs |= words[word + 1]!;
    to[i] = low;
  }
  if (signs >= 0 && highs === 0) return true;
  for (let i = 0; i < to.length; i++) if (words[2 * i + 1] !== 0 || to[i]! < 0 || to[i]! > last) to[i] = -1;
  return false;
}
