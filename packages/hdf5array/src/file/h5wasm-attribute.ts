import type { H5wasm, Metadata } from "./h5wasm-module.js";

// HDF5's H5T_str_t.
const SPACE_PADDED = 2;

/** The strings at `pointer`: addresses of null-terminated ones, or ones of a fixed size each. */
export function stringsAt(module: H5wasm, pointer: number, metadata: Metadata): string[] {
  const { HEAPU8 } = module;
  const { total_size: count, size } = metadata;
  const decoder = new TextDecoder();
  const strings: string[] = [];
  for (let i = 0; i < count; i++) {
    const at = pointer + i * size;
    if (metadata.vlen) {
      const address = new DataView(HEAPU8.buffer).getUint32(at, true);
      strings.push(address === 0 ? "" : decoder.decode(HEAPU8.slice(address, HEAPU8.indexOf(0, address))));
    } else {
      const bytes = HEAPU8.slice(at, at + size);
      const end = bytes.indexOf(0);
      const text = decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
      strings.push(metadata.strpad === SPACE_PADDED ? text.trimEnd() : text);
    }
  }
  return strings;
}
