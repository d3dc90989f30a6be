import { DelayedArrayError } from "../base/errors.js";
import { shown } from "../base/shown.js";

/** A Python slice: `start`, `stop` (exclusive) and `step`; `null` means the natural end. */
export interface Slice {
  /** The first index; `null` for the end at which the slice starts. */
  readonly start: number | null;
  /** Where the slice ends, exclusive; `null` for the end of the axis. */
  readonly stop: number | null;
  /** The distance between neighbours, negative to go backwards; `null` for 1. */
  readonly step: number | null;
}

/**
 * A slice, as in Python: `slice(0, 2)` takes the first two, `slice(null, null, -1)` reverses, `slice(-3)` takes the last
 * three. Bounds beyond the axis are clipped when the slice is applied.
 *
 * Of numbers that are no integers only ±`Infinity` is taken as a bound: the end of the axis on that side.
 *
 * @param start - first index; negative counts from the end; omitted or `null`: from the beginning
 * @param stop - index after the last; negative counts from the end; omitted or `null`: to the end
 * @param step - distance between indices, not 0; omitted or `null`: 1
 * @throws `INVALID_ARGUMENT` for a fraction or a step of 0
 * @see https://docs.python.org/3/library/functions.html#slice
 */
export function slice(start?: number | null, stop?: number | null, step?: number | null): Slice {
  const made = { start: start ?? null, stop: stop ?? null, step: step ?? null };
  checkSlice(made);
  return Object.freeze(made);
}

/** Whether `value` has the form of a slice (one made by another copy of this package, or by zarrita, is one too). */
export function isSlice(value: unknown): value is Slice {
  return typeof value === "object" && value !== null && "start" in value && "stop" in value && "step" in value;
}

/** @throws `INVALID_ARGUMENT` for a fraction or a step of 0 */
export function checkSlice(value: Slice): void {
  for (const [name, part] of [
    ["start", value.start],
    ["stop", value.stop],
    ["step", value.step],
  ] as const) {
    // ±Infinity is what people write for "to the end"; clipping gives it that meaning.
    const unbounded = name !== "step" && (part === Number.POSITIVE_INFINITY || part === Number.NEGATIVE_INFINITY);
    if (part !== null && part !== undefined && !unbounded && !Number.isInteger(part)) {
      throw new DelayedArrayError("INVALID_ARGUMENT", `slice: ${name} ${shown(part)} is not an integer`);
    }
  }
  if (value.step === 0)
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      "slice: step 0 selects nothing; expected a positive or negative integer",
    );
}

/** Start, step and number of the indices that a slice selects on an axis, clipped as Python's `slice.indices` does. */
export function resolveSlice(value: Slice, extent: number): { start: number; step: number; length: number } {
  const step = value.step ?? 1;
  const lowest = step > 0 ? 0 : -1;
  const highest = step > 0 ? extent : extent - 1;
  const clip = (bound: number) => Math.min(Math.max(bound < 0 ? bound + extent : bound, lowest), highest);
  const start = value.start === null || value.start === undefined ? (step > 0 ? lowest : highest) : clip(value.start);
  const stop = value.stop === null || value.stop === undefined ? (step > 0 ? highest : lowest) : clip(value.stop);
  const length = Math.max(0, Math.ceil((stop - start) / step));
  return { start, step, length };
}
