import { abortable, nextTurn } from "delayedarray/internal";
import type { ByteSource } from "./byte-source.js";
import { type ByteRange, type RangeReader, rangeReader } from "./range-reader.js";

/** A block that somebody waits for. */
interface Wanted extends ByteRange {
  readonly signal: AbortSignal | undefined;
  /** Gives the block's bytes, or `undefined` for one that should come with its page. */
  settle(bytes: Promise<Uint8Array> | undefined): void;
}

/**
 * Reads small blocks that lie anywhere in a file behind a network. A page for each would be many times what is needed, so
 * blocks that are asked for at the same time and lie in different pages are read as they are.
 */
export class ScatteredReads {
  readonly #ranges: RangeReader;
  readonly #pageBytes: number;
  readonly #lacks: (page: number) => boolean;
  readonly #mostBytes: number;
  /** Blocks by offset, in the order of their last use. */
  readonly #blocks = new Map<number, Uint8Array>();
  #bytes = 0;
  #wanted: Wanted[] = [];

  /**
   * @param lacks - whether a page is neither in the cache nor on its way
   * @param cacheBytes - bytes of blocks that are kept; what was used longest ago goes first
   */
  constructor(source: ByteSource, pageBytes: number, lacks: (page: number) => boolean, cacheBytes: number) {
    this.#ranges = rangeReader(source);
    this.#pageBytes = pageBytes;
    this.#lacks = lacks;
    this.#mostBytes = cacheBytes;
  }

  /** A block that was read before. */
  cached(offset: number, length: number): Uint8Array | undefined {
    const block = this.#blocks.get(offset);
    if (block === undefined || block.length < length) return undefined;
    this.#blocks.delete(offset);
    this.#blocks.set(offset, block);
    return block.subarray(0, length);
  }

  /** A block's bytes, or `undefined` where it should be read with its page. */
  async read(offset: number, length: number, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    const bytes = new Promise<Uint8Array | undefined>((settle) => {
      this.#wanted.push({ offset, length, signal, settle });
    });
    // All that is asked for in this turn of the event loop is looked at together.
    if (this.#wanted.length === 1) void nextTurn().then(() => this.#decide());
    return abortable(bytes, signal);
  }

  #decide(): void {
    const wanted = this.#wanted;
    this.#wanted = [];
    const missing = new Set<number>();
    const apart = new Set<Wanted>();
    for (const one of wanted) {
      const { offset, length } = one;
      for (let page = this.#pageOf(offset); page <= this.#pageOf(offset + length - 1); page++) {
        if (!this.#lacks(page)) continue;
        apart.add(one);
        missing.add(page);
      }
    }
    if (missing.size <= 1) apart.clear();
    for (const one of wanted) if (!apart.has(one)) one.settle(undefined);
    // One call for all who stop together, so that their neighbours can be merged.
    for (const signal of new Set(Array.from(apart, (one) => one.signal))) {
      const list = Array.from(apart).filter((one) => one.signal === signal);
      const received: Uint8Array[] = [];
      const reading = this.#ranges.read(
        list,
        (i, bytes) => {
          received[i] = this.#keep(list[i]!.offset, bytes.slice());
        },
        { signal },
      );
      list.forEach((one, i) => {
        one.settle(reading.then(() => received[i]!));
      });
    }
  }

  #pageOf(offset: number): number {
    return Math.floor(offset / this.#pageBytes);
  }

  #keep(offset: number, block: Uint8Array): Uint8Array {
    this.#bytes += block.length - (this.#blocks.get(offset)?.length ?? 0);
    this.#blocks.delete(offset);
    this.#blocks.set(offset, block);
    for (const [oldest, { length }] of this.#blocks) {
      if (this.#bytes <= this.#mostBytes) break;
      this.#blocks.delete(oldest);
      this.#bytes -= length;
    }
    return block;
  }
}
