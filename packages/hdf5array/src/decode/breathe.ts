import { nextTurn } from "delayedarray/internal";

/** Milliseconds of work after which others get their turn. */
const TURN = 24;

let turnStart = Number.NEGATIVE_INFINITY;

/**
 * Lets timers, input and other reads have their turn when the last one is long enough ago. Decompression runs on the
 * thread that asks for it, so without this a long read, or many short ones in a row, would freeze a page.
 */
export async function breathe(): Promise<void> {
  if (performance.now() - turnStart < TURN) return;
  await nextTurn();
  turnStart = performance.now();
}
