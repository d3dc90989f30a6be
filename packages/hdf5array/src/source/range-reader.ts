import { DelayedArrayError } from "delayedarray";
import { onAbort } from "delayedarray/internal";
import { BufferPool } from "./buffer-pool.js";
import type { ByteSource, SourceReadOptions } from "./byte-source.js";
import { checkRange } from "./check-range.js";
import { type ByteRange, mergeRanges } from "./merge-ranges.js";

export type { ByteRange } from "./merge-ranges.js";

/** Reads many parts of a file at once. */
export interface RangeReader {
  /**
   * Reads ranges, which may come in any order and number, overlap and repeat, with few requests: neighbours are merged,
   * and what another call is reading already is not read again.
   *
   * @param receive - called once for each range, in any order, as they arrive. `bytes` may be a view of a larger buffer
   * that others read too, and are good until `receive` returns, or until the promise that it returns settles: copy what
   * is kept, write to nothing. Until then they count as in flight, which holds back further requests; so `receive` must
   * not wait for another `read`.
   * @returns when `receive` is done with every range
   * @throws the first failure, of the source or of `receive`, after which `receive` is not called any more;
   * `FILE_TRUNCATED` for a range beyond the end of the file
   */
  read(
    ranges: readonly ByteRange[],
    receive: (index: number, bytes: Uint8Array) => void | Promise<void>,
    options: SourceReadOptions,
  ): Promise<void>;
}

/** Bytes of a file that are in memory already. */
export interface CachedBytes {
  /** `length` bytes from `offset`, or `undefined` where they are not all there. */
  cached(offset: number, length: number): Uint8Array | undefined;
}

/** How much is asked for at once. */
export interface RangeOptions {
  /** A cache whose pages are used instead of requests where they hold a range. */
  readonly pages?: CachedBytes | undefined;
  /** Requests in flight. */
  readonly requests?: number | undefined;
  /** Bytes in flight: asked for, or arrived and still in use by `receive`. One larger request may go beyond it, alone. */
  readonly bytesInFlight?: number | undefined;
  /** Ranges with at most so many bytes between them become one request. */
  readonly gapBytes?: number | undefined;
  /** Ranges are not merged to more bytes than these. */
  readonly mergedBytes?: number | undefined;
}

/** A reader of ranges. All who read one file should share one, so that the limits hold and requests are shared. */
export function rangeReader(source: ByteSource, options: RangeOptions = {}): RangeReader {
  return new SharedRangeReader(source, options);
}

/** Bytes of memory that are kept for further reads. */
const IDLE_BYTES = 2 ** 24;

/**
 * Behind a network what lies between ranges is paid for: at most a tenth of what was asked for, and a little; but rather
 * more of it than very many requests, which take their turns.
 */
const REMOTE_WASTE = { share: 0.1, extra: 2 ** 15, ranges: 48 };

/** What one call to `read` wants of a request. */
interface Wish {
  readonly call: Call;
  /** The range's index among the call's. */
  readonly index: number;
  readonly offset: number;
  readonly length: number;
}

/** Neighbouring ranges, read by one request for all calls that want any of them. */
interface Fetch {
  readonly offset: number;
  readonly end: number;
  readonly wishes: Set<Wish>;
  readonly controller: AbortController;
  started: boolean;
}

/** One call to `read`. */
interface Call {
  readonly receive: (index: number, bytes: Uint8Array) => void | Promise<void>;
  /** Requests not yet made, the next one last. */
  readonly waiting: Fetch[];
  /** What is still to come, by request. */
  readonly wishes: Map<Fetch, Wish[]>;
  /** Ranges with which `receive` is not done. */
  pending: number;
  /** Whether `settle` has been called. */
  ended: boolean;
  /** Ends the call, well or with an error. */
  settle(failure?: { readonly error: unknown }): void;
}

class SharedRangeReader implements RangeReader {
  readonly #source: ByteSource;
  readonly #pages: CachedBytes | undefined;
  readonly #maximumRequests: number;
  readonly #maximumBytes: number;
  readonly #gapBytes: number;
  readonly #mergedBytes: number;
  /** Where a read into memory of ours is cheap, so that it pays to use the memory again. */
  readonly #buffers: BufferPool | undefined;
  readonly #readInto: ByteSource["readInto"];
  #requests = 0;
  #bytes = 0;
  /** Requests that can be joined: planned or under way. */
  readonly #fetches = new Set<Fetch>();
  /** Calls with requests to make, the one whose turn it is first. */
  readonly #turns = new Set<Call>();

  constructor(source: ByteSource, options: RangeOptions) {
    const remote = source.distance === "remote";
    this.#source = source;
    this.#pages = options.pages;
    this.#maximumRequests = options.requests ?? (remote ? 6 : 4);
    this.#maximumBytes = options.bytesInFlight ?? 2 ** 26;
    this.#gapBytes = options.gapBytes ?? 2 ** 15;
    // Of a file at hand so much that a request's own cost vanishes, and little enough that decoding begins soon.
    this.#mergedBytes = options.mergedBytes ?? (remote ? 2 ** 23 : 2 ** 20);
    const { readInto, distance = "local" } = source;
    if (readInto !== undefined && distance === "local") {
      this.#buffers = new BufferPool(this.#mergedBytes, IDLE_BYTES);
      this.#readInto = readInto.bind(source);
    }
  }

  async read(
    ranges: readonly ByteRange[],
    receive: (index: number, bytes: Uint8Array) => void | Promise<void>,
    { signal }: SourceReadOptions,
  ): Promise<void> {
    signal?.throwIfAborted();
    for (const { offset, length } of ranges) checkRange(this.#source, offset, length);
    if (ranges.length === 0) return;
    await new Promise<void>((resolve, reject) => {
      const leave = onAbort(signal, () => call.settle({ error: signal?.reason }));
      const call: Call = {
        receive,
        waiting: [],
        wishes: new Map(),
        pending: ranges.length,
        ended: false,
        settle: (failure) => {
          if (call.ended) return;
          call.ended = true;
          leave();
          this.#leave(call, failure?.error);
          if (failure === undefined) resolve();
          else reject(failure.error);
        },
      };
      this.#plan(call, ranges);
      this.#pump();
    });
  }

  /** Gives a call what is in memory, joins it to requests that cover its ranges, and plans requests for the others. */
  #plan(call: Call, ranges: readonly ByteRange[]): void {
    const order = Array.from(ranges.keys()).sort((a, b) => ranges[a]!.offset - ranges[b]!.offset);
    const known = Array.from(this.#fetches).sort((a, b) => a.offset - b.offset);
    let widest: Fetch | undefined;
    let next = 0;
    const left: number[] = [];
    for (const index of order) {
      if (call.ended) return;
      const { offset, length } = ranges[index]!;
      const bytes = length === 0 ? new Uint8Array(0) : this.#pages?.cached(offset, length);
      if (bytes !== undefined) {
        this.#bytes += length;
        void this.#deliver({ call, index, offset, length }, bytes).then(() => this.#release(length));
        continue;
      }
      // Of the requests that begin at or before the range, the one that ends last covers it if any does.
      for (let fetch = known[next]; fetch !== undefined && fetch.offset <= offset; fetch = known[++next])
        if (widest === undefined || fetch.end > widest.end) widest = fetch;
      if (widest !== undefined && widest.end >= offset + length) this.#wish(widest, call, index, ranges[index]!);
      else left.push(index);
    }
    if (call.ended) return;
    const merged = mergeRanges(ranges, left, {
      gapBytes: this.#gapBytes,
      mergedBytes: this.#mergedBytes,
      waste: this.#source.distance === "remote" ? REMOTE_WASTE : undefined,
    });
    for (const { offset, end, indices } of merged) {
      const fetch: Fetch = {
        offset,
        end,
        wishes: new Set(),
        controller: new AbortController(),
        started: false,
      };
      this.#fetches.add(fetch);
      for (const index of indices) this.#wish(fetch, call, index, ranges[index]!);
    }
    call.waiting.push(...Array.from(call.wishes.keys()).filter((fetch) => !fetch.started));
    call.waiting.reverse();
    if (call.waiting.length > 0) this.#turns.add(call);
  }

  #wish(fetch: Fetch, call: Call, index: number, { offset, length }: ByteRange): void {
    const wish: Wish = { call, index, offset, length };
    fetch.wishes.add(wish);
    const wishes = call.wishes.get(fetch);
    if (wishes === undefined) call.wishes.set(fetch, [wish]);
    else wishes.push(wish);
  }

  /** Makes as many requests as the limits allow; calls take turns, so that a small one need not wait for a large one. */
  #pump(): void {
    for (const call of this.#turns) {
      if (this.#requests >= this.#maximumRequests) return;
      let fetch = call.waiting.at(-1);
      // Another call may have made it.
      while (fetch?.started) {
        call.waiting.pop();
        fetch = call.waiting.at(-1);
      }
      if (fetch === undefined) {
        this.#turns.delete(call);
        continue;
      }
      if (this.#bytes > 0 && this.#bytes + fetch.end - fetch.offset > this.#maximumBytes) return;
      call.waiting.pop();
      // To the end of the queue, where this loop meets it again.
      this.#turns.delete(call);
      this.#turns.add(call);
      fetch.started = true;
      void this.#run(fetch);
    }
  }

  async #run(fetch: Fetch): Promise<void> {
    const { offset, end, controller } = fetch;
    this.#requests++;
    this.#bytes += end - offset;
    const buffer = this.#buffers?.take(end - offset);
    let bytes: Uint8Array;
    try {
      const { signal } = controller;
      if (buffer === undefined) bytes = await this.#source.read(offset, end - offset, { signal });
      else {
        bytes = buffer.subarray(0, end - offset);
        await this.#readInto!(offset, bytes, { signal });
      }
    } catch (error) {
      this.#requests--;
      this.#fetches.delete(fetch);
      for (const { call } of Array.from(fetch.wishes)) call.settle({ error });
      this.#release(end - offset);
      return;
    }
    this.#requests--;
    this.#fetches.delete(fetch);
    this.#pump();
    const delivered = await Promise.all(
      Array.from(fetch.wishes, (wish) => {
        wish.call.wishes.delete(fetch);
        const start = wish.offset - offset;
        return this.#deliver(wish, bytes.subarray(start, start + wish.length));
      }),
    );
    // Those who ended early may have left work behind that still looks at the bytes.
    if (buffer !== undefined && !delivered.includes(false)) this.#buffers?.give(buffer);
    this.#release(end - offset);
  }

  /** Hands a range over, and waits until the receiver is done with it. Never rejects. @returns whether all went well */
  async #deliver({ call, index }: Wish, bytes: Uint8Array): Promise<boolean> {
    if (call.ended) return false;
    try {
      const busy = call.receive(index, bytes);
      if (busy !== undefined) await busy;
    } catch (error) {
      call.settle({ error });
      return false;
    }
    if (call.ended) return false;
    call.pending--;
    if (call.pending === 0) call.settle();
    return true;
  }

  #release(bytes: number): void {
    this.#bytes -= bytes;
    this.#pump();
  }

  /** Takes a call out of everything. Requests that nobody else wants are dropped, or aborted where they are under way. */
  #leave(call: Call, reason: unknown): void {
    this.#turns.delete(call);
    call.waiting.length = 0;
    for (const [fetch, wishes] of call.wishes) {
      for (const wish of wishes) fetch.wishes.delete(wish);
      if (fetch.wishes.size > 0) continue;
      this.#fetches.delete(fetch);
      fetch.started = true;
      fetch.controller.abort(
        reason ?? new DelayedArrayError("IO", `${this.#source.name}: nobody wants these bytes now`),
      );
    }
    call.wishes.clear();
  }
}
