import type { DType, ScalarOf, TypedArray } from "../base/dtype.js";
import { scalarAt } from "./nd-array.js";
import { fibreStrides, type SparseParts } from "./sparse-parts.js";

/** A stored entry. */
export interface SparseEntry<D extends DType = DType> {
  /** Where it is, one index per axis. */
  readonly index: number[];
  /** `null` if it is missing. */
  readonly value: ScalarOf<D> | null;
}

/** The stored entries one by one, in the order in which they are stored. */
export function* entriesOf<D extends DType>(parts: SparseParts<D>): Generator<SparseEntry<D>, void, void> {
  const { shape, dtype, indptr, indices, data, mask } = parts;
  const strides = fibreStrides(shape);
  for (let fibre = 0; fibre + 1 < indptr.length; fibre++) {
    const [start, end] = [indptr[fibre]!, indptr[fibre + 1]!];
    if (start === end) continue;
    const place = shape.map((extent, axis) => (axis === 0 ? 0 : Math.floor(fibre / strides[axis]!) % extent));
    for (let i = start; i < end; i++) {
      const index = place.slice();
      if (index.length > 0) index[0] = indices[i]!;
      yield { index, value: mask?.[i] ? null : scalarAt(data as TypedArray, i, dtype) };
    }
  }
}
