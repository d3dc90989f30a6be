import type { Awaitable } from "./options.js";

/**
 * A promise that rejects with the signal's reason as soon as it aborts, even if what it waits for takes no notice. What
 * was waited for is then left to end by itself, its failure unreported.
 */
export async function abortable<T>(value: Awaitable<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return value;
  const pending = Promise.resolve(value);
  pending.catch(() => {});
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([pending, aborted]);
  } finally {
    signal.removeEventListener("abort", stop!);
  }
}
