import type { Positions } from "./locate.js";
import { borrowMemory, returnMemory } from "./memory-pool.js";
import type { Entries } from "./scatter.js";
import { type Words, wordsOf } from "./words.js";

/**
 * The entries of one batch in the order of their fibres; those of a fibre in the order in which they came. Each is some words
 * of 32 bits next to each other: its position on the first axis, its value, its flag. To put an entry to its place is
 * to touch one place in memory, not one in each of several arrays.
 */
export interface BatchRuns {
  /** Where the run of each fibre begins, in entries; one more for the end of the last. */
  readonly starts: Int32Array;
  readonly words: Int32Array;
  /** Words of an entry. */
  readonly stride: number;
}

/**
 * Puts a batch in order.
 *
 * @param fibre - the fibre of each entry
 * @param fibres - how many there are
 * @param room - entries for which memory is taken, so that batches of about one size can use the same
 * @returns `undefined` if some of the entries are in no fibre
 */
export function sortBatch(
  { index, data, flags }: Entries,
  fibre: Positions,
  fibres: number,
  room: number,
): BatchRuns | undefined {
  const { length } = fibre;
  const starts = new Int32Array(fibres + 1);
  countInto(starts, fibre);
  // Fibres outside count nowhere, or, just before the first, in the place that belongs to none.
  if (starts[0]! > 0) return undefined;
  for (let i = 1; i <= fibres; i++) starts[i]! += starts[i - 1]!;
  if (starts[fibres] !== length) return undefined;
  const [values, each] = wordsOf(data, data.BYTES_PER_ELEMENT);
  const stride = 1 + each + (flags === undefined ? 0 : 1);
  const words = new Int32Array(borrowMemory(4 * stride * Math.max(room, length)));
  const next = starts.map((start) => start * stride);
  if (stride === 2) putPairs(index, fibre, values, next, words);
  else putWords(index, fibre, values, each, flags, next, words);
  return { starts, words, stride };
}

/** Counts how often each number comes, one place after it. */
export function countInto(counts: Int32Array | Uint32Array, numbers: Positions): void {
  for (let i = 0; i < numbers.length; i++) counts[numbers[i]! + 1]!++;
}

function putPairs(index: Positions, fibre: Positions, values: Words, next: Int32Array, words: Int32Array): void {
  for (let i = 0; i < fibre.length; i++) {
    const key = fibre[i]!;
    const at = next[key]!;
    next[key] = at + 2;
    words[at] = index[i]!;
    words[at + 1] = values[i]!;
  }
}

function putWords(
  index: Positions,
  fibre: Positions,
  values: Words,
  each: number,
  flags: Uint8Array | undefined,
  next: Int32Array,
  words: Int32Array,
): void {
  const stride = 1 + each + (flags === undefined ? 0 : 1);
  for (let i = 0; i < fibre.length; i++) {
    const key = fibre[i]!;
    let at = next[key]!;
    next[key] = at + stride;
    words[at++] = index[i]!;
    for (let word = 0; word < each; word++) words[at++] = values[each * i + word]!;
    if (flags !== undefined) words[at] = flags[i]!;
  }
}

/**
 * Moves the runs of a batch to behind what their fibres hold already.
 *
 * @param next - where that is for each fibre; it goes on by the length of the run
 * @param first - where each fibre begins
 * @returns whether positions increase in each of the fibres, from 0 to below `extent`, as far as it is filled now
 */
export function appendRuns(
  { starts, words, stride }: BatchRuns,
  next: Positions,
  first: Float64Array,
  to: Entries,
  extent: number,
): boolean {
  const { index, data, flags } = to;
  const [values, each] = wordsOf(data, data.BYTES_PER_ELEMENT);
  return stride === 2
    ? appendPairs(starts, words, next, first, index, values, extent)
    : appendWords(starts, words, next, first, index, values, each, flags, extent);
}

function appendPairs(
  starts: Int32Array,
  words: Int32Array,
  next: Positions,
  first: Float64Array,
  index: Positions,
  values: Words,
  extent: number,
): boolean {
  let increases = true;
  for (let fibre = 0; fibre + 1 < starts.length; fibre++) {
    let from = 2 * starts[fibre]!;
    const stop = 2 * starts[fibre + 1]!;
    if (from === stop) continue;
    let at = next[fibre]!;
    let last = at > first[fibre]! ? index[at - 1]! : -1;
    for (; from < stop; from += 2) {
      const position = words[from]!;
      if (position <= last) increases = false;
      last = position;
      index[at] = position;
      values[at] = words[from + 1]!;
      at++;
    }
    if (last >= extent) increases = false;
    next[fibre] = at;
  }
  return increases;
}

function appendWords(
  starts: Int32Array,
  words: Int32Array,
  next: Positions,
  first: Float64Array,
  index: Positions,
  values: Words,
  each: number,
  flags: Uint8Array | undefined,
  extent: number,
): boolean {
  const stride = 1 + each + (flags === undefined ? 0 : 1);
  let increases = true;
  for (let fibre = 0; fibre + 1 < starts.length; fibre++) {
    let from = stride * starts[fibre]!;
    const stop = stride * starts[fibre + 1]!;
    if (from === stop) continue;
    let at = next[fibre]!;
    let last = at > first[fibre]! ? index[at - 1]! : -1;
    for (; from < stop; from += stride) {
      const position = words[from]!;
      if (position <= last) increases = false;
      last = position;
      index[at] = position;
      for (let word = 0; word < each; word++) values[each * at + word] = words[from + 1 + word]!;
      if (flags !== undefined) flags[at] = words[from + 1 + each]!;
      at++;
    }
    if (last >= extent) increases = false;
    next[fibre] = at;
  }
  return increases;
}

/** Gives up the memory of runs that have been appended. */
export function dropRuns({ words }: BatchRuns): void {
  returnMemory(words.buffer as ArrayBuffer);
}
