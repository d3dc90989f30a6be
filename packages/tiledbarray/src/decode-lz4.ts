const ENDS_EARLY = "it ends too early";

/**
 * Decodes a block of LZ4.
 *
 * @param size - what it has to become, in bytes
 * @throws RangeError
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
 */
export function decodeLz4(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let i = 0;
  let at = 0;
  const extended = (length: number): number => {
    let sum = length;
    for (let more = 255; length === 15 && more === 255; sum += more) {
      if (i >= bytes.length) throw new RangeError(ENDS_EARLY);
      more = bytes[i++]!;
    }
    return sum;
  };
  while (i < bytes.length) {
    const token = bytes[i++]!;
    const literals = extended(token >> 4);
    if (literals > bytes.length - i || literals > size - at) throw new RangeError(ENDS_EARLY);
    out.set(bytes.subarray(i, i + literals), at);
    i += literals;
    at += literals;
    // The last sequence is of literals alone.
    if (i === bytes.length) return out.subarray(0, at);
    if (i + 2 > bytes.length) break;
    const distance = bytes[i]! | (bytes[i + 1]! << 8);
    i += 2;
    const length = extended(token & 15) + 4;
    if (distance === 0 || distance > at || length > size - at) throw new RangeError("a repetition leads nowhere");
    for (const end = at + length; at < end; at++) out[at] = out[at - distance]!;
  }
  throw new RangeError(ENDS_EARLY);
}
