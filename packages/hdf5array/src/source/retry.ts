import { abortable } from "delayedarray/internal";

/** A failure that may pass: what is thrown by work that should be tried again. */
export class Passing {
  /** What the caller gets in the end. */
  readonly error: Error;
  /** How many milliseconds to wait before the next try, where the other side has said so. */
  readonly wait: number | undefined;

  constructor(error: Error, wait?: number) {
    this.error = error;
    this.wait = wait;
  }
}

/** How often and how fast work is tried again. */
export interface RetryOptions {
  /** Further tries after the first. */
  readonly retries: number;
  /** Milliseconds before the first of them; they double from try to try. */
  readonly firstWait: number;
  /** Stops the work between tries. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Does work until it succeeds, fails for good, or has failed often enough. The waits vary at random by half, so that
 * many who failed together do not come back together.
 */
export async function retry<T>(work: () => Promise<T>, { retries, firstWait, signal }: RetryOptions): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (failure) {
      if (!(failure instanceof Passing)) throw failure;
      if (tries >= retries) throw failure.error;
      await pause(failure.wait ?? firstWait * 2 ** tries * (0.5 + Math.random()), signal);
    }
  }
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await abortable(
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, milliseconds);
      }),
      signal,
    );
  } finally {
    clearTimeout(timer);
  }
}
