import type { Shape } from "../base/shape.js";

/** Entries shown at either end of an axis that is too long to be shown whole. */
const EDGE = 3;

/**
 * The indices along an axis that are printed: the first three and the last three.
 *
 * @param extent - length of the axis
 * @returns `null` when every index is printed, which is so up to an extent of 6
 */
export function edgeIndices(extent: number): Float64Array | null {
  if (extent <= 2 * EDGE) return null;
  return Float64Array.of(0, 1, 2, extent - 3, extent - 2, extent - 1);
}

/** What is left of a shape when only the edges of its axes are kept: no extent is above 6. */
export function edgeShape(shape: Shape): number[] {
  return shape.map((extent) => Math.min(extent, 2 * EDGE));
}
