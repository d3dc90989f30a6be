/**
 * Memory that is used again and again: to get much of it anew for every read costs about as much as the reads, and the
 * garbage collector stops everything from time to time to give it back.
 */
export class BufferPool {
  readonly #bytes: number;
  readonly #most: number;
  readonly #idle: Uint8Array[] = [];

  /**
   * @param bytes - length of a buffer
   * @param idleBytes - bytes that are kept while nobody uses them
   */
  constructor(bytes: number, idleBytes: number) {
    this.#bytes = bytes;
    this.#most = Math.floor(idleBytes / bytes);
  }

  /** A buffer of at least `length` bytes, and less than twice as many, whose contents are undefined. */
  take(length: number): Uint8Array {
    if (length > this.#bytes || length <= this.#bytes / 2) return new Uint8Array(length);
    return this.#idle.pop() ?? new Uint8Array(this.#bytes);
  }

  /** Takes a buffer back that nobody looks at any more. */
  give(buffer: Uint8Array): void {
    if (buffer.length === this.#bytes && this.#idle.length < this.#most) this.#idle.push(buffer);
  }
}
