/** Memory that is kept at most, in bytes. */
const MOST_KEPT = 48 * 2 ** 20;

/** Smaller pieces are as quick to come by from the system. */
const SMALLEST = 2 ** 18;

/** How long it is kept when nothing is read, in milliseconds. */
const IDLE = 5000;

const kept = new Map<number, ArrayBuffer[]>();
let bytesKept = 0;
let timer: NodeJS.Timeout | undefined;

/**
 * Memory for what one read holds between two steps. It comes from reads that have ended, where possible: the first touch of each
 * page that is new takes longer than all that is done with it.
 *
 * @returns memory that holds whatever was in it before
 */
export function borrowMemory(bytes: number): ArrayBuffer {
  const memory = kept.get(bytes)?.pop();
  if (memory === undefined) return Buffer.allocUnsafeSlow(bytes).buffer as ArrayBuffer;
  bytesKept -= bytes;
  return memory;
}

/** Hands memory back that nobody uses any more. */
export function returnMemory(memory: ArrayBuffer): void {
  const bytes = memory.byteLength;
  if (bytes < SMALLEST || bytesKept + bytes > MOST_KEPT) return;
  const same = kept.get(bytes) ?? [];
  kept.set(bytes, same);
  same.push(memory);
  bytesKept += bytes;
  if (timer === undefined) timer = setTimeout(forget, IDLE).unref();
  else timer.refresh();
}

function forget(): void {
  timer = undefined;
  kept.clear();
  bytesKept = 0;
}
