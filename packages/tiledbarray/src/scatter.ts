import type { TypedArray } from "delayedarray";
import type { Positions } from "./locate.js";
import { wordsOf } from "./words.js";

/** Entries of a sparse array, one array for each of what an entry has. */
export interface Entries {
  /** Position on the first axis. */
  readonly index: Positions;
  readonly data: TypedArray;
  /** A byte that goes along with each, if there is one. */
  readonly flags: Uint8Array | undefined;
}

/**
 * Moves entries to where the counter of each one's key stands, which goes on by one.
 *
 * @param keys - one for each entry
 * @param next - one counter for each key
 */
export function scatter(from: Entries, keys: Positions, next: Positions, to: Entries): void {
  const { index, flags } = from;
  const { index: toIndex, flags: toFlags } = to;
  // As words, so that one loop serves all dtypes of a size, and no bigint is made.
  const [data, each] = wordsOf(from.data, from.data.BYTES_PER_ELEMENT);
  const [toData] = wordsOf(to.data, to.data.BYTES_PER_ELEMENT);
  const length = keys.length;
  if (each === 1) {
    for (let i = 0; i < length; i++) {
      const key = keys[i]!;
      const at = next[key]!;
      next[key] = at + 1;
      toIndex[at] = index[i]!;
      toData[at] = data[i]!;
      if (flags !== undefined) toFlags![at] = flags[i]!;
    }
    return;
  }
  for (let i = 0; i < length; i++) {
    const key = keys[i]!;
    const at = next[key]!;
    next[key] = at + 1;
    toIndex[at] = index[i]!;
    toData[2 * at] = data[2 * i]!;
    toData[2 * at + 1] = data[2 * i + 1]!;
    if (flags !== undefined) toFlags![at] = flags[i]!;
  }
}
