import type { ByteSource, SourceReadOptions } from "./byte-source.js";
import { checkRange } from "./check-range.js";
import { ScatteredReads } from "./scattered-reads.js";
import { SharedRequest } from "./shared-request.js";

/** What reading through pages takes. */
export interface PageReadOptions extends SourceReadOptions {
  /**
   * Set for one of many blocks that may lie anywhere, such as those of a large index. Behind a network, several that are
   * asked for at the same time and lie in different pages are then read without what lies around them.
   */
  readonly isScattered?: boolean | undefined;
}

/** Reads small things of a file again and again at the price of a few requests. */
export interface PagedReader {
  /**
   * Exactly `length` bytes from `offset`. They may be a view of the cache: do not write to them.
   *
   * @throws `FILE_TRUNCATED` when the file ends before, and whatever the source throws
   */
  read(offset: number, length: number, options: PageReadOptions): Promise<Uint8Array>;
  /** The same bytes at once, or `undefined` when the cache has not all of them. */
  cached(offset: number, length: number): Uint8Array | undefined;
}

/** How a file is cut into pages. */
export interface PageOptions {
  /** Bytes in a page. */
  readonly pageBytes?: number | undefined;
  /**
   * Bytes that the first requests ask for at least, one after the other: a file's first bytes lead to most of its
   * metadata, and what they lead to lies near to one another, so that a few large requests at the beginning save many.
   */
  readonly firstBytes?: readonly number[] | undefined;
  /** Bytes that are kept; what was used longest ago goes first. */
  readonly cacheBytes?: number | undefined;
  /** Bytes that one request asks for at most. */
  readonly requestBytes?: number | undefined;
}

/**
 * A cache of a file's pages. Pages that lie side by side come in one request; readers that want the same page at the same
 * time share its request; failed requests leave nothing behind.
 */
export function pagedReader(source: ByteSource, options: PageOptions = {}): PagedReader {
  if (source.distance === "memory") return new UncachedReader(source);
  return new PageCache(source, options);
}

/** For a source whose reads cost nothing. */
class UncachedReader implements PagedReader {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  async read(offset: number, length: number, options: SourceReadOptions): Promise<Uint8Array> {
    checkRange(this.#source, offset, length);
    return this.#source.read(offset, length, options);
  }

  cached(): undefined {}
}

/** Pages from `first` to `last`, all within one request. */
interface Run {
  readonly first: number;
  readonly last: number;
  readonly request: SharedRequest<Uint8Array>;
}

class PageCache implements PagedReader {
  readonly #source: ByteSource;
  readonly #pageBytes: number;
  readonly #pagesKept: number;
  readonly #pagesPerRequest: number;
  /** How many pages the next requests ask for at least. */
  readonly #firstPages: number[];
  /** By number, in the order of their last use. Only the file's last page may be shorter than the others. */
  readonly #pages = new Map<number, Uint8Array>();
  /** Requests under way, by each page that they will give. */
  readonly #runs = new Map<number, Run>();
  /** For blocks without their pages, where that pays. */
  readonly #scattered: ScatteredReads | undefined;

  constructor(source: ByteSource, options: PageOptions) {
    const { pageBytes = 2 ** 16, cacheBytes = 2 ** 24, requestBytes = 2 ** 23 } = options;
    const { firstBytes = source.distance === "remote" ? [2 ** 19, 2 ** 18, 2 ** 18] : [2 ** 18] } = options;
    this.#source = source;
    this.#pageBytes = pageBytes;
    this.#pagesKept = Math.max(1, Math.floor(cacheBytes / pageBytes));
    this.#pagesPerRequest = Math.max(1, Math.floor(requestBytes / pageBytes));
    this.#firstPages = firstBytes.map((bytes) => Math.ceil(bytes / pageBytes));
    if (source.distance === "remote") {
      const lacks = (page: number) => !this.#pages.has(page) && !this.#runs.has(page);
      this.#scattered = new ScatteredReads(source, pageBytes, lacks, cacheBytes / 4);
    }
    const { beginning } = source;
    if (beginning !== undefined) {
      const whole = beginning.length === source.size;
      this.#keep(
        0,
        beginning,
        whole ? Math.ceil(beginning.length / pageBytes) : Math.floor(beginning.length / pageBytes),
      );
      this.#firstPages.shift();
    }
  }

  async read(offset: number, length: number, { signal, isScattered = false }: PageReadOptions): Promise<Uint8Array> {
    signal?.throwIfAborted();
    checkRange(this.#source, offset, length);
    if (length === 0) return new Uint8Array(0);
    const cached = this.cached(offset, length);
    if (cached !== undefined) return cached;
    if (isScattered && this.#scattered !== undefined) {
      const bytes = await this.#scattered.read(offset, length, signal);
      if (bytes !== undefined) return bytes;
    }
    const first = Math.floor(offset / this.#pageBytes);
    const last = Math.floor((offset + length - 1) / this.#pageBytes);
    // More than the cache should hold: its pages would drive out everything else.
    if (last - first >= this.#pagesKept / 2) return this.#source.read(offset, length, { signal });

    const found = new Map<number, Uint8Array>();
    const runs = new Set<Run>();
    for (let page = first; page <= last; page++) {
      const bytes = this.#pages.get(page);
      if (bytes !== undefined) found.set(page, bytes);
      else runs.add(this.#runs.get(page) ?? this.#startRun(page, last, isScattered));
    }
    await Promise.all(
      Array.from(runs, async (run) => {
        const bytes = await run.request.join(signal);
        for (let page = Math.max(run.first, first); page <= Math.min(run.last, last); page++)
          found.set(page, this.#pageOf(bytes, page - run.first));
      }),
    );
    return this.#assemble(offset, length, (page) => found.get(page));
  }

  cached(offset: number, length: number): Uint8Array | undefined {
    if (length === 0) return undefined;
    const first = Math.floor(offset / this.#pageBytes);
    const last = Math.floor((offset + length - 1) / this.#pageBytes);
    for (let page = first; page <= last; page++)
      if (!this.#pages.has(page)) return this.#scattered?.cached(offset, length);
    return this.#assemble(offset, length, (page) => {
      const bytes = this.#pages.get(page);
      if (bytes !== undefined && this.#pages.size > 1) {
        this.#pages.delete(page);
        this.#pages.set(page, bytes);
      }
      return bytes;
    });
  }

  /**
   * Requests a page, and with it those beside it that are neither cached nor under way: up to the last one that is wanted,
   * and all around it for the first requests.
   */
  #startRun(wanted: number, lastWanted: number, isScattered: boolean): Run {
    const pageBytes = this.#pageBytes;
    const { size } = this.#source;
    const pages = Math.ceil(size / pageBytes);
    const isMissing = (page: number) => !this.#pages.has(page) && !this.#runs.has(page);
    const most = (isScattered ? undefined : this.#firstPages.shift()) ?? 1;
    const start = Math.max(0, Math.min(wanted - Math.floor(most / 2), pages - most));
    const end = Math.min(pages, Math.max(start + most, Math.min(lastWanted + 1, wanted + this.#pagesPerRequest)));
    let first = wanted;
    let last = wanted;
    while (first > start && isMissing(first - 1)) first--;
    while (last + 1 < end && isMissing(last + 1)) last++;

    const forget = () => {
      for (let page = first; page <= last; page++) if (this.#runs.get(page) === run) this.#runs.delete(page);
    };
    const request = new SharedRequest(async (signal) => {
      try {
        const offset = first * pageBytes;
        const bytes = await this.#source.read(offset, Math.min((last + 1) * pageBytes, size) - offset, { signal });
        this.#keep(first, bytes, last - first + 1);
        return bytes;
      } finally {
        forget();
      }
    }, forget);
    const run: Run = { first, last, request };
    for (let page = first; page <= last; page++) this.#runs.set(page, run);
    return run;
  }

  /** Puts the pages that `bytes` begins with into the cache, and drops as many of the others as are too many. */
  #keep(first: number, bytes: Uint8Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const page = this.#pageOf(bytes, i);
      // A page on its own, so that dropping it frees its memory.
      this.#pages.set(first + i, page.length === page.buffer.byteLength ? page : page.slice());
    }
    for (const page of this.#pages.keys()) {
      if (this.#pages.size <= this.#pagesKept) return;
      this.#pages.delete(page);
    }
  }

  #pageOf(bytes: Uint8Array, index: number): Uint8Array {
    return bytes.subarray(index * this.#pageBytes, (index + 1) * this.#pageBytes);
  }

  /** Bytes out of the pages that hold them: a view of one page, or a copy where they lie on several. */
  #assemble(offset: number, length: number, pageAt: (page: number) => Uint8Array | undefined): Uint8Array {
    const pageBytes = this.#pageBytes;
    const first = Math.floor(offset / pageBytes);
    const start = offset - first * pageBytes;
    if (start + length <= pageBytes) return pageAt(first)!.subarray(start, start + length);
    const target = new Uint8Array(length);
    for (let done = 0, page = first; done < length; page++) {
      const from = done === 0 ? start : 0;
      const part = pageAt(page)!.subarray(from, from + length - done);
      target.set(part, done);
      done += part.length;
    }
    return target;
  }
}
