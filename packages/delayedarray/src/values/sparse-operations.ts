import type { DType } from "../base/dtype.js";
import type { AxisSelection } from "../subset/axis-selection.js";
import { concatenateParts } from "./sparse-combine.js";
import { SparseNdarray } from "./sparse-ndarray.js";
import { subsetParts, takesAll } from "./sparse-subset.js";
import { permuteParts, reshapeAxesParts } from "./sparse-transpose.js";

/*
 * Operations on sparse arrays for the layers above. They read the fields of `SparseNdarray` alone, so that arrays from
 * another copy of this package will do.
 */

/**
 * The selected part of a sparse array: any order, any step, with repeats; `null` = all of an axis. The array itself when
 * everything is selected in its order, else one that shares nothing with it.
 */
export function subsetSparse<D extends DType>(
  sparse: SparseNdarray<D>,
  selections: readonly (AxisSelection | null)[],
): SparseNdarray<D> {
  return takesAll(selections, sparse.shape) ? sparse : SparseNdarray.unchecked(subsetParts<D>(sparse, selections));
}

/**
 * Arrays one after the other along an axis, in the dtype that holds all of theirs. Positions on the first axis widen when
 * the sum needs it. Always a copy.
 *
 * @param parts - at least one, of shapes that differ on `axis` only
 * @param axis - negative counts from the end
 * @throws `SHAPE_MISMATCH` naming both shapes, `INVALID_ARGUMENT`
 */
export function concatenateSparse<D extends DType>(parts: readonly SparseNdarray<D>[], axis: number): SparseNdarray<D>;
export function concatenateSparse(parts: readonly SparseNdarray[], axis: number): SparseNdarray {
  return SparseNdarray.unchecked(concatenateParts(parts, axis));
}

/** The axes in another order: axis `k` of the result is axis `permutation[k]` of the array. Linear in entries and fibres. */
export function permuteSparse<D extends DType>(
  sparse: SparseNdarray<D>,
  permutation: readonly number[],
): SparseNdarray<D> {
  const permuted = permuteParts<D>(sparse, permutation);
  return permuted === sparse ? sparse : SparseNdarray.unchecked(permuted);
}

/**
 * Adds and drops axes of extent 1, and reorders: axis `k` of the result is axis `axes[k]` of the array, or a new one of
 * extent 1 (`null`). Axes that are not named must have extent 1, and are dropped. Shares memory with the array when the
 * axes that stay keep their order and the first stays first.
 *
 * @throws `INVALID_ARGUMENT` for an axis named twice or one left out whose extent is not 1
 */
export function reshapeAxes<D extends DType>(
  sparse: SparseNdarray<D>,
  axes: readonly (number | null)[],
): SparseNdarray<D> {
  return SparseNdarray.unchecked(reshapeAxesParts<D>(sparse, axes));
}
