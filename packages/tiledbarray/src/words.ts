/** Unsigned integers of up to 32 bits, which can be moved and compared without making a bigint or touching a NaN's bits. */
export type Words = Uint8Array | Uint16Array | Uint32Array;

/** The bytes of values of some size as unsigned words, and how many words each value has. */
export function wordsOf(values: ArrayBufferView, size: number): [words: Words, each: 1 | 2] {
  const { buffer, byteOffset, byteLength } = values;
  if (size === 1) return [new Uint8Array(buffer, byteOffset, byteLength), 1];
  if (size === 2) return [new Uint16Array(buffer, byteOffset, byteLength / 2), 1];
  return [new Uint32Array(buffer, byteOffset, byteLength / 4), size === 8 ? 2 : 1];
}
