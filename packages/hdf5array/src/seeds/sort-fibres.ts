import type { DType, TypedArray } from "delayedarray";
import type { Positions } from "./to-indices.js";

/** Whether positions increase within each fibre. */
export function areInOrder(indptr: Float64Array, indices: Positions): boolean {
  for (let fibre = 0; fibre + 1 < indptr.length; fibre++) {
    const stop = indptr[fibre + 1]!;
    let last = -1;
    for (let i = indptr[fibre]!; i < stop; i++) {
      const index = indices[i]!;
      if (index <= last) return false;
      last = index;
    }
  }
  return true;
}

/**
 * Sorts the entries of each fibre, in place; those at the same place are added up, as SciPy does.
 *
 * @returns how many entries are left
 */
export function putInOrder(indptr: Float64Array, indices: Positions, values: TypedArray, dtype: DType): number {
  let written = 0;
  let start = 0;
  for (let fibre = 0; fibre + 1 < indptr.length; fibre++) {
    const stop = indptr[fibre + 1]!;
    const from = start;
    const order = Uint32Array.from({ length: stop - from }, (_, i) => i);
    // Stable, so that entries at the same place are added up in the order in which they are stored.
    order.sort((a, b) => indices[from + a]! - indices[from + b]! || a - b);
    const oldIndices = indices.slice(from, stop);
    const oldValues = values.slice(from, stop);
    const first = written;
    for (const i of order) {
      const index = oldIndices[i]!;
      if (written > first && indices[written - 1] === index) {
        addTo(values, written - 1, oldValues[i]!, dtype);
      } else {
        indices[written] = index;
        values[written++] = oldValues[i]!;
      }
    }
    start = stop;
    indptr[fibre + 1] = written;
  }
  return written;
}

/** Adds a value to an element, in the dtype's own arithmetic: bools by "or", integers wrap. */
function addTo(values: TypedArray, at: number, value: number | bigint, dtype: DType): void {
  if (dtype === "bool") values[at] = values[at] || value ? 1 : 0;
  else values[at] = ((values[at] as number) + (value as number)) as never;
}
