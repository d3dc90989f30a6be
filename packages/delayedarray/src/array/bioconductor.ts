import { DelayedArrayError } from "../base/errors.js";
import { shapeText } from "../base/shape.js";
import { slice } from "../subset/slice.js";
import type { SubsetEntry } from "../subset/subset.js";

/** Rows or columns as the npm package `bioconductor` names them: all, a range, or indices. */
export type RowsOrColumns = null | undefined | { readonly start: number; readonly end: number } | SubsetEntry;

/** The same as an entry of a subset. */
export function subsetEntryOf(selected: RowsOrColumns): SubsetEntry {
  if (typeof selected === "object" && selected !== null && "end" in selected)
    return slice(selected.start, selected.end);
  return selected as SubsetEntry;
}

/** @throws `SHAPE_MISMATCH` unless the array is two-dimensional */
export function checkMatrix(shape: readonly number[], what: string): void {
  if (shape.length !== 2) {
    throw new DelayedArrayError("SHAPE_MISMATCH", `${what} of ${shapeText(shape)}: expected an array of 2 dimensions`);
  }
}
