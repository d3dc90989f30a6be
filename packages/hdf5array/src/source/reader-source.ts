import { DelayedArrayError } from "delayedarray";
import { abortable } from "delayedarray/internal";
import type { ByteSource, RandomAccess } from "./byte-source.js";
import { closedError } from "./closed-error.js";

/**
 * A file behind an object of the user's own. What it gives is checked, and what it throws becomes an `IO` error with the
 * original as cause.
 *
 * @param distance - how much a read costs; nobody knows of a user's object, so the most is the default
 */
export function readerSource(
  name: string,
  reader: RandomAccess,
  distance: ByteSource["distance"] = "remote",
): ByteSource {
  const { size } = reader;
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${name}: size is ${String(size)}, expected the file's length in bytes`,
    );
  }
  let closed = false;
  return {
    name,
    size,
    distance,
    async read(offset, length, { signal }) {
      signal?.throwIfAborted();
      if (closed) throw closedError(name);
      let bytes: Uint8Array;
      try {
        bytes = await abortable(reader.read(offset, length, { signal }), signal);
      } catch (cause) {
        signal?.throwIfAborted();
        if (cause instanceof DelayedArrayError) throw cause;
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new DelayedArrayError("IO", `${name}: reading ${length} bytes at offset ${offset} failed: ${why}`, {
          cause,
        });
      }
      signal?.throwIfAborted();
      if (!(bytes instanceof Uint8Array) || bytes.length !== length) {
        const given = bytes instanceof Uint8Array ? `${bytes.length} bytes` : Object.prototype.toString.call(bytes);
        throw new DelayedArrayError(
          "IO",
          `${name}: read(${offset}, ${length}) gave ${given}, expected a Uint8Array of ${length} bytes`,
        );
      }
      // Not a Buffer of Node's, whose `slice` shares memory with it: bytes that are not to be changed would be.
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    },
    close() {
      closed = true;
    },
  };
}

/** A `Blob` or `File`. */
export function blobSource(blob: Blob): ByteSource {
  const { name } = blob as { name?: unknown };
  return readerSource(
    typeof name === "string" && name !== "" ? name : "<Blob>",
    {
      size: blob.size,
      read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
    },
    "local",
  );
}
