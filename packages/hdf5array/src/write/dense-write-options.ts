import type { Dimnames, DType } from "delayedarray";
import { type Hdf5WriteOptions, WRITE_OPTIONS } from "./write-options.js";

/** How a dense array is written. */
export interface DenseWriteOptions<D extends DType = DType> extends Hdf5WriteOptions {
  /**
   * Extents of a chunk, what is read and compressed as a whole. If not given, a small copy of the array, each extent cut
   * by the same factor, of at most 1 MiB: reading along any axis then goes through as many chunks. `null` stores the array in
   * one piece, which can neither be compressed nor grow.
   */
  readonly chunks?: readonly number[] | null | undefined;
  /** Converts the values; by default they keep the array's type. */
  readonly dtype?: D | undefined;
  /** Names of the indices, one list or `null` per axis; those of the array if not given, none if `null`. */
  readonly dimnames?: Dimnames | null | undefined;
  /** The largest extents that the dataset can grow to, `null` for no limit; its shape if not given. */
  readonly maxShape?: readonly (number | null)[] | undefined;
  /** The axis along which `mode: "append"` appends, and blocks of a stream follow each other; 0, the first, if not given. */
  readonly axis?: number | undefined;
  /** Extents of the whole array. For a stream of blocks only, where they are known. */
  readonly shape?: readonly number[] | undefined;
  /**
   * Whether the file's axes are in the order of the array's; the default. `false` reverses them (and shape, chunks and
   * dimnames), so that R sees the array as it is.
   */
  readonly nativeOrder?: boolean | undefined;
}

/** The names of {@link DenseWriteOptions}. */
export const DENSE_WRITE_OPTIONS = [
  "chunks",
  "dtype",
  "dimnames",
  "maxShape",
  "axis",
  "shape",
  "nativeOrder",
  ...WRITE_OPTIONS,
] as const;
