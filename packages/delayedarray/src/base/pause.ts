/** Milliseconds of computing after which timers and input get a turn. */
const SLICE = 24;

/** The same where reads are under way: what has arrived is to be taken, and more to be asked for, before threads have nothing to do. */
export const READING_SLICE = 2;

/** Lets timers, input and other reads have their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else {
      // Browsers clamp nested timeouts to 4 ms; a message is delivered at once.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    }
  });
}

/** Keeps a long computation from blocking: says when it has run long enough, and notices an abort meanwhile. */
export class Pacer {
  #since = performance.now();
  #turn: Promise<void> | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #slice: number;

  constructor(signal?: AbortSignal, slice = SLICE) {
    this.#signal = signal;
    this.#slice = slice;
  }

  /** Whether it is time to call {@link rest}. */
  get isDue(): boolean {
    return performance.now() - this.#since > this.#slice;
  }

  /**
   * Gives others a turn, the same one for all that share a pacer: with one each, they would follow each other without a pause.
   *
   * @throws the signal's reason, if it has aborted
   */
  async rest(): Promise<void> {
    this.#turn ??= nextTurn().then(() => {
      this.#since = performance.now();
      this.#turn = undefined;
    });
    await this.#turn;
    this.#signal?.throwIfAborted();
  }
}
