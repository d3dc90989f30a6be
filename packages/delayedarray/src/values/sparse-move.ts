import { allocateNumbers, type DType, type NumbersOf, type TypedArray } from "../base/dtype.js";
import type { PositionArray, SparseParts } from "./sparse-parts.js";

/*
 * Moving values needs no knowledge of them beyond their size, so they move as unsigned integers: one loop per size stays
 * fast however many dtypes a program uses, and 64-bit integers never become bigints. Only float64 has a word of its own size.
 */

function bytes(array: TypedArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function words16(array: TypedArray): Uint16Array {
  return new Uint16Array(array.buffer, array.byteOffset, array.byteLength / 2);
}

function words32(array: TypedArray): Uint32Array {
  return new Uint32Array(array.buffer, array.byteOffset, array.byteLength / 4);
}

/** `to[i] = from[positions[i]]`, for two typed arrays of the same type. */
export function gatherEntries(from: TypedArray, positions: PositionArray, to: TypedArray): void {
  const size = from.BYTES_PER_ELEMENT;
  if (size === 1) gather8(bytes(from), positions, bytes(to));
  else if (size === 2) gather16(words16(from), positions, words16(to));
  else if (size === 4) gather32(words32(from), positions, words32(to));
  else if (from instanceof Float64Array && to instanceof Float64Array) gatherFloat64(from, positions, to);
  else gather64(words32(from), positions, words32(to));
}

function gather8(from: Uint8Array, positions: PositionArray, to: Uint8Array): void {
  for (let i = 0; i < positions.length; i++) to[i] = from[positions[i]!]!;
}

function gather16(from: Uint16Array, positions: PositionArray, to: Uint16Array): void {
  for (let i = 0; i < positions.length; i++) to[i] = from[positions[i]!]!;
}

function gather32(from: Uint32Array, positions: PositionArray, to: Uint32Array): void {
  for (let i = 0; i < positions.length; i++) to[i] = from[positions[i]!]!;
}

function gatherFloat64(from: Float64Array, positions: PositionArray, to: Float64Array): void {
  for (let i = 0; i < positions.length; i++) to[i] = from[positions[i]!]!;
}

function gather64(from: Uint32Array, positions: PositionArray, to: Uint32Array): void {
  for (let i = 0; i < positions.length; i++) {
    const at = positions[i]! * 2;
    to[i * 2] = from[at]!;
    to[i * 2 + 1] = from[at + 1]!;
  }
}

/** `to[positions[i]] = from[i]`, for two typed arrays of the same type. */
export function scatterEntries(from: TypedArray, positions: PositionArray, to: TypedArray): void {
  const size = from.BYTES_PER_ELEMENT;
  if (size === 1) scatter8(bytes(from), positions, bytes(to));
  else if (size === 2) scatter16(words16(from), positions, words16(to));
  else if (size === 4) scatter32(words32(from), positions, words32(to));
  else if (from instanceof Float64Array && to instanceof Float64Array) scatterFloat64(from, positions, to);
  else scatter64(words32(from), positions, words32(to));
}

function scatter8(from: Uint8Array, positions: PositionArray, to: Uint8Array): void {
  for (let i = 0; i < positions.length; i++) to[positions[i]!] = from[i]!;
}

function scatter16(from: Uint16Array, positions: PositionArray, to: Uint16Array): void {
  for (let i = 0; i < positions.length; i++) to[positions[i]!] = from[i]!;
}

function scatter32(from: Uint32Array, positions: PositionArray, to: Uint32Array): void {
  for (let i = 0; i < positions.length; i++) to[positions[i]!] = from[i]!;
}

function scatterFloat64(from: Float64Array, positions: PositionArray, to: Float64Array): void {
  for (let i = 0; i < positions.length; i++) to[positions[i]!] = from[i]!;
}

function scatter64(from: Uint32Array, positions: PositionArray, to: Uint32Array): void {
  for (let i = 0; i < positions.length; i++) {
    const at = positions[i]! * 2;
    to[at] = from[i * 2]!;
    to[at + 1] = from[i * 2 + 1]!;
  }
}

/** A copy of values, whatever subclass of a typed array they come in. */
export function copyValues<D extends DType>(data: NumbersOf<D>, dtype: D): NumbersOf<D> {
  const copy = allocateNumbers(dtype, data.length);
  (copy as TypedArray).set(data as never);
  return copy;
}

/** Values of stored entries, and which of them are missing. */
interface Entries<D extends DType> {
  readonly dtype: D;
  readonly data: NumbersOf<D>;
  readonly mask?: Uint8Array | undefined;
}

/** New values and mask: the entries at `positions`, in that order. */
export function takeEntries<D extends DType>(
  { data: from, dtype, mask }: Entries<D>,
  positions: PositionArray,
): { data: NumbersOf<D>; mask: Uint8Array | undefined } {
  const data = allocateNumbers(dtype, positions.length);
  gatherEntries(from as TypedArray, positions, data as TypedArray);
  if (mask === undefined) return { data, mask };
  const taken = new Uint8Array(positions.length);
  gatherEntries(mask, positions, taken);
  return { data, mask: taken };
}

/** New values and mask: each entry at its place in `targets`, which is a permutation. */
export function placeEntries<D extends DType>(
  { data: from, dtype, mask }: Entries<D>,
  targets: PositionArray,
): { data: NumbersOf<D>; mask: Uint8Array | undefined } {
  const data = allocateNumbers(dtype, targets.length);
  scatterEntries(from as TypedArray, targets, data as TypedArray);
  if (mask === undefined) return { data, mask };
  const placed = new Uint8Array(targets.length);
  scatterEntries(mask, targets, placed);
  return { data, mask: placed };
}

/** Below this many entries a loop is cheaper than making views of them. */
const SHORT = 16;

/** Copies neighbouring entries, adding `offset` to their indices. */
export function copyEntries<D extends DType>(
  from: SparseParts<D>,
  start: number,
  length: number,
  to: SparseParts<D>,
  at: number,
  offset: number,
): void {
  if (length === 0) return;
  if (offset === 0 && length > SHORT) to.indices.set(from.indices.subarray(start, start + length), at);
  else for (let i = 0; i < length; i++) to.indices[at + i] = from.indices[start + i]! + offset;
  if (length > SHORT) (to.data as TypedArray).set(from.data.subarray(start, start + length) as never, at);
  else for (let i = 0; i < length; i++) (to.data as NumbersOf)[at + i] = from.data[start + i]!;
  if (from.mask !== undefined && to.mask !== undefined) to.mask.set(from.mask.subarray(start, start + length), at);
}
