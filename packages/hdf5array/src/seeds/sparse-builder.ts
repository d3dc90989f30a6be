import { type DType, SparseNdarray, type TypedArray } from "delayedarray";
import { allocate } from "delayedarray/internal";
import { putInOrder } from "./sort-fibres.js";
import { newPositions, type Positions } from "./to-indices.js";

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
    this.#indices = newPositions(extent, expected);
    this.#values = allocate(dtype, expected) as TypedArray;
  }

  /** Adds entries to a fibre: the same as the last one, or a later one. Those at position -1 are left out. */
  add(fibre: number, positions: Positions, values: TypedArray, start: number, stop: number): void {
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
      kept[count++] = values[i]!;
    }
    this.#count = count;
  }

  #closeFibres(next: number): void {
    for (let fibre = this.#fibre + 1; fibre <= next; fibre++) this.#indptr[fibre] = this.#count;
  }

  #reserve(needed: number): void {
    if (needed <= this.#indices.length) return;
    const capacity = Math.max(needed, Math.ceil(this.#indices.length * 1.5));
    const indices = newPositions(this.#extent, capacity);
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
    if (this.#disordered) this.#count = putInOrder(this.#indptr, this.#indices, this.#values, this.#dtype);
    const whole = this.#count === this.#indices.length;
    return SparseNdarray.unchecked<D>({
      shape: [this.#extent, fibres],
      dtype: this.#dtype,
      indptr: this.#indptr,
      indices: whole ? this.#indices : this.#indices.slice(0, this.#count),
      data: (whole ? this.#values : this.#values.slice(0, this.#count)) as never,
    });
  }
}
