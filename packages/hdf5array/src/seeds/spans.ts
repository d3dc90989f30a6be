import { type AxisSelection, selectionAt } from "delayedarray/internal";
import type { Span } from "../read/piece.js";

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

/** Bytes that are read about as fast as a call to read fewer takes: of a chunked dataset, and of one in one piece. */
const CHUNK_GAP = 16 * 2 ** 10;
const PAGE_GAP = 64 * 2 ** 10;

/** How many units between two that are wanted are cheaper to read along than to leave out. */
export function gapOf(units: readonly number[], chunks: readonly number[] | null, itemSize: number): number {
  const bytes = units.reduce((product, extent) => product * extent, itemSize);
  return Math.floor((chunks === null ? PAGE_GAP : CHUNK_GAP) / bytes);
}

/**
 * The spans to read for what is selected on one axis: indices in the same unit or in neighbouring ones share a span, as
 * do those with at most `gap` units between them. What lies between indices further apart is in none.
 */
export function spansOf(selection: AxisSelection, unit: number, gap = 0): Span[] {
  const { length } = selection;
  if (length === 0) return [];
  if (selection.kind === "range" && selection.step <= unit * (1 + gap)) {
    return [{ start: selection.start, stop: selection.start + (length - 1) * selection.step + 1 }];
  }
  const spans: Span[] = [];
  let start = selectionAt(selection, 0);
  let last = start;
  for (let i = 1; i < length; i++) {
    const index = selectionAt(selection, i);
    if (Math.floor(index / unit) - Math.floor(last / unit) > 1 + gap) {
      spans.push({ start, stop: last + 1 });
      start = index;
    }
    last = index;
  }
  spans.push({ start, stop: last + 1 });
  return spans;
}
