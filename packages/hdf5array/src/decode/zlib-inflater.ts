import { freeBuffer } from "./free-buffer.js";
import { costOf, type Inflated, type Inflater, TooLongError } from "./inflater.js";
import { ZlibStream, type ZlibStreams } from "./zlib-stream.js";

/** The parts of Node that are used here; Deno and Bun have them too. */
type Zlib = Pick<typeof import("node:zlib"), "inflate"> & ZlibStreams;
type System = Pick<typeof import("node:os"), "availableParallelism">;

/** By way of the process, not by an import, so that a bundler for browsers finds nothing to resolve. */
function builtin<T>(id: string): T | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (id: string) => T | undefined } };
  return process?.getBuiltinModule?.(id);
}

/** Threads that Node's pool has unless it is told otherwise. */
const POOL_THREADS = 4;

/** Streams that are given to the pool at once: enough that its threads need not go to sleep in between. */
const STREAMS = 16;

/** What a stream has to cost so that it takes less time to hand it to another thread than to inflate it here. */
const WORTH = 24 * 2 ** 10;

/** Results from this size on have memory of their own. */
const LARGE_BYTES = 2 ** 18;

/** Milliseconds without work after which streams are closed. */
const IDLE = 200;

/** Node's zlib, on its pool of threads; `undefined` in other runtimes. */
export function zlibInflater(): Inflater | undefined {
  const zlib = builtin<Zlib>("node:zlib");
  if (zlib === undefined) return undefined;
  // More large ones at once than there are processors would only take memory, whose pages the system has to clear.
  const threads = Math.min(POOL_THREADS, builtin<System>("node:os")?.availableParallelism?.() ?? POOL_THREADS);
  const places = new Places(STREAMS);
  let free: ZlibStream[] = [];
  let idle: { unref?(): void } | undefined;
  let isResting = true;

  const closeIdle = () => {
    idle = undefined;
    if (!isResting) rest();
    else {
      for (const stream of free) stream.close();
      free = [];
    }
  };
  const rest = () => {
    isResting = true;
    idle ??= setTimeout(closeIdle, IDLE) as { unref?(): void };
    idle.unref?.();
  };
  const inflate = async (stream: Uint8Array, most: number): Promise<Inflated> => {
    if (most > LARGE_BYTES) return inflateLarge(zlib, stream, most);
    let own = free.pop();
    if (own?.canTake(most) !== true) {
      own?.close();
      own = new ZlibStream(zlib, most);
    }
    isResting = false;
    try {
      return await own.inflate(stream);
    } finally {
      if (own.canTake(most)) free.push(own);
      else own.close();
      if (idle === undefined) rest();
    }
  };

  return {
    takes: (stored, bytes) => costOf(stored, bytes) > WORTH,
    async inflate(stream, most) {
      const count = most > LARGE_BYTES ? STREAMS / threads : 1;
      if (!places.take(count)) await places.wait(count);
      try {
        return await inflate(stream, most);
      } finally {
        places.give(count);
      }
    },
  };
}

/** A number of places, of which each comer takes some, first come, first served. */
class Places {
  readonly #queue: { readonly count: number; readonly start: () => void }[] = [];
  #free: number;

  constructor(free: number) {
    this.#free = free;
  }

  /** Takes places if they are free and nobody waits. */
  take(count: number): boolean {
    if (this.#queue.length > 0 || this.#free < count) return false;
    this.#free -= count;
    return true;
  }

  /** Takes places as soon as they are free. */
  wait(count: number): Promise<void> {
    return new Promise((start) => this.#queue.push({ count, start }));
  }

  give(count: number): void {
    this.#free += count;
    for (let next = this.#queue[0]; next !== undefined && next.count <= this.#free; next = this.#queue[0]) {
      this.#queue.shift();
      this.#free -= next.count;
      next.start();
    }
  }
}

function inflateLarge(zlib: Zlib, stream: Uint8Array, most: number): Promise<Inflated> {
  // One byte of room more than is expected: with a full buffer, Node makes a second one of the same size and asks again.
  const room = most + 1;
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
