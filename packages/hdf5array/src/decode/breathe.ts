import { nextTurn } from "delayedarray/internal";

/** Milliseconds of work after which others get their turn. */
const TURN = 24;

let turnStart = Number.NEGATIVE_INFINITY;
let turn: Promise<void> | undefined;

/**
 * Lets timers, input and other reads have their turn when the last one is long enough ago. Decompression runs on the
 * thread that asks for it, so without this a long read, or many short ones in a row, would freeze a page.
 */
export async function breathe(): Promise<void> {
  if (performance.now() - turnStart < TURN) return;
  // All that work at the same time wait for the same turn: with one each, they would follow each other without a pause.
  turn ??= nextTurn().then(() => {
    turnStart = performance.now();
    turn = undefined;
  });
  await turn;
}
