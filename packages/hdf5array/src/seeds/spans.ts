import { type AxisSelection, selectionAt } from "delayedarray/internal";
import type { Span } from "../file/hdf5-file.js";

/** Bytes of a contiguous dataset that cost about the same to read as one: a page of the file. */
const PAGE = 4096;

/**
 * What is read as a whole on each axis: a chunk, or for a dataset in one piece as many elements, last axis first, as fill
 * a page.
 */
export function readUnits(shape: readonly number[], chunks: readonly number[] | null, itemSize: number): number[] {
  if (chunks !== null) return chunks.map((extent) => Math.max(1, extent));
  const units = new Array<number>(shape.length).fill(1);
  let left = Math.max(1, Math.floor(PAGE / itemSize));
  for (let axis = shape.length - 1; axis >= 0 && left > 1; axis--) {
    units[axis] = Math.max(1, Math.min(left, shape[axis]!));
    left = Math.floor(left / units[axis]!);
  }
  return units;
}

/**
 * The spans to read for what is selected on one axis: indices in the same unit or in neighbouring ones share a span.
 * Units in which nothing is selected are in none, however far apart the indices are.
 */
export function spansOf(selection: AxisSelection, unit: number): Span[] {
  const { length } = selection;
  if (length === 0) return [];
  if (selection.kind === "range" && selection.step <= unit) {
    return [{ start: selection.start, stop: selection.start + (length - 1) * selection.step + 1 }];
  }
  const spans: Span[] = [];
  let start = selectionAt(selection, 0);
  let last = start;
  for (let i = 1; i < length; i++) {
    const index = selectionAt(selection, i);
    if (Math.floor(index / unit) - Math.floor(last / unit) > 1) {
      spans.push({ start, stop: last + 1 });
      start = index;
    }
    last = index;
  }
  spans.push({ start, stop: last + 1 });
  return spans;
}
