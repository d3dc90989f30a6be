import type { Hdf5Type } from "./hdf5-type.js";

/** One step of what a chunk went through before it was stored. */
export interface Hdf5Filter {
  /** Number under which the filter is registered with the HDF Group. */
  readonly id: number;
  readonly name: string;
}

/** What a dataset is, without its values. */
export interface DatasetInfo {
  /** Absolute path within the file. */
  readonly path: string;
  /** Extents in the file's order; `null` for a null dataspace, which holds no values. */
  readonly shape: readonly number[] | null;
  readonly type: Hdf5Type;
  /** Extents of a chunk; `null` when the dataset is stored in one piece. */
  readonly chunks: readonly number[] | null;
  readonly filters: readonly Hdf5Filter[];
}
