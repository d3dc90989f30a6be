import { unshuffle } from "../unshuffle.js";
import { LITTLE_ENDIAN, workspace } from "../workspace.js";

/**
 * Undoes a bitshuffle of elements whose number is a multiple of 8: the first bits of all elements, then the second ones
 * and so on, become whole elements.
 *
 * @param bytes - the elements' bytes
 * @param size - bytes per element
 * @param out - as long as `bytes`, and not the same memory
 * @see Masui et al., "A compression scheme for radio data in high performance computing" (2015)
 */
export function unbitshuffle(bytes: Uint8Array, size: number, out: Uint8Array): void {
  const groups = bytes.length / size / 8;
  const words = new Uint32Array(groups * size * 2);
  let to = 0;
  for (let k = 0; k < size; k++) {
    // The rows of the eight bits of byte `k`.
    let at = k * 8 * groups;
    for (const end = at + groups; at < end; at++) {
      let low =
        bytes[at]! | (bytes[at + groups]! << 8) | (bytes[at + 2 * groups]! << 16) | (bytes[at + 3 * groups]! << 24);
      let high =
        bytes[at + 4 * groups]! |
        (bytes[at + 5 * groups]! << 8) |
        (bytes[at + 6 * groups]! << 16) |
        (bytes[at + 7 * groups]! << 24);
      // Hacker's Delight, 7-3: an 8 x 8 matrix of bits is transposed by swaps of ever larger parts.
      let swapped = (low ^ (low >>> 7)) & 0x00aa00aa;
      low ^= swapped ^ (swapped << 7);
      swapped = (high ^ (high >>> 7)) & 0x00aa00aa;
      high ^= swapped ^ (swapped << 7);
      swapped = (low ^ (low >>> 14)) & 0x0000cccc;
      low ^= swapped ^ (swapped << 14);
      swapped = (high ^ (high >>> 14)) & 0x0000cccc;
      high ^= swapped ^ (swapped << 14);
      swapped = (low ^ (high << 4)) & 0xf0f0f0f0;
      low ^= swapped;
      high ^= swapped >>> 4;
      words[to++] = low;
      words[to++] = high;
    }
  }
  if (!LITTLE_ENDIAN) swapWords(words);
  // What is left is to undo a shuffle of bytes.
  const shuffled = new Uint8Array(words.buffer);
  out.set(unshuffle(shuffled, size, workspace(shuffled.length, 1)));
}

function swapWords(words: Uint32Array): void {
  const view = new DataView(words.buffer);
  for (let i = 0; i < words.length; i++) view.setUint32(4 * i, words[i]!, true);
}
