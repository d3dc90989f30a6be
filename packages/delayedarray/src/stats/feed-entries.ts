import type { StoredEntries } from "../values/stored-entries.js";
import { feedRun, scatterer } from "./feed-sparse.js";
import type { Kernel } from "./kernel.js";
import type { Reduction } from "./reduce.js";
import type { Tally } from "./tally.js";
import { TILE, type WideForm, Window } from "./tile.js";

/**
 * Gives stored values to a kernel that come in any order, each with its place in the array. Zeros that are not stored are
 * counted in the tally.
 */
export function feedEntries(
  kernel: Kernel,
  { count, coordinates, data, mask }: StoredEntries,
  { cells: cellCount, cellStrides }: Reduction,
  tally: Tally,
  wide: WideForm,
): void {
  const window = new Window(data, count, wide);
  if (cellCount === 1 && mask === undefined) {
    feedRun(kernel, window, 0, count, 0, tally);
    return;
  }
  const cells = new Uint32Array(Math.min(TILE, count));
  const scatter = scatterer(kernel, window, mask, cells, tally);
  for (let from = 0; from < count; from += TILE) {
    const length = Math.min(TILE, count - from);
    cells.fill(0);
    for (const [axis, along] of coordinates.entries()) addCells(cells, along, from, length, cellStrides[axis]!);
    scatter(from, length);
  }
}

/** Adds what an axis contributes to the number of each entry's cell. */
function addCells(
  cells: Uint32Array,
  along: Int32Array | Float64Array,
  from: number,
  length: number,
  stride: number,
): void {
  if (stride === 0) return;
  for (let i = 0; i < length; i++) cells[i]! += along[from + i]! * stride;
}
