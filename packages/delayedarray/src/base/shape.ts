import { DelayedArrayError } from "./errors.js";
import { shown } from "./shown.js";

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

/** Whether `value` is a plain or typed array, or something like it. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return typeof value === "object" && value !== null && Number.isInteger((value as ArrayLike<unknown>).length);
}

/**
 * A frozen copy of a shape, checked.
 *
 * @throws `INVALID_ARGUMENT` for what is no array, or an extent that is not a non-negative safe integer
 */
export function checkShape(shape: ArrayLike<number>, what = "shape"): Shape {
  if (!isList(shape)) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${what} ${shown(shape)}: expected an array of extents`);
  }
  const copy = Array.from(shape);
  copy.forEach((extent, axis) => {
    if (!Number.isSafeInteger(extent) || extent < 0) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `${what} [${copy.map(shown).join(", ")}]: extent ${shown(extent)} of axis ${axis} is not a non-negative integer`,
      );
    }
  });
  return Object.freeze(copy);
}

/**
 * The shape under which the elements of another one are to be seen; one extent may be -1 and is worked out.
 *
 * @throws `INVALID_ARGUMENT` for what is no array, `SHAPE_MISMATCH` when the sizes differ
 */
export function settleShape(given: ArrayLike<number>, from: Shape): number[] {
  if (!isList(given)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `cannot reshape ${shapeText(from)} into ${shown(given)}: expected an array of extents`,
    );
  }
  const shape = Array.from(given);
  const odd = shape.find((extent) => typeof extent !== "number");
  if (odd !== undefined) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `cannot reshape ${shapeText(from)} into [${shape.map(shown).join(", ")}]: ${shown(odd)} is no extent`,
    );
  }
  const size = sizeOf(from);
  const unknown = shape.indexOf(-1);
  const known = sizeOf(shape.filter((_, axis) => axis !== unknown));
  const settled = shape.map((extent, axis) => (axis === unknown && known > 0 ? size / known : extent));
  if (!settled.every((extent) => Number.isSafeInteger(extent) && extent >= 0) || sizeOf(settled) !== size) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `cannot reshape ${shapeText(from)} (${size} elements) into [${shape.map(shown).join(", ")}]`,
    );
  }
  return settled;
}

/**
 * One axis number as 0 ≤ axis < ndim; negative counts from the end.
 *
 * @throws `INVALID_ARGUMENT` when it is not an axis of an array of that rank
 */
export function checkAxis(axis: number, ndim: number): number {
  if (!Number.isInteger(axis)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `axis ${shown(axis)} is ${typeof axis === "number" ? "no integer" : `of type ${typeof axis}`}, expected an integer`,
    );
  }
  if (axis < -ndim || axis >= ndim) {
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
  if (!isList(axes)) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `axes ${shown(axes)}: expected an array with one per dimension`);
  }
  const text = `axes [${Array.from(axes, shown).join(", ")}]`;
  if (axes.length !== ndim) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${text}: expected ${ndim}, one per dimension, got ${axes.length}`);
  }
  const permutation = Array.from(axes, (axis) => checkAxis(axis, ndim));
  if (new Set(permutation).size !== ndim) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${text}: an axis is repeated`);
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
