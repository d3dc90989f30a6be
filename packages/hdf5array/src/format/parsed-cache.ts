import type { SourceReadOptions } from "../source/byte-source.js";
import { SharedRequest } from "../source/shared-request.js";

/** Bytes of parsed metadata that are kept for each file. */
const KEPT_BYTES = 8 * 2 ** 20;

/** What is kept of one thing. */
interface Entry {
  readonly value: unknown;
  readonly bytes: number;
}

/** A sort of thing that a {@link ParsedCache} keeps. */
export interface ParsedKind<T> {
  /** Keeps kinds of different `T` apart. It has no value. */
  readonly of?: T;
  readonly id: number;
}

let kinds = 0;

/** A new sort of thing. */
export function parsedKind<T>(): ParsedKind<T> {
  return { id: ++kinds };
}

/** Parsed metadata by its address, so that opening several datasets of a file does not parse the same again. */
export class ParsedCache {
  readonly #most: number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry>();
  readonly #running = new Map<string, SharedRequest<Entry>>();
  #bytes = 0;

  constructor(most = KEPT_BYTES) {
    this.#most = most;
  }

  /**
   * What is kept, or what `parse` makes, once for all who ask meanwhile. Only what succeeded is kept.
   *
   * @param parse - gives the thing and about how many bytes it takes; it is to use the options that it is given, which
   * stand for all who wait
   */
  async get<T>(
    kind: ParsedKind<T>,
    address: number,
    { signal }: SourceReadOptions,
    parse: (shared: SourceReadOptions) => Promise<{ readonly value: T; readonly bytes: number }>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const key = `${kind.id} ${address}`;
    const kept = this.#entries.get(key);
    if (kept !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, kept);
      return kept.value as T;
    }
    let request = this.#running.get(key);
    if (request === undefined) {
      const forget = () => {
        if (this.#running.get(key) === request) this.#running.delete(key);
      };
      request = new SharedRequest<Entry>(async (own) => {
        try {
          const entry = await parse({ signal: own });
          this.#keep(key, entry);
          return entry;
        } finally {
          forget();
        }
      }, forget);
      this.#running.set(key, request);
    }
    return (await request.join(signal)).value as T;
  }

  #keep(key: string, entry: Entry): void {
    if (entry.bytes > this.#most / 2 || this.#entries.has(key)) return;
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
    for (const [oldest, { bytes }] of this.#entries) {
      if (this.#bytes <= this.#most) return;
      this.#entries.delete(oldest);
      this.#bytes -= bytes;
    }
  }
}
