import { DelayedArrayError } from "delayedarray";
import type { H5wasm } from "../file/h5wasm-module.js";
import { POINTER_BYTES } from "./h5wasm-types.js";

/** Gives work the address of a copy of bytes in the module's memory, which has 2 GB at most. */
export function withBytes<T>(module: H5wasm, bytes: Uint8Array, what: string, work: (pointer: number) => T): T {
  const pointer = allocate(module, bytes.length, what);
  try {
    module.HEAPU8.set(bytes, pointer);
    return work(pointer);
  } finally {
    module._free(pointer);
  }
}

/** The same with strings, as HDF5 has those of variable length: pointers to UTF-8 that ends with a zero. */
export function withStrings<T>(
  module: H5wasm,
  strings: readonly string[],
  what: string,
  work: (pointer: number) => T,
): T {
  const encoder = new TextEncoder();
  const texts = strings.map((text) => encoder.encode(text));
  const table = strings.length * POINTER_BYTES;
  const total = texts.reduce((sum, text) => sum + text.length + 1, table);
  const pointer = allocate(module, total, what);
  try {
    const { HEAPU8 } = module;
    const pointers = new Uint8Array(table);
    const view = new DataView(pointers.buffer);
    let at = pointer + table;
    texts.forEach((text, i) => {
      view.setUint32(i * POINTER_BYTES, at, true);
      HEAPU8.set(text, at);
      HEAPU8[at + text.length] = 0;
      at += text.length + 1;
    });
    HEAPU8.set(pointers, pointer);
    return work(pointer);
  } finally {
    module._free(pointer);
  }
}

function allocate(module: H5wasm, size: number, what: string): number {
  const pointer = size < 2 ** 31 ? module._malloc(Math.max(1, size)) : 0;
  if (pointer === 0) throw new DelayedArrayError("LIMIT_EXCEEDED", `${what}: no memory for a block of ${size} bytes`);
  return pointer;
}
