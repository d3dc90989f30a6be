import { DelayedArrayError, type Dimnames } from "delayedarray";
import { shapeText } from "delayedarray/internal";

/**
 * Checks names against a shape, and freezes a copy of them.
 *
 * @returns `null` when no axis has names
 * @throws `SHAPE_MISMATCH` for another number of axes or names, `INVALID_ARGUMENT` for what is no list or no string
 */
export function checkNames(names: Dimnames | null, shape: readonly number[], what: string): Dimnames | null {
  if (names === null) return null;
  const wrong = (code: "INVALID_ARGUMENT" | "SHAPE_MISMATCH", message: string) =>
    new DelayedArrayError(code, `${what}: dimnames of ${shapeText(shape)}: ${message}`);
  if (!Array.isArray(names)) throw wrong("INVALID_ARGUMENT", `got ${String(names)}, expected one entry per axis`);
  if (names.length !== shape.length)
    throw wrong("SHAPE_MISMATCH", `got ${names.length} entries, expected ${shape.length}, one per axis`);
  const checked = names.map((list: readonly string[] | null, axis) => {
    if (list === null || list === undefined) return null;
    if (!Array.isArray(list) || !list.every((name) => typeof name === "string"))
      throw wrong("INVALID_ARGUMENT", `the names of axis ${axis} are no array of strings`);
    if (list.length !== shape[axis])
      throw wrong("SHAPE_MISMATCH", `${list.length} names for axis ${axis}, expected ${shape[axis]}`);
    return Object.freeze(Array.from(list));
  });
  return checked.every((list) => list === null) ? null : Object.freeze(checked);
}
