/** A value, or a promise of one. */
export type Awaitable<T> = T | PromiseLike<T>;

/** How far a long call has come. */
export interface Progress {
  /** Steps done: blocks, unless the call says otherwise. */
  readonly done: number;
  /** Steps that there are. */
  readonly total: number;
  /** Bytes of array values processed so far. */
  readonly bytes: number;
}

/** What every call that reads values takes, last. */
export interface ReadOptions {
  /** Stops the work; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called after each step, and in the end with all steps done, also where the answer is known earlier. An error that it
   * throws ends the call.
   */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Memory for one block, in bytes; the default is 100 MB. */
  readonly bufferSize?: number | undefined;
}
