import { DelayedArrayError } from "./errors.js";

/** Extents, one per axis. */
export type Shape = readonly number[];

/** Number of elements; 1 for a 0-d array. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

/** Strides, in elements, of a C-contiguous array: the last axis varies fastest. */
export function cStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

/** The shape as users see it: `<40 x 50>`, and `<>` for a 0-d array. */
export function shapeText(shape: Shape): string {
  return `<${shape.join(" x ")}>`;
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/**
 * A frozen copy of a shape, checked.
 *
 * @throws `INVALID_ARGUMENT` when an extent is not a non-negative safe integer
 */
export function checkShape(shape: ArrayLike<number>, what = "shape"): Shape {
  const copy = Array.from(shape);
  copy.forEach((extent, axis) => {
    if (!Number.isSafeInteger(extent) || extent < 0) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `${what} [${copy.join(", ")}]: extent ${String(extent)} of axis ${axis} is not a non-negative integer`,
      );
    }
  });
  return Object.freeze(copy);
}

/**
 * One axis number as 0 ≤ axis < ndim; negative counts from the end.
 *
 * @throws `INVALID_ARGUMENT` when it is not an axis of an array of that rank
 */
export function checkAxis(axis: number, ndim: number): number {
  if (!Number.isInteger(axis) || axis < -ndim || axis >= ndim) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `axis ${String(axis)} is out of bounds for an array of ${ndim} dimension${ndim === 1 ? "" : "s"}`,
    );
  }
  return axis < 0 ? axis + ndim : axis;
}

/**
 * A permutation of the axes; none given means the reverse order, as in NumPy.
 *
 * @throws `INVALID_ARGUMENT` when it is not a permutation
 */
export function checkPermutation(axes: readonly number[] | undefined | null, ndim: number): number[] {
  if (axes === undefined || axes === null) return Array.from({ length: ndim }, (_, axis) => ndim - 1 - axis);
  if (axes.length !== ndim) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `axes [${axes.join(", ")}]: expected ${ndim}, one per dimension, got ${axes.length}`,
    );
  }
  const permutation = axes.map((axis) => checkAxis(axis, ndim));
  if (new Set(permutation).size !== ndim) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `axes [${axes.join(", ")}]: an axis is repeated`);
  }
  return permutation;
}

/** Whether strides describe C order without gaps (axes of extent 1 may have any stride). */
export function isCContiguous(shape: Shape, stride: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 0) return true;
    if (shape[axis] !== 1 && stride[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}
