/** The part of Node's `zlib` that is used here; Deno and Bun have it too. */
type Zlib = Pick<typeof import("node:zlib"), "inflate">;

/** By way of the process, not by an import, so that a bundler for browsers finds nothing to resolve. */
function nodeZlib(): Zlib | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (id: string) => Zlib | undefined } };
  return process?.getBuiltinModule?.("node:zlib");
}

/**
 * What a zlib stream holds, of which no more than `most` bytes are ever made. Bytes after its end are ignored, as HDF5 does.
 *
 * @returns the bytes, or one byte more than `most` if there are more
 * @throws whatever the runtime says of a damaged stream
 */
export function inflate(stored: Uint8Array, most: number): Promise<Uint8Array> {
  const zlib = nodeZlib();
  return zlib === undefined ? inflateByStream(stored, most) : inflateOnPool(zlib, stored, most);
}

function inflateOnPool(zlib: Zlib, stored: Uint8Array, most: number): Promise<Uint8Array> {
  // One byte of room more than is expected: a buffer that is full makes Node ask again, with a second one of the size.
  const room = Math.max(most + 1, 64);
  return new Promise((resolve, reject) => {
    zlib.inflate(stored, { chunkSize: room, maxOutputLength: room }, (error, bytes) => {
      if (error === null) resolve(bytes);
      else reject(error);
    });
  });
}

async function inflateByStream(stored: Uint8Array, most: number): Promise<Uint8Array> {
  const stream = new Blob([stored as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = stream.getReader();
  const out = new Uint8Array(most + 1);
  let length = 0;
  try {
    while (length <= most) {
      const { done, value } = await reader.read();
      if (done) break;
      out.set(value.subarray(0, out.length - length), length);
      length = Math.min(out.length, length + value.length);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
  return out.subarray(0, length);
}
