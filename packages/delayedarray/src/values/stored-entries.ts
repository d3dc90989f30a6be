import type { TypedArray } from "../base/dtype.js";

/** Some entries of a sparse array, in any order: each with its index on every axis, and no two at one place. */
export interface StoredEntries {
  readonly count: number;
  /** One array of indices for each axis. These and the others may be longer than `count`. */
  readonly coordinates: readonly (Int32Array | Float64Array)[];
  /** The values, of the array's dtype. */
  readonly data: TypedArray;
  /** 1 = missing; `undefined` where none is. */
  readonly mask: Uint8Array | undefined;
}
