/** Milliseconds of work after which timers, clicks and aborts get a turn. */
const LONGEST_STRETCH = 50;

/**
 * Lets other work of the process run if this one has kept it waiting. Blocks of arrays in memory resolve without ever
 * leaving the microtask queue, so that without this no timer could abort a long call, and a page would freeze.
 */
export class Turns {
  #last = performance.now();

  /** A promise to wait for, or nothing if it is not time yet. */
  next(): Promise<void> | undefined {
    if (performance.now() - this.#last < LONGEST_STRETCH) return undefined;
    return new Promise((resolve) => {
      const resume = (): void => {
        this.#last = performance.now();
        resolve();
      };
      // Browsers hold timers back by milliseconds; where there is something better it is used.
      if (typeof setImmediate === "function") setImmediate(resume);
      else setTimeout(resume, 0);
    });
  }
}
