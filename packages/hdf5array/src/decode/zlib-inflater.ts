import { freeBuffer } from "./free-buffer.js";
import { type Inflated, type Inflater, isWorthAThread, TooLongError } from "./inflater.js";

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

/** Node's zlib, on its pool of threads; `undefined` in other runtimes. */
export function zlibInflater(): Inflater | undefined {
  const zlib = builtin<Zlib>("node:zlib");
  if (zlib === undefined) return undefined;
  // More than there are processors would only take more memory, whose pages the system has to clear.
  const threads = Math.min(POOL_THREADS, builtin<System>("node:os")?.availableParallelism?.() ?? POOL_THREADS);
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    takes: isWorthAThread,
    async inflate(stream, most) {
      if (running < threads) running++;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await inflateOnPool(zlib, stream, most);
      } finally {
        const next = waiting.shift();
        if (next === undefined) running--;
        else next();
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
        const isTooLong = (error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE";
        reject(isTooLong ? new TooLongError() : error);
        return;
      }
      const { buffer, byteOffset, length } = result;
      if (length > most) reject(new TooLongError());
      // Not the Buffer itself, whose `slice` copies nothing.
      else resolve({ bytes: new Uint8Array(buffer, byteOffset, length), release: () => freeBuffer(buffer, room) });
    });
  });
}
