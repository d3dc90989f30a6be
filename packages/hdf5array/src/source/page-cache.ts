import type { ByteSource, SourceReadOptions } from "./byte-source.js";
import { checkRange } from "./check-range.js";
import { SharedRequest } from "./shared-request.js";

/** Reads small things of a file again and again at the price of a few requests. */
export interface PagedReader {
  /**
   * Exactly `length` bytes from `offset`. They may be a view of the cache: do not write to them.
   *
   * @throws `FILE_TRUNCATED` when the file ends before, and whatever the source throws
   */
  read(offset: number, length: number, options: SourceReadOptions): Promise<Uint8Array>;
  /** The same bytes at once, or `undefined` when the cache has not all of them. */
  cached(offset: number, length: number): Uint8Array | undefined;
}

/** How a file is cut into pages. */
export interface PageOptions {
  /** Bytes in a page. */
  readonly pageBytes?: number | undefined;
  /** Bytes that the first request asks for: a file's first bytes lead to most of its metadata. */
  readonly firstBytes?: number | undefined;
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
  /** How many pages the next request asks for at least: more than one for the first. */
  #pagesAhead: number;
  /** By number, in the order of their last use. Only the file's last page may be shorter than the others. */
  readonly #pages = new Map<number, Uint8Array>();
  /** Requests under way, by each page that they will give. */
  readonly #runs = new Map<number, Run>();

  constructor(source: ByteSource, options: PageOptions) {
    const { pageBytes = 2 ** 16, firstBytes = 2 ** 18, cacheBytes = 2 ** 24, requestBytes = 2 ** 23 } = options;
    this.#source = source;
    this.#pageBytes = pageBytes;
    this.#pagesKept = Math.max(1, Math.floor(cacheBytes / pageBytes));
    this.#pagesPerRequest = Math.max(1, Math.floor(requestBytes / pageBytes));
    this.#pagesAhead = Math.ceil(firstBytes / pageBytes);
    const { beginning } = source;
    if (beginning !== undefined) {
      const whole = beginning.length === source.size;
      this.#keep(
        0,
        beginning,
        whole ? Math.ceil(beginning.length / pageBytes) : Math.floor(beginning.length / pageBytes),
      );
      this.#pagesAhead = 1;
    }
  }

  async read(offset: number, length: number, { signal }: SourceReadOptions): Promise<Uint8Array> {
    signal?.throwIfAborted();
    checkRange(this.#source, offset, length);
    if (length === 0) return new Uint8Array(0);
    const cached = this.cached(offset, length);
    if (cached !== undefined) return cached;
    const first = Math.floor(offset / this.#pageBytes);
    const last = Math.floor((offset + length - 1) / this.#pageBytes);
    // More than the cache should hold: its pages would drive out everything else.
    if (last - first >= this.#pagesKept / 2) return this.#source.read(offset, length, { signal });

    const found = new Map<number, Uint8Array>();
    const runs = new Set<Run>();
    for (let page = first; page <= last; page++) {
      const bytes = this.#pages.get(page);
      if (bytes !== undefined) found.set(page, bytes);
      else runs.add(this.#runs.get(page) ?? this.#startRun(page, last));
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
    for (let page = first; page <= last; page++) if (!this.#pages.has(page)) return undefined;
    return this.#assemble(offset, length, (page) => {
      const bytes = this.#pages.get(page);
      if (bytes !== undefined && this.#pages.size > 1) {
        this.#pages.delete(page);
        this.#pages.set(page, bytes);
      }
      return bytes;
    });
  }

  /** Requests a page, and with it those that follow and are neither cached nor under way, up to what is wanted. */
  #startRun(first: number, wanted: number): Run {
    const pageBytes = this.#pageBytes;
    const { size } = this.#source;
    const end = Math.min(
      first + this.#pagesPerRequest,
      Math.max(wanted + 1, first + this.#pagesAhead),
      Math.ceil(size / pageBytes),
    );
    this.#pagesAhead = 1;
    let last = first;
    while (last + 1 < end && !this.#pages.has(last + 1) && !this.#runs.has(last + 1)) last++;

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
