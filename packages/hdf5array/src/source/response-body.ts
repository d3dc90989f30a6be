import type { DelayedArrayError } from "delayedarray";
import { onAbort } from "delayedarray/internal";

/**
 * Reads a response's body part by part, until it ends, `take` returns `false`, or the signal aborts. However that comes
 * about, nothing of it is left waiting in a connection, and `take` is not called any more.
 */
export async function readBody(
  response: Response,
  signal: AbortSignal,
  take: (part: Uint8Array) => boolean,
): Promise<void> {
  if (response.body === null) {
    take(new Uint8Array(await response.arrayBuffer()));
    return;
  }
  const reader = response.body.getReader();
  // Makes `read` give the end, even where the body does not heed the signal by itself.
  const leave = onAbort(signal, () => void reader.cancel(signal.reason).catch(() => {}));
  try {
    signal.throwIfAborted();
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done || !take(value)) return;
    }
  } finally {
    leave();
    // Does nothing after the end.
    reader.cancel().catch(() => {});
  }
}

/**
 * Reads a body of unknown length.
 *
 * @param length - what it is expected to be, in bytes
 * @param limit - the most that is read
 * @param tooLarge - makes the error for a body beyond the limit, and for one that the runtime cannot hold
 */
export async function readWholeBody(
  response: Response,
  signal: AbortSignal,
  length: number | undefined,
  limit: number,
  tooLarge: (cause?: unknown) => DelayedArrayError,
): Promise<Uint8Array> {
  if (length !== undefined && length > limit) throw tooLarge();
  let bytes = allocate(length ?? 2 ** 16);
  let used = 0;
  await readBody(response, signal, (part) => {
    const end = used + part.length;
    if (end > limit) throw tooLarge();
    if (end > bytes.length) {
      const larger = allocate(Math.max(end, bytes.length * 2));
      larger.set(bytes.subarray(0, used));
      bytes = larger;
    }
    bytes.set(part, used);
    used = end;
    return true;
  });
  return bytes.subarray(0, used);

  function allocate(size: number): Uint8Array {
    try {
      return new Uint8Array(size);
    } catch (cause) {
      throw tooLarge(cause);
    }
  }
}
