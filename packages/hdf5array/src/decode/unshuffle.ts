/**
 * Undoes the shuffle filter: the first bytes of all elements, then the second ones and so on, become whole elements. Bytes
 * after the last whole element are left where they are, and so is everything if there is only one element.
 *
 * @param size - bytes per element
 */
export function unshuffle(bytes: Uint8Array, size: number): Uint8Array {
  const count = Math.floor(bytes.length / size);
  if (size <= 1 || count <= 1) return bytes;
  const out = new Uint8Array(bytes.length);
  for (let k = 0, from = 0; k < size; k++) for (let i = k; i < count * size; i += size) out[i] = bytes[from++]!;
  out.set(bytes.subarray(count * size), count * size);
  return out;
}
