/** Parsed blocks of an index by their addresses, so many as fit into a number of bytes; those used last are kept. */
export class BlockCache<T> {
  readonly #limit: number;
  readonly #blocks = new Map<number, { readonly block: T; readonly bytes: number }>();
  #bytes = 0;

  /** @param limit - bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get(address: number): T | undefined {
    const entry = this.#blocks.get(address);
    if (entry === undefined) return undefined;
    // To the end of the map, whose order is that of insertion.
    this.#blocks.delete(address);
    this.#blocks.set(address, entry);
    return entry.block;
  }

  /** @param bytes - what the block takes, about */
  set(address: number, block: T, bytes: number): void {
    this.#bytes += bytes - (this.#blocks.get(address)?.bytes ?? 0);
    this.#blocks.delete(address);
    this.#blocks.set(address, { block, bytes });
    for (const [oldest, entry] of this.#blocks) {
      if (this.#bytes <= this.#limit || oldest === address) break;
      this.#blocks.delete(oldest);
      this.#bytes -= entry.bytes;
    }
  }
}
