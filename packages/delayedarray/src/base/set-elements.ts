import type { TypedArray } from "./dtype.js";

/** Copies the elements from `start` to `end` of an array into another of the same dtype, from position `at` on. */
export function setElements(
  to: TypedArray | string[],
  from: TypedArray | string[],
  at: number,
  start = 0,
  end: number = from.length,
): void {
  if (Array.isArray(to)) for (let i = start; i < end; i++) to[at + i - start] = from[i] as string;
  else to.set((from as TypedArray).subarray(start, end) as never, at);
}
