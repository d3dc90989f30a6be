import { freeBuffer } from "./free-buffer.js";
import { type Inflated, TooLongError } from "./inflater.js";

/** The part of Node's `zlib` that is used here. */
export type ZlibStreams = Pick<typeof import("node:zlib"), "createInflate" | "constants">;

/** Bytes of results for which memory is taken at once. */
const BUFFER_BYTES = 2 ** 18;

/** A stream of which more results than this fit its memory would be kept for too long. */
const MOST_RESULTS = 32;

/** What is under way. */
interface Job {
  readonly parts: Uint8Array[];
  length: number;
  resolve(inflated: Inflated): void;
  reject(error: Error): void;
}

/**
 * One of Node's inflate streams, used for many zlib streams in turn: making one for each takes longer than it takes to
 * inflate a small one. Results lie behind each other in the memory that it was made with.
 */
export class ZlibStream {
  readonly #stream: ReturnType<ZlibStreams["createInflate"]>;
  readonly #most: number;
  readonly #chunkSize: number;
  #left: number;
  #isFresh = true;
  #isOver = false;
  #job: Job | undefined;
  /** The memory of the results, and how many of them are in use. */
  #buffer: ArrayBufferLike | undefined;
  #inUse = 0;

  /** @param most - bytes of a result, at most */
  constructor({ createInflate, constants }: ZlibStreams, most: number) {
    this.#most = most;
    this.#left = Math.min(MOST_RESULTS, Math.max(1, Math.floor(BUFFER_BYTES / Math.max(1, most))));
    // One byte more: with full memory, Node makes more of it and asks again.
    this.#chunkSize = Math.max(64, this.#left * most + 1);
    // Each write is to be a whole zlib stream, and an error if it is not.
    this.#stream = createInflate({ chunkSize: this.#chunkSize, flush: constants.Z_FINISH });
    this.#stream.on("data", (part: Buffer) => this.#collect(part));
    this.#stream.on("error", (error) => this.#fail(error));
    // What comes after the end of a zlib stream ends this one.
    this.#stream.on("end", () => {
      this.#finish();
      this.close();
    });
  }

  /** Whether it can inflate another one to at most so many bytes. */
  canTake(most: number): boolean {
    return !this.#isOver && this.#left > 0 && most === this.#most;
  }

  /** Inflates a zlib stream, when the one before is done. @throws `TooLongError`, zlib's errors */
  inflate(stream: Uint8Array): Promise<Inflated> {
    this.#left--;
    if (!this.#isFresh) this.#stream.reset();
    this.#isFresh = false;
    return new Promise((resolve, reject) => {
      this.#job = { parts: [], length: 0, resolve, reject };
      this.#stream.write(stream, (error) => {
        if (error) this.#fail(error);
        else this.#finish();
      });
    });
  }

  /** Lets its memory go, once no result is in use any more. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stream.close();
    this.#free();
  }

  #collect(part: Buffer): void {
    const job = this.#job;
    if (job === undefined) return;
    job.length += part.length;
    if (job.length > this.#most) this.#fail(new TooLongError());
    // Not the Buffer itself, whose `slice` copies nothing.
    else job.parts.push(new Uint8Array(part.buffer, part.byteOffset, part.length));
  }

  #finish(): void {
    const job = this.#job;
    if (job === undefined) return;
    this.#job = undefined;
    const [bytes = new Uint8Array(0)] = job.parts;
    if (job.parts.length > 1) {
      const joined = new Uint8Array(job.length);
      let at = 0;
      for (const part of job.parts) {
        joined.set(part, at);
        at += part.length;
      }
      job.resolve({ bytes: joined, release: () => {} });
      return;
    }
    this.#buffer ??= bytes.buffer;
    this.#inUse++;
    let isReleased = false;
    const release = () => {
      if (isReleased) return;
      isReleased = true;
      this.#inUse--;
      this.#free();
    };
    job.resolve({ bytes, release });
  }

  #fail(error: Error): void {
    const job = this.#job;
    this.#job = undefined;
    this.close();
    job?.reject(error);
  }

  #free(): void {
    if (this.#isOver && this.#inUse === 0 && this.#buffer !== undefined) freeBuffer(this.#buffer, this.#chunkSize);
  }
}
