import type { TypedArray } from "delayedarray";
import { type AxisSelection, cStrides } from "delayedarray/internal";
import type { Box } from "../read/piece.js";

/** What one axis of a box contributes to the result. */
interface Pick {
  readonly length: number;
  /** Position in the result of the first one; the others follow. */
  readonly out: number;
  /** Position in the box of the first one, and the distance of the others. */
  readonly first: number;
  readonly step: number;
  /** Positions in the box where they have no constant distance. */
  readonly list: Float64Array | null;
}

/** Numbers of one size, by which elements are moved whatever their type: code that meets few types is much faster. */
type Words = Uint8Array | Uint16Array | Uint32Array;

/**
 * Copies what is selected of a box to its place in the result.
 *
 * @param values - the box's elements, in C order
 * @param box - where it lies in the dataset
 * @param selections - what is selected of the dataset, per axis
 * @param out - the result
 * @param outStride - strides of the result, in elements, per axis of the dataset
 */
export function place(
  values: TypedArray,
  box: Box,
  selections: readonly AxisSelection[],
  out: TypedArray,
  outStride: readonly number[],
): void {
  const picks = selections.map((selection, axis) => pick(selection, box.start[axis]!, box.count[axis]!));
  if (picks.some(({ length }) => length === 0)) return;
  // Elements of 8 bytes as pairs: moving bigints one by one would make an object of each.
  const width = Math.max(1, values.BYTES_PER_ELEMENT / 4);
  copy(
    wordsOf(values),
    cStrides(box.count).map((step) => step * width),
    picks,
    wordsOf(out),
    outStride.map((step) => step * width),
    width,
  );
}

function wordsOf({ buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: size }: TypedArray): Words {
  if (size >= 4) return new Uint32Array(buffer, byteOffset, byteLength / 4);
  return size === 2
    ? new Uint16Array(buffer, byteOffset, byteLength / 2)
    : new Uint8Array(buffer, byteOffset, byteLength);
}

function pick(selection: AxisSelection, start: number, count: number): Pick {
  if (selection.kind === "range") {
    const { start: from, step, length } = selection;
    const out = Math.min(length, Math.max(0, Math.ceil((start - from) / step)));
    const end = Math.min(length, Math.max(0, Math.ceil((start + count - from) / step)));
    return { length: end - out, out, first: from + out * step - start, step, list: null };
  }
  const { indices } = selection;
  const out = lowerBound(indices, start);
  const end = lowerBound(indices, start + count);
  return { length: end - out, out, first: 0, step: 0, list: indices.subarray(out, end).map((index) => index - start) };
}

/** Number of entries of an increasing list that are below `value`. */
function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Words from which on copying them as a block is faster than one by one. */
const BLOCK = 512;

/** Where a pick's elements lie in the box, in words. */
function offsetsOf({ length, list, first, step }: Pick, stride: number): Float64Array {
  const offsets = new Float64Array(length);
  if (list !== null) for (let i = 0; i < length; i++) offsets[i] = list[i]! * stride;
  else for (let i = 0; i < length; i++) offsets[i] = (first + i * step) * stride;
  return offsets;
}

/** @param width - words of an element */
function copy(
  from: Words,
  stride: readonly number[],
  picks: readonly Pick[],
  to: Words,
  outStride: readonly number[],
  width: number,
): void {
  // Trailing axes that are contiguous on both sides move together.
  let inner = picks.length;
  let run = width;
  while (inner > 0) {
    const { length, list, step } = picks[inner - 1]!;
    const together =
      list === null && (length === 1 || (step === 1 && stride[inner - 1] === run && outStride[inner - 1] === run));
    if (!together) break;
    run *= length;
    inner--;
  }
  let position = 0;
  let out = 0;
  for (let axis = 0; axis < picks.length; axis++) {
    if (axis >= inner) position += picks[axis]!.first * stride[axis]!;
    out += picks[axis]!.out * outStride[axis]!;
  }
  if (inner === 0) {
    copyRun(from, position, to, out, run);
    return;
  }
  const last = inner - 1;
  const offsets = picks.slice(0, inner).map((one, axis) => offsetsOf(one, stride[axis]!));
  const columns = offsets[last]!;
  const outColumn = outStride[last]!;
  if (run > width) {
    each(offsets, outStride, last, position, out, (at, outAt) => {
      copyRuns(from, at, columns, to, outAt, outColumn, run);
    });
    return;
  }
  // The axis that is contiguous in the result, if it is another one than the last, is what makes it a transposition.
  const across = picks.findIndex(({ length }, axis) => axis < last && outStride[axis] === width && length > 1);
  const rowAxis = across >= 0 ? across : last - 1;
  const rows = offsets[rowAxis] ?? NOWHERE;
  const outRow = outStride[rowAxis] ?? 0;
  const others = offsets.map((one, axis) => (axis === rowAxis ? NOWHERE : one));
  each(others, outStride, last, position, out, (at, outAt) => {
    if (across >= 0) copyTiles(from, at, rows, columns, to, outAt, outRow, outColumn, width);
    else copyElements(from, at, rows, columns, to, outAt, outRow, outColumn, width, 0, rows.length, 0, columns.length);
  });
}

/** Offsets of an axis that is passed over. */
const NOWHERE = new Float64Array(1);

function copyRun(from: Words, at: number, to: Words, outAt: number, run: number): void {
  if (run >= BLOCK) {
    to.set(from.subarray(at, at + run), outAt);
    return;
  }
  let p = at;
  let o = outAt;
  const end = at + run;
  for (const most = end - 3; p < most; p += 4, o += 4) {
    to[o] = from[p]!;
    to[o + 1] = from[p + 1]!;
    to[o + 2] = from[p + 2]!;
    to[o + 3] = from[p + 3]!;
  }
  for (; p < end; p++, o++) to[o] = from[p]!;
}

function copyRuns(
  from: Words,
  at: number,
  offsets: Float64Array,
  to: Words,
  outAt: number,
  outStep: number,
  run: number,
): void {
  for (let i = 0; i < offsets.length; i++) copyRun(from, at + offsets[i]!, to, outAt + i * outStep, run);
}

function copyElements(
  from: Words,
  at: number,
  rows: Float64Array,
  columns: Float64Array,
  to: Words,
  outAt: number,
  outRow: number,
  outColumn: number,
  width: number,
  firstRow: number,
  lastRow: number,
  firstColumn: number,
  lastColumn: number,
): void {
  for (let row = firstRow; row < lastRow; row++) {
    const p = at + rows[row]!;
    let o = outAt + row * outRow + firstColumn * outColumn;
    if (width === 1) {
      for (let column = firstColumn; column < lastColumn; column++, o += outColumn) to[o] = from[p + columns[column]!]!;
    } else {
      for (let column = firstColumn; column < lastColumn; column++, o += outColumn) {
        const q = p + columns[column]!;
        to[o] = from[q]!;
        to[o + 1] = from[q + 1]!;
      }
    }
  }
}

/** Side of the squares in which a transposing copy goes, so that both sides stay in the cache. */
const TILE = 32;

function copyTiles(
  from: Words,
  at: number,
  rows: Float64Array,
  columns: Float64Array,
  to: Words,
  outAt: number,
  outRow: number,
  outColumn: number,
  width: number,
): void {
  for (let r0 = 0; r0 < rows.length; r0 += TILE) {
    const r1 = Math.min(rows.length, r0 + TILE);
    for (let c0 = 0; c0 < columns.length; c0 += TILE) {
      const c1 = Math.min(columns.length, c0 + TILE);
      copyElements(from, at, rows, columns, to, outAt, outRow, outColumn, width, r0, r1, c0, c1);
    }
  }
}

/** Calls `visit` with the position in the box and in the result of every combination of offsets on the first axes. */
function each(
  offsets: readonly Float64Array[],
  outStride: readonly number[],
  axes: number,
  position: number,
  out: number,
  visit: (position: number, out: number) => void,
): void {
  const recurse = (axis: number, at: number, outAt: number): void => {
    if (axis === axes) {
      visit(at, outAt);
      return;
    }
    const own = offsets[axis]!;
    for (let i = 0; i < own.length; i++) recurse(axis + 1, at + own[i]!, outAt + i * outStride[axis]!);
  };
  recurse(0, position, out);
}
