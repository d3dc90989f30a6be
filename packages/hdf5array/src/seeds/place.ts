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
  const stride = cStrides(box.count);
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    // As pairs of words: moving bigints one by one would make an object of each.
    const pair: Pick = { length: 2, out: 0, first: 0, step: 1, list: null };
    copy(wordsOf(values), [...stride.map((step) => step * 2), 1], [...picks, pair], wordsOf(out), [
      ...outStride.map((step) => step * 2),
      1,
    ]);
  } else {
    copy(values, stride, picks, out, outStride);
  }
}

function wordsOf(values: TypedArray): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.byteLength / 4);
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

/** Elements from which on copying them as a block is faster than one by one. */
const BLOCK = 16;

function copy(
  from: TypedArray,
  stride: readonly number[],
  picks: readonly Pick[],
  to: TypedArray,
  outStride: readonly number[],
): void {
  // Trailing axes that are contiguous on both sides move together.
  let inner = picks.length;
  let run = 1;
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
  for (let axis = inner; axis < picks.length; axis++) {
    position += picks[axis]!.first * stride[axis]!;
    out += picks[axis]!.out * outStride[axis]!;
  }
  const outer = picks.slice(0, inner);
  if (run >= BLOCK || inner === 0) {
    each(outer, stride, outStride, position, out, (at, outAt) => to.set(from.subarray(at, at + run) as never, outAt));
    return;
  }
  if (run > 1) {
    each(outer, stride, outStride, position, out, (at, outAt) => {
      for (let i = 0; i < run; i++) to[outAt + i] = from[at + i]!;
    });
    return;
  }
  copyElements(from, stride, outer, to, outStride, position, out);
}

/** Side of the squares in which a transposing copy goes, so that both sides stay in the cache. */
const TILE = 32;

function copyElements(
  from: TypedArray,
  stride: readonly number[],
  picks: readonly Pick[],
  to: TypedArray,
  outStride: readonly number[],
  position: number,
  out: number,
): void {
  const last = picks.length - 1;
  const row = picks[last]!;
  // The axis that is contiguous in the result, if it is another one than the last, is what makes it a transposition.
  const across = picks.findIndex(
    ({ length, list }, axis) => axis !== last && outStride[axis] === 1 && length > 1 && list === null,
  );
  const copyRow = (at: number, outAt: number, start: number, stop: number) => {
    const outStep = outStride[last]!;
    let o = outAt + (row.out + start) * outStep;
    if (row.list !== null) {
      for (let i = start; i < stop; i++, o += outStep) to[o] = from[at + row.list[i]! * stride[last]!]!;
      return;
    }
    const step = row.step * stride[last]!;
    for (let i = start, p = at + (row.first + start * row.step) * stride[last]!; i < stop; i++, p += step, o += outStep)
      to[o] = from[p]!;
  };
  if (across < 0) {
    each(picks.slice(0, last), stride, outStride, position, out, (at, outAt) => copyRow(at, outAt, 0, row.length));
    return;
  }
  const rows = picks[across]!;
  const only: Pick = { length: 1, out: 0, first: 0, step: 0, list: null };
  each(
    picks.map((one, axis) => (axis === across || axis === last ? only : one)),
    stride,
    outStride,
    position,
    out,
    (at, outAt) => {
      for (let r0 = 0; r0 < rows.length; r0 += TILE) {
        const r1 = Math.min(rows.length, r0 + TILE);
        for (let c0 = 0; c0 < row.length; c0 += TILE) {
          const c1 = Math.min(row.length, c0 + TILE);
          for (let r = r0; r < r1; r++)
            copyRow(at + (rows.first + r * rows.step) * stride[across]!, outAt + rows.out + r, c0, c1);
        }
      }
    },
  );
}

/** Calls `visit` with the position in the box and in the result of every combination of what is picked. */
function each(
  picks: readonly Pick[],
  stride: readonly number[],
  outStride: readonly number[],
  position: number,
  out: number,
  visit: (position: number, out: number) => void,
): void {
  const recurse = (axis: number, at: number, outAt: number): void => {
    const one = picks[axis];
    if (one === undefined) {
      visit(at, outAt);
      return;
    }
    for (let i = 0; i < one.length; i++) {
      const index = one.list === null ? one.first + i * one.step : one.list[i]!;
      recurse(axis + 1, at + index * stride[axis]!, outAt + (one.out + i) * outStride[axis]!);
    }
  };
  recurse(0, position, out);
}
