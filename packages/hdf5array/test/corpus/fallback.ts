// Which datasets this package may leave to h5wasm, and which nobody here can read.
import type { ExpectedDataset } from "./expected.js";

const KNOWN_FILTERS = new Set([1, 2, 3, 4, 6]);
const FALLBACK_FILTERS = new Set([5]);

/** Whether h5wasm may read it: values in other datasets, or a seldom filter. */
export function mayFallBack({ layout, filters }: ExpectedDataset): boolean {
  return layout === "virtual" || filters.some(([number]) => FALLBACK_FILTERS.has(number));
}

/** Whether it may be refused: values in other files, or a filter that h5wasm has not. */
export function mayRefuse({ layout, files = [], filters }: ExpectedDataset): boolean {
  return (
    layout === "external" ||
    files.some((file) => file !== ".") ||
    filters.some(([number]) => !KNOWN_FILTERS.has(number) && !FALLBACK_FILTERS.has(number))
  );
}
