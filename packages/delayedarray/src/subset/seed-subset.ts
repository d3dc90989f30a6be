import type { AxisSelection } from "./axis-selection.js";

/** Indices `start`, `start + step`, … before `stop`; `step` is at least 1. An empty one has `stop === start`. */
export interface IndexRange {
  /** The first index. */
  readonly start: number;
  /** Where the range ends, exclusive. */
  readonly stop: number;
  /** The distance between neighbours, at least 1. */
  readonly step: number;
}

/** What a seed is asked for on one axis: a range, or a strictly increasing list of in-range indices. */
export type SeedSubsetEntry = IndexRange | ArrayLike<number>;

/** What a seed is asked for: one entry per axis. */
export type SeedSubset = readonly SeedSubsetEntry[];

/** Whether an entry is a range. */
export function isIndexRange(entry: SeedSubsetEntry): entry is IndexRange {
  return "step" in entry;
}

/** How many indices an entry selects. */
export function seedEntryLength(entry: SeedSubsetEntry): number {
  return isIndexRange(entry) ? Math.max(0, Math.ceil((entry.stop - entry.start) / entry.step)) : entry.length;
}

/** An entry as a selection. */
export function seedEntrySelection(entry: SeedSubsetEntry): AxisSelection {
  const length = seedEntryLength(entry);
  if (isIndexRange(entry)) return { kind: "range", start: entry.start, step: entry.step, length };
  return { kind: "list", indices: entry instanceof Float64Array ? entry : Float64Array.from(entry), length };
}

/** What to ask of a seed for one axis, and how to get from its answer to what was selected. */
export interface SeedRequestEntry {
  readonly entry: SeedSubsetEntry;
  /** Position in the seed's answer of each selected index; `null` when the answer is in order already. */
  readonly restore: AxisSelection | null;
}

/**
 * Splits a selection into what seeds are asked for (increasing, without repeats) and the order and repeats to restore
 * above the seed. This is the only place where selections are sorted.
 */
export function toSeedRequest(selection: AxisSelection): SeedRequestEntry {
  const { length } = selection;
  if (selection.kind === "range") {
    const { start, step } = selection;
    if (step > 0)
      return { entry: { start, stop: length === 0 ? start : start + (length - 1) * step + 1, step }, restore: null };
    const first = start + (length - 1) * step;
    return {
      entry: { start: first, stop: start + 1, step: -step },
      restore: { kind: "range", start: length - 1, step: -1, length },
    };
  }
  const { indices } = selection;
  let increasing = true;
  for (let i = 1; i < length && increasing; i++) increasing = indices[i]! > indices[i - 1]!;
  if (increasing) return { entry: indices, restore: null };
  const sorted = indices.slice().sort();
  let count = 0;
  for (let i = 0; i < length; i++) if (i === 0 || sorted[i] !== sorted[count - 1]) sorted[count++] = sorted[i]!;
  const unique = sorted.slice(0, count);
  const positions = indices.map((index) => positionOf(unique, index));
  return { entry: unique, restore: { kind: "list", indices: positions, length } };
}

function positionOf(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
