import type { Awaitable } from "./options.js";

/** What to do when a signal aborts, by signal. */
const waiting = new WeakMap<AbortSignal, { readonly stops: Set<() => void>; readonly listener: () => void }>();

/**
 * Calls `stop` when a signal aborts, until the function that is returned is called. However many wait for one signal, it
 * gets one listener: Node warns of more than ten as of a leak.
 */
export function onAbort(signal: AbortSignal | undefined, stop: () => void): () => void {
  if (signal === undefined) return () => {};
  let entry = waiting.get(signal);
  if (entry === undefined) {
    const stops = new Set<() => void>();
    const listener = () => {
      waiting.delete(signal);
      for (const one of stops) one();
    };
    entry = { stops, listener };
    waiting.set(signal, entry);
    signal.addEventListener("abort", listener, { once: true });
  }
  const { stops, listener } = entry;
  const own = () => stop();
  stops.add(own);
  return () => {
    stops.delete(own);
    if (stops.size > 0 || waiting.get(signal)?.stops !== stops) return;
    waiting.delete(signal);
    signal.removeEventListener("abort", listener);
  };
}

/**
 * A promise that rejects with the signal's reason as soon as it aborts, even if what it waits for takes no notice. What
 * was waited for is then left to end by itself, its failure unreported.
 */
export async function abortable<T>(value: Awaitable<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return value;
  const pending = Promise.resolve(value);
  pending.catch(() => {});
  signal.throwIfAborted();
  let leave = () => {};
  const aborted = new Promise<never>((_, reject) => {
    leave = onAbort(signal, () => reject(signal.reason));
  });
  try {
    return await Promise.race([pending, aborted]);
  } finally {
    leave();
  }
}
