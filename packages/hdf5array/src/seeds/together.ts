import { onAbort } from "delayedarray/internal";

/**
 * Runs tasks at the same time. When one fails, the others are told to stop; then the failure that was first is thrown.
 *
 * @param outer - stops all of them
 */
export async function together(
  outer: AbortSignal | undefined,
  ...tasks: readonly ((signal: AbortSignal) => Promise<void>)[]
): Promise<void> {
  outer?.throwIfAborted();
  const controller = new AbortController();
  const leave = onAbort(outer, () => controller.abort(outer?.reason));
  try {
    await Promise.all(
      tasks.map((task) =>
        task(controller.signal).catch((error: unknown) => {
          controller.abort(error);
          throw controller.signal.reason;
        }),
      ),
    );
  } finally {
    leave();
  }
}
