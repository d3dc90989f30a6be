import { freeBuffer } from "./free-buffer.js";
import type { Inflated, Inflater } from "./inflater.js";

/** The parts of Node that are used here; Deno and Bun have them too. */
type Zlib = Pick<typeof import("node:zlib"), "inflate">;
type System = Pick<typeof import("node:os"), "availableParallelism">;

/** By way of the process, not by an import, so that a bundler for browsers finds nothing to resolve. */
function builtin<T>(id: string): T | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (id: string) => T | undefined } };
  return process?.getBuiltinModule?.(id);
}

/** Threads that Node's pool has unless it is told otherwise. */
const POOL_THREADS = 4;

/** Results up to this size take less time here than it takes to hand them to another thread. */
const SMALL_BYTES = 24 * 2 ** 10;

/** Results from this size on would keep this thread from everything else for more than some milliseconds. */
const LARGE_BYTES = 2 ** 20;

/** Node's zlib, on its pool of threads; `undefined` in other runtimes. */
export function zlibInflater(): Inflater | undefined {
  const zlib = builtin<Zlib>("node:zlib");
  if (zlib === undefined) return undefined;
  const most = Math.min(POOL_THREADS, builtin<System>("node:os")?.availableParallelism?.() ?? POOL_THREADS);
  let running = 0;
  return {
    // While every thread has work, this one takes its share, unless that would take long.
    wants: (bytes) => bytes > LARGE_BYTES || (bytes > SMALL_BYTES && running < most),
    async inflate(stream, most) {
      running++;
      try {
        return await inflateOnPool(zlib, stream, most);
      } finally {
        running--;
      }
    },
  };
}

function inflateOnPool(zlib: Zlib, stream: Uint8Array, most: number): Promise<Inflated> {
  // One byte of room more than is expected: with a full buffer, Node makes a second one of the same size and asks again.
  const room = Math.max(most + 1, 64);
  return new Promise((resolve, reject) => {
    zlib.inflate(stream, { chunkSize: room, maxOutputLength: room }, (error, result) => {
      if (error !== null) {
        reject(error);
        return;
      }
      const { buffer, byteOffset, length } = result;
      // Not the Buffer itself, whose `slice` copies nothing.
      resolve({ bytes: new Uint8Array(buffer, byteOffset, length), release: () => freeBuffer(buffer, room) });
    });
  });
}
