import type { TypedArray } from "../base/dtype.js";
import type { SparseParts } from "../values/sparse-parts.js";
import type { Kernel } from "./kernel.js";
import type { Reduction } from "./reduce.js";
import type { Tally } from "./tally.js";
import { TILE, type Tile, type WideForm, Window } from "./tile.js";

/**
 * Gives the stored values of a sparse block to a kernel, in time proportional to their number and that of the fibres.
 * Zeros that are not stored are counted in the tally.
 *
 * @param starts - where the block begins on each axis
 */
export function feedSparse(
  kernel: Kernel,
  block: SparseParts,
  starts: readonly number[],
  reduction: Reduction,
  tally: Tally,
  wide: WideForm,
): void {
  const { indptr, mask } = block;
  const first = indptr[0]!;
  const last = indptr[indptr.length - 1]!;
  if (first === last) return;
  const window = new Window(block.data as TypedArray, last, wide);
  const acrossFibre = reduction.cellStrides[0] ?? 0;
  if (acrossFibre !== 0 || mask !== undefined) {
    scatterEntries(kernel, block, starts, reduction, tally, window);
    return;
  }
  if (reduction.cells === 1) {
    feedRun(kernel, window, first, last, 0, tally);
    return;
  }
  eachFibre(block, starts, reduction, (fibre, cell) => {
    if (indptr[fibre]! < indptr[fibre + 1]!) feedRun(kernel, window, indptr[fibre]!, indptr[fibre + 1]!, cell, tally);
  });
}

export function feedRun(kernel: Kernel, window: Window, from: number, end: number, cell: number, tally: Tally): void {
  if (tally.stored !== null) tally.stored[cell]! += end - from;
  for (let at = from; at < end; at += TILE) {
    const n = Math.min(TILE, end - at);
    kernel.runs(window, window.at(at, n), 1, n, cell);
  }
}

/** Calls `visit` with the number of each fibre, the cell of its first element, and its indices (0 on the first axis). */
export function eachFibre(
  { shape, indptr }: SparseParts,
  starts: readonly number[],
  { cellStrides }: Reduction,
  visit: (fibre: number, cell: number, index: readonly number[]) => void,
): void {
  const index = new Array<number>(shape.length).fill(0);
  let cell = starts.reduce((sum, start, axis) => sum + start * cellStrides[axis]!, 0);
  for (let fibre = 0; fibre < indptr.length - 1; fibre++) {
    visit(fibre, cell, index);
    for (let axis = 1; axis < shape.length; axis++) {
      cell += cellStrides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      cell -= cellStrides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}

/** Entries one by one, each with its cell, a tile at a time; missing ones are left out. */
function scatterEntries(
  kernel: Kernel,
  block: SparseParts,
  starts: readonly number[],
  reduction: Reduction,
  tally: Tally,
  window: Window,
): void {
  const { indptr, indices, mask } = block;
  const stride = reduction.cellStrides[0] ?? 0;
  const cells = new Uint32Array(Math.min(TILE, indptr[indptr.length - 1]! - indptr[0]!));
  const scatter = scatterer(kernel, window, mask, cells, tally);
  let begin = indptr[0]!;
  let filled = 0;
  const flush = (): void => {
    scatter(begin, filled);
    begin += filled;
    filled = 0;
  };
  eachFibre(block, starts, reduction, (fibre, cell) => {
    for (let entry = indptr[fibre]!, end = indptr[fibre + 1]!; entry < end; ) {
      const stop = Math.min(end, entry + cells.length - filled);
      for (; entry < stop; entry++) cells[filled++] = cell + indices[entry]! * stride;
      if (filled === cells.length) flush();
    }
  });
  if (filled > 0) flush();
}

/**
 * Gives stored values to a kernel, each with its cell, unless it is missing.
 *
 * @param cells - that of each of the values that are given next; as many as these at most, and changed
 * @returns what gives `count` values from `begin` on
 */
export function scatterer(
  kernel: Kernel,
  window: Window,
  mask: Uint8Array | undefined,
  cells: Uint32Array,
  tally: Tally,
): (begin: number, count: number) => void {
  const picked: Tile = {
    values: new Float64Array(mask === undefined ? 0 : cells.length),
    low: new Float64Array(mask === undefined ? 0 : Math.min(window.low.length, cells.length)),
  };
  return (begin, count) => {
    const at = window.at(begin, count);
    let kept = count;
    if (mask === undefined) kernel.scatter(window, at, count, cells);
    else {
      kept = pick(window, at, mask, begin, count, cells, picked, tally);
      if (kept > 0) kernel.scatter(picked, 0, kept, cells);
    }
    if (tally.stored !== null) for (let i = 0; i < kept; i++) tally.stored[cells[i]!]!++;
  };
}

/** Moves what is not missing, and its cells, to the front; counts what is missing. */
function pick(
  window: Window,
  at: number,
  mask: Uint8Array,
  begin: number,
  count: number,
  cells: Uint32Array,
  picked: Tile,
  tally: Tally,
): number {
  const isWide = window.low.length > 0;
  let kept = 0;
  for (let i = 0; i < count; i++) {
    if (mask[begin + i] !== 0) {
      tally.maskedCounts[cells[i]!]!++;
      continue;
    }
    picked.values[kept] = window.values[at + i]!;
    if (isWide) picked.low[kept] = window.low[at + i]!;
    cells[kept++] = cells[i]!;
  }
  return kept;
}
