import { DelayedArrayError } from "../base/errors.js";
import { shown } from "../base/shown.js";

let current = 100_000_000;

/** Memory for the blocks of one call, in bytes, when the call does not say: 100 MB unless it was set. */
export function defaultBufferSize(): number {
  return current;
}

/**
 * Sets the memory for the blocks of calls that do not say themselves.
 *
 * @param bytes - a number of at least 1
 * @returns what it was before
 * @throws `INVALID_ARGUMENT`
 */
export function setDefaultBufferSize(bytes: number): number {
  const previous = current;
  current = checkBufferSize(bytes);
  return previous;
}

/** @throws `INVALID_ARGUMENT` when it is not a number of bytes */
export function checkBufferSize(bytes: number): number {
  if (typeof bytes === "number" && bytes >= 1 && bytes < Number.POSITIVE_INFINITY) return bytes;
  throw new DelayedArrayError("INVALID_ARGUMENT", `bufferSize ${shown(bytes)}: expected a number of bytes, at least 1`);
}
