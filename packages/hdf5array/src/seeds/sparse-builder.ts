import { type DType, SparseNdarray, type TypedArray } from "delayedarray";
import { allocate } from "delayedarray/internal";
import type { Positions } from "./index-lookup.js";

/** Collects the entries of fibres, one fibre after another, into a sparse array with these fibres. */
export class SparseBuilder<D extends DType> {
  readonly #dtype: D;
  readonly #extent: number;
  readonly #indptr: Float64Array;
  #indices: Positions;
  #values: TypedArray;
  #count = 0;
  #fibre = -1;
  #disordered = false;

  /**
   * @param extent - extent of the axis along the fibres
   * @param fibres - number of fibres
   * @param expected - number of entries, as far as known
   */
  constructor(dtype: D, extent: number, fibres: number, expected: number) {
    this.#dtype = dtype;
    this.#extent = extent;
    this.#indptr = allocate("float64", fibres + 1);
    this.#indices = this.#newIndices(expected);
    this.#values = allocate(dtype, expected) as TypedArray;
  }

  #newIndices(length: number): Positions {
    return this.#extent <= 2 ** 31 ? allocate("int32", length) : allocate("float64", length);
  }

  /** Adds entries to a fibre: the same as the last one, or a later one. Those at position -1 are left out. */
  add(fibre: number, positions: Positions, values: TypedArray, start: number, stop: number, shift: number): void {
    if (stop <= start) return;
    this.#reserve(this.#count + stop - start);
    const indices = this.#indices;
    const kept = this.#values;
    let count = this.#count;
    const fresh = fibre !== this.#fibre;
    let last = fresh ? -1 : indices[count - 1]!;
    if (fresh && this.#fibre >= 0) this.#closeFibres(fibre);
    this.#fibre = fibre;
    for (let i = start; i < stop; i++) {
      const position = positions[i]!;
      if (position < 0) continue;
      if (position <= last) this.#disordered = true;
      last = position;
      indices[count] = position;
      kept[count++] = values[i - shift]!;
    }
    this.#count = count;
  }

  #closeFibres(next: number): void {
    for (let fibre = this.#fibre + 1; fibre <= next; fibre++) this.#indptr[fibre] = this.#count;
  }

  #reserve(needed: number): void {
    if (needed <= this.#indices.length) return;
    const capacity = Math.max(needed, Math.ceil(this.#indices.length * 1.5));
    const indices = this.#newIndices(capacity);
    indices.set(this.#indices.subarray(0, this.#count));
    this.#indices = indices;
    const values = allocate(this.#dtype, capacity) as TypedArray;
    values.set(this.#values.subarray(0, this.#count) as never);
    this.#values = values;
  }

  /**
   * The array of all that was added, of shape (extent of a fibre, number of fibres). Entries of a fibre are sorted;
   * those at the same place are added up, as SciPy does.
   */
  finish(): SparseNdarray<D> {
    const fibres = this.#indptr.length - 1;
    this.#closeFibres(fibres);
    if (this.#disordered) this.#putInOrder();
    const whole = this.#count === this.#indices.length;
    return SparseNdarray.unchecked<D>({
      shape: [this.#extent, fibres],
      dtype: this.#dtype,
      indptr: this.#indptr,
      indices: whole ? this.#indices : this.#indices.slice(0, this.#count),
      data: (whole ? this.#values : this.#values.slice(0, this.#count)) as never,
    });
  }

  #putInOrder(): void {
    const indptr = this.#indptr;
    const indices = this.#indices;
    const values = this.#values;
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
          addTo(values, written - 1, oldValues[i]!, this.#dtype);
        } else {
          indices[written] = index;
          values[written++] = oldValues[i]!;
        }
      }
      start = stop;
      indptr[fibre + 1] = written;
    }
    this.#count = written;
  }
}

/** Adds a value to an element, in the dtype's own arithmetic: bools by "or", integers wrap. */
export function addTo(values: TypedArray, at: number, value: number | bigint, dtype: DType): void {
  if (dtype === "bool") values[at] = values[at] || value ? 1 : 0;
  else values[at] = ((values[at] as number) + (value as number)) as never;
}
