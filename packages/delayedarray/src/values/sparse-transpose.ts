import type { DType } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { type Shape, shapeText } from "../base/shape.js";
import { placeEntries } from "./sparse-move.js";
import {
  accumulate,
  allocateIndices,
  allocateIndptr,
  allocatePositions,
  counters,
  fibreStrides,
  type SparseParts,
} from "./sparse-parts.js";

/**
 * The axes in another order: axis `k` of the result is axis `permutation[k]` of `parts`. Linear in entries and fibres.
 *
 * @param permutation - of all axes, already checked; the identity gives `parts` itself
 */
export function permuteParts<D extends DType>(parts: SparseParts<D>, permutation: readonly number[]): SparseParts<D> {
  if (permutation.every((axis, k) => axis === k)) return parts;
  const { dtype, indices } = parts;
  const first = permutation[0]!;
  const shape = Object.freeze(permutation.map((axis) => parts.shape[axis]!));
  if (keepsFibres(parts.shape, permutation)) return withShape(parts, shape);
  const indptr = allocateIndptr(shape);
  const outStrides = fibreStrides(shape);
  // How far each axis of the source moves in the result's fibre numbers.
  const step = parts.shape.map((_, axis) => outStrides[permutation.indexOf(axis)]!);
  const within = step[0]!;

  // Counting sort by fibre. The result's first axis is walked slowest, so that its indices come out increasing in every
  // fibre without being sorted.
  walkFibres(parts, step, first, (start, end, base) => {
    for (let entry = start; entry < end; entry++) indptr[base + indices[entry]! * within + 1]!++;
  });
  accumulate(indptr);
  const next = counters(indptr, indices.length);
  const outIndices = allocateIndices(shape, indices.length);
  const targets = allocatePositions(indices.length, indices.length);
  if (first === 0) {
    walkFibres(parts, step, first, (start, end, base) => {
      let at = next[base]!;
      for (let entry = start; entry < end; entry++, at++) {
        targets[entry] = at;
        outIndices[at] = indices[entry]!;
      }
    });
  } else {
    walkFibres(parts, step, first, (start, end, base, i) => {
      for (let entry = start; entry < end; entry++) {
        const at = next[base + indices[entry]! * within]!++;
        targets[entry] = at;
        outIndices[at] = i;
      }
    });
  }
  return { shape, dtype, indptr, indices: outIndices, ...placeEntries(parts, targets) };
}

/** Whether only axes of extent 1 change places, so that each fibre keeps its number. */
function keepsFibres(shape: readonly number[], permutation: readonly number[]): boolean {
  const first = permutation[0]!;
  if (first !== 0 && (shape[0] !== 1 || shape[first] !== 1)) return false;
  const others = permutation.slice(1).filter((axis) => shape[axis] !== 1);
  return others.every((axis, k) => k === 0 || axis > others[k - 1]!);
}

/**
 * Calls `visit` with the entries of each fibre that has any, the number of the result's fibre for its index 0, and its
 * coordinate on the axis `slowest`, over which it goes in order.
 */
function walkFibres(
  { shape, indptr }: SparseParts,
  step: readonly number[],
  slowest: number,
  visit: (start: number, end: number, base: number, coordinate: number) => void,
): void {
  if (indptr[indptr.length - 1] === 0) return;
  const strides = fibreStrides(shape);
  const axes = shape.map((_, axis) => axis).filter((axis) => axis > 0 && axis !== slowest);
  const recurse = (k: number, fibre: number, base: number, coordinate: number): void => {
    if (k < 0) {
      const start = indptr[fibre]!;
      const end = indptr[fibre + 1]!;
      if (start < end) visit(start, end, base, coordinate);
      return;
    }
    const axis = axes[k]!;
    for (let i = 0; i < shape[axis]!; i++)
      recurse(k - 1, fibre + i * strides[axis]!, base + i * step[axis]!, coordinate);
  };
  // The first axis runs within fibres: nothing is to be gone over outside them.
  const turns = slowest === 0 ? 1 : shape[slowest]!;
  for (let i = 0; i < turns; i++) recurse(axes.length - 1, i * strides[slowest]!, i * step[slowest]!, i);
}

/**
 * Adds and drops axes of extent 1: axis `k` of the result is axis `axes[k]` of `parts`, or a new one of extent 1 (`null`).
 * Axes that are not named must have extent 1, and go. Neither values nor structure are copied when the first axis stays
 * first and the order stays the same.
 *
 * @throws `INVALID_ARGUMENT` for an axis named twice, or one left out whose extent is not 1
 */
export function reshapeAxesParts<D extends DType>(
  parts: SparseParts<D>,
  axes: readonly (number | null)[],
): SparseParts<D> {
  // With new axes at the end, and those to be dropped moved there, this is a transposition: axes of extent 1 at the end
  // do not change which fibre has which number. A 0-d array is taken as one axis of extent 1, to be dropped.
  const padded = parts.shape.length === 0 ? [1] : [...parts.shape];
  padded.forEach((extent, axis) => {
    const times = axes.filter((named) => named === axis).length;
    if (times > 1 || (times === 0 && extent !== 1)) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `axes [${axes.join(", ")}] of ${shapeText(parts.shape)}: axis ${axis} of extent ${extent} is ${times > 1 ? "repeated" : "left out"}`,
      );
    }
  });
  const permutation = axes.map((axis) => axis ?? padded.push(1) - 1);
  padded.forEach((_, axis) => {
    if (!permutation.includes(axis)) permutation.push(axis);
  });
  const moved = permuteParts<D>(withShape(parts, padded), permutation);
  return withShape(moved, Object.freeze(moved.shape.slice(0, axes.length)));
}

function withShape<D extends DType>(
  { dtype, indptr, indices, data, mask }: SparseParts<D>,
  shape: Shape,
): SparseParts<D> {
  return { shape, dtype, indptr, indices, data, mask };
}
