import type { StringPadding } from "./hdf5-type.js";

/** The strings of a fixed size that `bytes` hold, without what fills them up. */
export function fixedStrings(bytes: Uint8Array, size: number, padding: StringPadding = "null-terminated"): string[] {
  const decoder = new TextDecoder();
  const strings: string[] = [];
  for (let at = 0; at + size <= bytes.length; at += size) {
    const element = bytes.subarray(at, at + size);
    const end = element.indexOf(0);
    const text = decoder.decode(end < 0 ? element : element.subarray(0, end));
    strings.push(padding === "space-padded" ? text.replace(/ +$/, "") : text);
  }
  return strings;
}
