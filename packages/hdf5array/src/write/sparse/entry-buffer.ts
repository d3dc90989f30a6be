import type { DType, TypedArray } from "delayedarray";
import { allocate, itemSize } from "delayedarray/internal";

/** Positions within a fibre, as `SparseNdarray` has them: 32 bits when every one of them fits, exact up to 2^53 otherwise. */
export type IndexArray = Int32Array | Float64Array;

/** New positions within a fibre of this extent. */
export function allocateIndices(extent: number, length: number): IndexArray {
  return extent <= 2 ** 31 ? new Int32Array(length) : new Float64Array(length);
}

/** Bytes of one entry: the number of its fibre, its position there, and its value. */
export function entryBytes(dtype: DType, indexExtent: number): number {
  return 4 + (indexExtent <= 2 ** 31 ? 4 : 8) + itemSize(dtype);
}

/** Entries of fibres in memory, in three arrays; the first `count` of each are used. */
export interface Entries {
  readonly fibres: Uint32Array;
  readonly indices: IndexArray;
  readonly data: TypedArray;
}

export function allocateEntries(dtype: DType, indexExtent: number, length: number): Entries {
  return {
    fibres: new Uint32Array(length),
    indices: allocateIndices(indexExtent, length),
    data: allocate(dtype, length) as TypedArray,
  };
}

/** The same entries from `start` to `end`, without a copy. */
export function entriesBetween({ fibres, indices, data }: Entries, start: number, end: number): Entries {
  return {
    fibres: fibres.subarray(start, end),
    indices: indices.subarray(start, end),
    data: data.subarray(start, end) as TypedArray,
  };
}

/** Room for entries that come in any order; it grows up to a number of entries that is given. */
export class EntryBuffer {
  readonly #dtype: DType;
  readonly #indexExtent: number;
  readonly #capacity: number;
  #entries: Entries;
  #count = 0;

  constructor(dtype: DType, indexExtent: number, capacity: number) {
    this.#dtype = dtype;
    this.#indexExtent = indexExtent;
    this.#capacity = capacity;
    this.#entries = allocateEntries(dtype, indexExtent, Math.min(capacity, 4096));
  }

  get count(): number {
    return this.#count;
  }

  /** How many more entries fit. */
  get room(): number {
    return this.#capacity - this.#count;
  }

  /** The entries that are there. */
  get entries(): Entries {
    return entriesBetween(this.#entries, 0, this.#count);
  }

  clear(): void {
    this.#count = 0;
  }

  /** Adds entries of which all three parts are known; there must be room for them. */
  add(entries: Entries): void {
    const at = this.#count;
    this.#grow(entries.fibres.length);
    this.#entries.fibres.set(entries.fibres, at);
    this.#entries.indices.set(entries.indices, at);
    this.#entries.data.set(entries.data as never, at);
  }

  /** Adds a stretch of one fibre: `at` is the fibre, `origin` is added to the positions. */
  addFibre(at: number, positions: IndexArray, origin: number, data: TypedArray, start: number, end: number): void {
    const first = this.#count;
    this.#grow(end - start);
    const { fibres, indices, data: values } = this.#entries;
    fibres.fill(at, first, this.#count);
    for (let i = start, to = first; i < end; i++, to++) {
      indices[to] = positions[i]! + origin;
      values[to] = data[i]!;
    }
  }

  /** Adds entries at the same position of several fibres: `positions`, with `origin` added, are the fibres. */
  addAcross(at: number, positions: IndexArray, origin: number, data: TypedArray, start: number, end: number): void {
    const first = this.#count;
    this.#grow(end - start);
    const { fibres, indices, data: values } = this.#entries;
    indices.fill(at, first, this.#count);
    for (let i = start, to = first; i < end; i++, to++) {
      fibres[to] = positions[i]! + origin;
      values[to] = data[i]!;
    }
  }

  #grow(more: number): void {
    const before = this.#entries;
    const needed = this.#count + more;
    if (needed > before.fibres.length) {
      const length = Math.max(needed, Math.min(this.#capacity, 2 * before.fibres.length));
      this.#entries = allocateEntries(this.#dtype, this.#indexExtent, length);
      this.#entries.fibres.set(before.fibres);
      this.#entries.indices.set(before.indices);
      this.#entries.data.set(before.data as never);
    }
    this.#count = needed;
  }
}
