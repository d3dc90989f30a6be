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

/*
 * The loops below take four entries at a time, and read all that they need of these before they write: the compiler of V8 does
 * neither by itself, and they take half as long so.
 */

/** Counts how often each number comes, one place after it. */
export function countInto(counts: Int32Array | Uint32Array, numbers: Positions): void {
  const { length } = numbers;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const a = numbers[i]!;
    const b = numbers[i + 1]!;
    const c = numbers[i + 2]!;
    const d = numbers[i + 3]!;
    counts[a + 1]!++;
    counts[b + 1]!++;
    counts[c + 1]!++;
    counts[d + 1]!++;
  }
  for (; i < length; i++) counts[numbers[i]! + 1]!++;
}

function putPairs(index: Positions, fibre: Positions, values: Words, next: Int32Array, words: Int32Array): void {
  const { length } = fibre;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const keyA = fibre[i]!;
    const indexA = index[i]!;
    const valueA = values[i]!;
    const keyB = fibre[i + 1]!;
    const indexB = index[i + 1]!;
    const valueB = values[i + 1]!;
    const keyC = fibre[i + 2]!;
    const indexC = index[i + 2]!;
    const valueC = values[i + 2]!;
    const keyD = fibre[i + 3]!;
    const indexD = index[i + 3]!;
    const valueD = values[i + 3]!;
    const a = next[keyA]!;
    next[keyA] = a + 2;
    const b = next[keyB]!;
    next[keyB] = b + 2;
    const c = next[keyC]!;
    next[keyC] = c + 2;
    const d = next[keyD]!;
    next[keyD] = d + 2;
    words[a] = indexA;
    words[a + 1] = valueA;
    words[b] = indexB;
    words[b + 1] = valueB;
    words[c] = indexC;
    words[c + 1] = valueC;
    words[d] = indexD;
    words[d + 1] = valueD;
  }
  for (; i < length; i++) {
    const at = next[fibre[i]!]!;
    next[fibre[i]!] = at + 2;
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
    for (; from + 8 <= stop; from += 8) {
      const a = words[from]!;
      const valueA = words[from + 1]!;
      const b = words[from + 2]!;
      const valueB = words[from + 3]!;
      const c = words[from + 4]!;
      const valueC = words[from + 5]!;
      const d = words[from + 6]!;
      const valueD = words[from + 7]!;
      if (a <= last || b <= a || c <= b || d <= c) increases = false;
      last = d;
      index[at] = a;
      index[at + 1] = b;
      index[at + 2] = c;
      index[at + 3] = d;
      values[at] = valueA;
      values[at + 1] = valueB;
      values[at + 2] = valueC;
      values[at + 3] = valueD;
      at += 4;
    }
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
