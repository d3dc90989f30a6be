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
  #bytes = 0;

  constructor(most = KEPT_BYTES) {
    this.#most = most;
  }

  /**
   * What is kept, or what `parse` makes. Only what succeeded is kept, and each caller waits for its own work, so that an
   * abort or a failed request touches nobody else.
   *
   * @param parse - gives the thing and about how many bytes it takes
   */
  async get<T>(
    kind: ParsedKind<T>,
    address: number,
    parse: () => Promise<{ readonly value: T; readonly bytes: number }>,
  ): Promise<T> {
    const key = `${kind.id} ${address}`;
    const kept = this.#entries.get(key);
    if (kept !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, kept);
      return kept.value as T;
    }
    const entry = await parse();
    if (entry.bytes > this.#most / 2 || this.#entries.has(key)) return entry.value;
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
    for (const [oldest, { bytes }] of this.#entries) {
      if (this.#bytes <= this.#most) break;
      this.#entries.delete(oldest);
      this.#bytes -= bytes;
    }
    return entry.value;
  }
}
