import { DelayedArrayError } from "delayedarray";
import type { ByteSource } from "./byte-source.js";

/** A file whose bytes are in memory; `bytes` is used as it is. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.length,
    distance: "memory",
    async read(offset, length, { signal }) {
      signal?.throwIfAborted();
      return part(name, bytes, offset, length);
    },
    async readInto(offset, target, { signal }) {
      signal?.throwIfAborted();
      target.set(part(name, bytes, offset, target.length));
    },
    readSync(offset, target) {
      target.set(part(name, bytes, offset, target.length));
    },
    close() {},
  };
}

function part(name: string, bytes: Uint8Array, offset: number, length: number): Uint8Array {
  // The buffer may have been transferred to a worker since: then it has length 0.
  if (offset + length <= bytes.length) return bytes.subarray(offset, offset + length);
  throw new DelayedArrayError(
    "FILE_TRUNCATED",
    `${name}: ${length} bytes at offset ${offset} were asked for, but the memory that holds the file has ${bytes.length} bytes`,
  );
}
