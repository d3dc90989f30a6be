import { DelayedArrayError } from "../base/errors.js";
import { isList } from "../base/shape.js";
import { shown } from "../base/shown.js";
import type { AxisSelection, RangeSelection } from "../subset/axis-selection.js";

/** The selected indices of one axis, in one of the two forms that grids work with. */
export type AxisSubset = ArrayLike<number> | RangeSelection;

/** Whether an entry of a grid's subset is a progression. */
export function isRange(entry: ArrayLike<number> | AxisSelection): entry is RangeSelection {
  return "kind" in entry && entry.kind === "range";
}

/**
 * An entry of a grid's subset as indices or a progression; `null` when it is the whole axis in its order.
 *
 * @throws `INDEX_OUT_OF_RANGE`, `INVALID_ARGUMENT`
 */
export function readAxisSubset(
  entry: ArrayLike<number> | AxisSelection | null,
  extent: number,
  axis: number,
): AxisSubset | null {
  if (entry === null) return null;
  if (!isList(entry) && !isSelection(entry)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `grid subset: ${shown(entry)} on axis ${axis}, expected null, indices or a selection`,
    );
  }
  if (isRange(entry)) {
    const { start, step, length } = entry;
    if (length === 0) return entry;
    checkIndex(start, extent, axis);
    checkIndex(start + (length - 1) * step, extent, axis);
    return length === extent && start === 0 && (step === 1 || length === 1) ? null : entry;
  }
  const indices = "kind" in entry ? entry.indices : entry;
  let whole = indices.length === extent;
  for (let i = 0; i < indices.length; i++) {
    checkIndex(indices[i]!, extent, axis);
    whole &&= indices[i] === i;
  }
  return whole ? null : indices;
}

function isSelection(entry: object | undefined): boolean {
  return typeof entry === "object" && "kind" in entry;
}

function checkIndex(index: number, extent: number, axis: number): void {
  if (!Number.isInteger(index)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `grid subset: index ${shown(index)} on axis ${axis} is not an integer`,
    );
  }
  if (index < 0 || index >= extent) {
    throw new DelayedArrayError(
      "INDEX_OUT_OF_RANGE",
      `grid subset: index ${index} is out of range for axis ${axis} with extent ${extent}`,
    );
  }
}
