/** Integers of up to 32 bits, which can be moved and compared without making a bigint or touching a NaN's bits. */
export type Words = Int8Array | Int16Array | Int32Array;

/** The bytes of values of some size as words, and how many words each value has. */
export function wordsOf(values: ArrayBufferView, size: number): [words: Words, each: 1 | 2] {
  const { buffer, byteOffset, byteLength } = values;
  if (size === 1) return [new Int8Array(buffer, byteOffset, byteLength), 1];
  if (size === 2) return [new Int16Array(buffer, byteOffset, byteLength / 2), 1];
  return [new Int32Array(buffer, byteOffset, byteLength / 4), size === 8 ? 2 : 1];
}
