import { allocate, type DType, type TypedArray } from "../base/dtype.js";
import { cStrides, sizeOf } from "../base/shape.js";
import { type AxisSelection, selectionIndices } from "../subset/axis-selection.js";
import type { NdArrayParts } from "./nd-array-parts.js";

/** Position steps along one axis of a source: a constant stride, or the position of each index. */
interface Walk {
  readonly length: number;
  readonly start: number;
  readonly step: number;
  readonly positions: Float64Array | null;
}

function walkOf(extent: number, stride: number, selection: AxisSelection | null): Walk {
  if (selection === null) return { length: extent, start: 0, step: stride, positions: null };
  if (selection.kind === "range")
    return {
      length: selection.length,
      start: selection.start * stride,
      step: selection.step * stride,
      positions: null,
    };
  return {
    length: selection.length,
    start: 0,
    step: 0,
    positions: selectionIndices(selection).map((index) => index * stride),
  };
}

/**
 * A new C-contiguous array of the selected elements (`null` = all of an axis), whatever the strides of the source.
 */
export function gather<D extends DType>(
  source: NdArrayParts<D>,
  selections: readonly (AxisSelection | null)[],
): NdArrayParts<D> {
  const walks = source.shape.map((extent, axis) => walkOf(extent, source.stride[axis]!, selections[axis] ?? null));
  const shape = walks.map((walk) => walk.length);
  const data = allocate(source.dtype, sizeOf(shape));
  // Axes of which one index is taken are left behind: what remains is walked in longer rows.
  const walked = walks.filter((walk) => walk.length !== 1);
  const offset = walks.reduce(
    (at, walk) => (walk.length === 1 ? at + (walk.positions?.[0] ?? walk.start) : at),
    source.offset,
  );
  if (source.dtype === "string") copyStrings(source.data as string[], offset, walked, data as string[]);
  else copyWalks(source.data as TypedArray, offset, walked, data as TypedArray);
  let mask: Uint8Array | undefined;
  if (source.mask !== undefined) {
    mask = new Uint8Array(data.length);
    copyWalks(source.mask, offset, walked, mask);
  }
  return { data, shape, stride: cStrides(shape), offset: 0, dtype: source.dtype, mask };
}

/** Strings have a loop of their own, so that those of numbers never see a plain array. */
function copyStrings(from: readonly string[], offset: number, walks: readonly Walk[], to: string[]): void {
  if (to.length === 0) return;
  const outStride = cStrides(walks.map((walk) => walk.length));
  const { length, start, step, positions } = walks[walks.length - 1] ?? walkOf(1, 0, null);
  eachPosition(walks.slice(0, -1), offset, outStride, (position, out) => {
    for (let i = 0; i < length; i++) {
      to[out + i] = from[position + (positions === null ? start + i * step : positions[i]!)]!;
    }
  });
}

function copyWalks(from: TypedArray, offset: number, walks: readonly Walk[], to: TypedArray): void {
  if (to.length === 0) return;
  const ndim = walks.length;
  const outStride = cStrides(walks.map((walk) => walk.length));
  // Rows that are contiguous in the source move as a whole; merge trailing axes that are contiguous together.
  let inner = ndim;
  let run = 1;
  while (inner > 0) {
    const walk = walks[inner - 1]!;
    if (walk.positions !== null || walk.step !== run) break;
    run *= walk.length;
    inner--;
  }
  if (run > 1 || inner === 0) {
    let base = offset;
    for (let axis = inner; axis < ndim; axis++) base += walks[axis]!.start;
    eachPosition(walks.slice(0, inner), base, outStride, (position, out) => {
      to.set(from.subarray(position, position + run) as never, out);
    });
    return;
  }
  // Of the two axes that matter, read the one that is contiguous in the source in small squares, so that both sides
  // stay in the cache.
  const last = walks[ndim - 1]!;
  let second = -1;
  for (let axis = 0; axis < ndim - 1; axis++)
    if (walks[axis]!.positions === null && Math.abs(walks[axis]!.step) === 1) second = axis;
  if (second >= 0 && last.positions === null) {
    const others = walks.map((walk, axis) =>
      axis === second || axis === ndim - 1 ? { ...walk, length: 1, positions: null } : walk,
    );
    eachPosition(others, offset, outStride, (position, out) => {
      transposeTiles(from, position, walks[second]!, last, to, out, outStride[second]!);
    });
    return;
  }
  eachPosition(walks.slice(0, ndim - 1), offset, outStride, (position, out) => {
    if (last.positions === null) strided(from, position + last.start, last.step, to, out, last.length);
    else scattered(from, position, last.positions, to, out);
  });
}

const TILE = 32;

function transposeTiles(
  from: TypedArray,
  position: number,
  rows: Walk,
  columns: Walk,
  to: TypedArray,
  out: number,
  rowOut: number,
): void {
  for (let r0 = 0; r0 < rows.length; r0 += TILE) {
    const r1 = Math.min(rows.length, r0 + TILE);
    for (let c0 = 0; c0 < columns.length; c0 += TILE) {
      const n = Math.min(columns.length, c0 + TILE) - c0;
      for (let r = r0; r < r1; r++)
        strided(from, position + r * rows.step + c0 * columns.step, columns.step, to, out + r * rowOut + c0, n);
    }
  }
}

function strided(from: TypedArray, position: number, step: number, to: TypedArray, out: number, n: number): void {
  for (let i = 0, at = position; i < n; i++, at += step) to[out + i] = from[at]!;
}

function scattered(from: TypedArray, position: number, positions: Float64Array, to: TypedArray, out: number): void {
  for (let i = 0; i < positions.length; i++) to[out + i] = from[position + positions[i]!]!;
}

/** Calls `visit` with the source and output position of every combination of indices of the given leading axes. */
function eachPosition(
  walks: readonly Walk[],
  offset: number,
  outStride: readonly number[],
  visit: (position: number, out: number) => void,
): void {
  const recurse = (axis: number, position: number, out: number): void => {
    const walk = walks[axis];
    if (walk === undefined) {
      visit(position, out);
      return;
    }
    for (let i = 0; i < walk.length; i++) {
      recurse(
        axis + 1,
        walk.positions === null ? position + walk.start + i * walk.step : position + walk.positions[i]!,
        out + i * outStride[axis]!,
      );
    }
  };
  recurse(0, offset, 0);
}
