import { abortable } from "delayedarray/internal";

/**
 * A request that several readers wait for. A reader that aborts leaves the others waiting; the request itself is
 * aborted when the last one has gone.
 */
export class SharedRequest<T> {
  readonly #controller = new AbortController();
  readonly #result: Promise<T>;
  readonly #abandoned: () => void;
  #readers = 0;
  #settled = false;

  /**
   * @param start - makes the request; it should heed the signal, which is none of the readers' own
   * @param abandoned - called when the last reader has gone before the request ended; nobody may join after that
   */
  constructor(start: (signal: AbortSignal) => Promise<T>, abandoned: () => void) {
    this.#abandoned = abandoned;
    const settle = () => {
      this.#settled = true;
    };
    this.#result = start(this.#controller.signal);
    // Also keeps a failure from counting as unhandled when everybody has gone.
    this.#result.then(settle, settle);
  }

  /** What the request gives. Rejects with the reader's own reason when its signal aborts. */
  async join(signal: AbortSignal | undefined): Promise<T> {
    this.#readers++;
    try {
      return await abortable(this.#result, signal);
    } finally {
      this.#readers--;
      if (this.#readers === 0 && !this.#settled) {
        this.#settled = true;
        this.#abandoned();
        this.#controller.abort(signal?.reason);
      }
    }
  }
}
