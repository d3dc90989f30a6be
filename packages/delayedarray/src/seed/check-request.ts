import { DelayedArrayError } from "../base/errors.js";
import { shapeText } from "../base/shape.js";
import type { AxisSelection } from "../subset/axis-selection.js";
import { type SeedSubset, seedEntrySelection } from "../subset/seed-subset.js";

/**
 * What a seed was asked for, one selection per axis, checked against the protocol: everything above the seeds asks for
 * increasing indices in range, but a caller of the seed itself may not.
 *
 * @throws `SHAPE_MISMATCH` for another number of entries than axes, `INDEX_OUT_OF_RANGE`, `INVALID_ARGUMENT`
 */
export function checkRequest(subset: SeedSubset, shape: readonly number[], what: string): AxisSelection[] {
  if (subset.length !== shape.length) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `${what}: got ${subset.length} entries for the axes of ${shapeText(shape)}`,
    );
  }
  return subset.map((entry, axis) => {
    const selection = seedEntrySelection(entry);
    const fail = (index: number) => {
      throw new DelayedArrayError(
        "INDEX_OUT_OF_RANGE",
        `${what}: index ${index} is out of range for axis ${axis} with extent ${shape[axis]}`,
      );
    };
    if (selection.length === 0) return selection;
    if (selection.kind === "range") {
      const { start, step, length } = selection;
      if (!(step >= 1))
        throw new DelayedArrayError("INVALID_ARGUMENT", `${what}: step ${step} on axis ${axis}, expected at least 1`);
      const last = start + (length - 1) * step;
      if (!(start >= 0)) fail(start);
      if (!(last < shape[axis]!)) fail(last);
      return selection;
    }
    const { indices } = selection;
    for (let i = 1; i < indices.length; i++) {
      if (!(indices[i]! > indices[i - 1]!)) {
        throw new DelayedArrayError(
          "INVALID_ARGUMENT",
          `${what}: the indices on axis ${axis} are not strictly increasing: ${indices[i]} follows ${indices[i - 1]}`,
        );
      }
    }
    if (!(indices[0]! >= 0)) fail(indices[0]!);
    if (!(indices[indices.length - 1]! < shape[axis]!)) fail(indices[indices.length - 1]!);
    return selection;
  });
}
