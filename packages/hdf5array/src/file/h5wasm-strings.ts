import { fixedStrings } from "../format/fixed-strings.js";
import type { Hdf5Type } from "../format/hdf5-type.js";
import { textOf } from "../format/text.js";
import type { H5wasm, Metadata } from "./h5wasm-module.js";

/** The strings at `pointer`: addresses of null-terminated ones, or ones of a fixed size each. */
export function stringsAt(
  module: H5wasm,
  pointer: number,
  { total_size: count, size, vlen }: Metadata,
  { padding }: Hdf5Type & { readonly kind: "string" },
): readonly string[] {
  const { HEAPU8 } = module;
  if (!vlen) return fixedStrings(HEAPU8.slice(pointer, pointer + count * size), size, padding);
  const view = new DataView(HEAPU8.buffer);
  return Array.from({ length: count }, (_, i) => {
    const address = view.getUint32(pointer + i * size, true);
    return address === 0 ? "" : textOf(HEAPU8.slice(address, HEAPU8.indexOf(0, address)));
  });
}
