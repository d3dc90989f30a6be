/**
 * How much is decoded at once, in all files: enough to keep the threads busy, little enough that memory stays small and
 * is used again soon.
 */
export class DecodeSlots {
  readonly #most: number;
  readonly #mostBytes: number;
  readonly #queue: { readonly bytes: number; readonly start: () => void }[] = [];
  #running = 0;
  #bytes = 0;

  /**
   * @param most - tasks at once
   * @param mostBytes - bytes of results at once; a task with more runs alone
   */
  constructor(most: number, mostBytes: number) {
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  /** Runs `task` as soon as there is room for it, first come, first served. */
  async use(bytes: number, task: () => Promise<void>): Promise<void> {
    if (this.#queue.length > 0 || !this.#hasRoom(bytes))
      await new Promise<void>((start) => this.#queue.push({ bytes, start }));
    else this.#take(bytes);
    try {
      await task();
    } finally {
      this.#running--;
      this.#bytes -= bytes;
      for (let next = this.#queue[0]; next !== undefined && this.#hasRoom(next.bytes); next = this.#queue[0]) {
        this.#queue.shift();
        this.#take(next.bytes);
        next.start();
      }
    }
  }

  #hasRoom(bytes: number): boolean {
    return this.#running === 0 || (this.#running < this.#most && this.#bytes + bytes <= this.#mostBytes);
  }

  #take(bytes: number): void {
    this.#running++;
    this.#bytes += bytes;
  }
}
