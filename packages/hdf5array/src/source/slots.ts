import { abortable } from "delayedarray/internal";

/** Places for work of which only so much may go on at once; who comes when all are taken waits, first come, first served. */
export class Slots {
  #free: number;
  readonly #queue: (() => void)[] = [];

  constructor(free: number) {
    this.#free = free;
  }

  /** Does some work as soon as there is a place for it. An abort ends the wait; the work has to heed the signal itself. */
  async use<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    await this.#take(signal);
    try {
      return await work();
    } finally {
      this.#give();
    }
  }

  async #take(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    let called = false;
    let call: () => void = () => {};
    const turn = new Promise<void>((resolve) => {
      call = () => {
        called = true;
        resolve();
      };
    });
    this.#queue.push(call);
    try {
      await abortable(turn, signal);
    } catch (error) {
      // The place may have come in the same moment as the abort.
      if (called) this.#give();
      else this.#queue.splice(this.#queue.indexOf(call), 1);
      throw error;
    }
  }

  #give(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
