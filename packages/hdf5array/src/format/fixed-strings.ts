import type { StringPadding } from "./hdf5-type.js";
import { textOf, textToZero } from "./text.js";

const ZERO = 0;
const SPACE = 32;

/** The strings of a fixed size that `bytes` hold, without what fills them up. */
export function fixedStrings(bytes: Uint8Array, size: number, padding: StringPadding = "null-terminated"): string[] {
  const strings: string[] = [];
  for (let at = 0; at + size <= bytes.length; at += size) {
    const element = bytes.subarray(at, at + size);
    strings.push(padding === "null-terminated" ? textToZero(element) : textOf(unpadded(element, padding)));
  }
  return strings;
}

/** Zeros within a string that is not ended by one belong to it; h5py takes the last ones for padding in any case. */
function unpadded(element: Uint8Array, padding: StringPadding): Uint8Array {
  let end = element.length;
  if (padding === "space-padded") while (end > 0 && element[end - 1] === SPACE) end--;
  while (end > 0 && element[end - 1] === ZERO) end--;
  return element.subarray(0, end);
}
