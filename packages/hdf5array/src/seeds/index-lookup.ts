import type { AxisSelection } from "delayedarray/internal";
import type { Positions } from "./to-indices.js";
import type { Numbers } from "./to-numbers.js";

/**
 * Turns indices on an axis into positions among what is selected of it.
 *
 * @returns a function that fills `positions[i]` for `i` from `start` to `stop` and returns the first `i` whose index is
 * not on the axis, or -1; `positions` may be `indices` itself
 */
export type IndexLookup = (indices: Numbers, positions: Positions, start: number, stop: number) => number;

/** Extents up to which a table with an entry per index is worth its memory (64 MB). */
const TABLE_LIMIT = 2 ** 24;

/** @param extent - of the whole axis */
export function indexLookup(selection: AxisSelection, extent: number): IndexLookup {
  if (selection.kind === "range") {
    const { start: from, step, length } = selection;
    if (from === 0 && step === 1 && length === extent)
      return (indices, positions, start, stop) => checkedCopy(indices, positions, start, stop, extent);
    if (step === 1) {
      return (indices, positions, start, stop) => {
        for (let i = start; i < stop; i++) {
          const index = indices[i]!;
          if (!(index >= 0 && index < extent)) return i;
          const position = index - from;
          positions[i] = position >= 0 && position < length ? position : -1;
        }
        return -1;
      };
    }
    return (indices, positions, start, stop) => {
      for (let i = start; i < stop; i++) {
        const index = indices[i]!;
        if (!(index >= 0 && index < extent)) return i;
        const position = (index - from) / step;
        positions[i] = position >= 0 && position < length && Number.isInteger(position) ? position : -1;
      }
      return -1;
    };
  }
  const { indices: selected } = selection;
  if (extent <= TABLE_LIMIT) {
    const table = new Int32Array(extent).fill(-1);
    for (let position = 0; position < selected.length; position++) table[selected[position]!] = position;
    return (indices, positions, start, stop) => {
      for (let i = start; i < stop; i++) {
        const index = indices[i]!;
        if (!(index >= 0 && index < extent)) return i;
        positions[i] = table[index]!;
      }
      return -1;
    };
  }
  return (indices, positions, start, stop) => {
    for (let i = start; i < stop; i++) {
      const index = indices[i]!;
      if (!(index >= 0 && index < extent)) return i;
      positions[i] = search(selected, index);
    }
    return -1;
  };
}

function checkedCopy(indices: Numbers, positions: Positions, start: number, stop: number, extent: number): number {
  for (let i = start; i < stop; i++) {
    const index = indices[i]!;
    if (!(index >= 0 && index < extent)) return i;
    positions[i] = index;
  }
  return -1;
}

function search(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === value ? low : -1;
}
