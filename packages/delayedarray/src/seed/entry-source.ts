import type { Awaitable } from "../base/options.js";
import type { StoredEntries } from "../values/stored-entries.js";

/** Key under which a sparse seed may offer all that it stores, as it comes. Registered, for seeds of another copy. */
export const READ_ENTRIES: unique symbol = Symbol.for("delayedarray.readEntries") as never;

/** What goes along with reading the stored entries. */
export interface EntryOptions {
  /** When it aborts, the seed should stop reading and reject with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Memory for the entries that exist at one time, in bytes. */
  readonly bufferSize: number;
}

/** Some of what is stored. */
export interface EntryBatch extends StoredEntries {
  /** About how many entries all batches have together. */
  readonly expected: number;
}

/**
 * Reads all stored entries of an array in whatever order is quickest, each of them once.
 *
 * @param visit - gets each batch, whose arrays are used again for another once its promise has resolved; whether to go on
 */
export type EntryReader = (visit: (batch: EntryBatch) => Awaitable<boolean>, options: EntryOptions) => Promise<void>;

/** A sparse seed that can be read without being cut into blocks, unless the reader is `undefined`. */
export interface EntrySource {
  readonly [READ_ENTRIES]?: EntryReader | undefined;
}
