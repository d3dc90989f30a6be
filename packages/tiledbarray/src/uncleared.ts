import type { TypedArray } from "delayedarray";

/** Larger arrays come from the system, which clears them anyway. */
const LARGEST = 2 ** 28;

/**
 * A typed array whose elements are whatever the memory held before: for what is filled from end to end before anybody sees it.
 * Clearing takes as long as filling does where memory is used again.
 *
 * @param make - makes an array of zeros
 * @param memoryOf - where memory of so many bytes comes from
 */
export function uncleared<A extends TypedArray>(
  make: (length: number) => A,
  length: number,
  memoryOf: (bytes: number) => ArrayBufferLike = (bytes) => Buffer.allocUnsafeSlow(bytes).buffer,
): A {
  const empty = make(0);
  const bytes = length * empty.BYTES_PER_ELEMENT;
  if (bytes > LARGEST) return make(length);
  return new (empty.constructor as new (buffer: ArrayBufferLike) => A)(memoryOf(bytes));
}
