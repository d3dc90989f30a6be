import { checkDType, type DType } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import type { Awaitable, Progress } from "../base/options.js";
import { checkShape, type Shape } from "../base/shape.js";
import type { Grid } from "../grid/grid.js";
import type { SeedSubset } from "../subset/seed-subset.js";
import type { NdArray } from "../values/nd-array.js";
import type { SparseNdarray } from "../values/sparse-ndarray.js";
import { refuseSparseStrings } from "../values/sparse-parts.js";

/** What goes along with a request to a seed. */
export interface ExtractOptions {
  /** When it aborts, the seed should stop reading and reject with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called by a seed that can tell how far it has come, such as after each chunk of a file. Seeds need not call it; where
   * several are read for one call, each speaks for itself. An error that it throws ends the read.
   */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** How to open a seed again: the name of an opener and what to give it, as plain JSON. */
export interface SeedRecipe {
  /** Name of the function that opens the seed. */
  readonly opener: string;
  /** What the opener is called with: plain JSON. */
  readonly arguments: Readonly<Record<string, unknown>>;
}

/**
 * What holds the values: an array in memory, an HDF5 dataset, a TileDB array, or anything else that implements this.
 * It is all that a package needs to implement to add a backend.
 *
 * Requests come in one form only: one entry per axis, each a range `{ start, stop, step >= 1 }` or a strictly increasing
 * list of in-range indices. Order and repeats are restored above the seed.
 */
export interface Seed<D extends DType = DType> {
  /** Extents, one per axis. */
  readonly shape: Shape;
  /** Element type. */
  readonly dtype: D;
  /** Whether most entries are 0 and `extractSparse` gives the others cheaply. */
  readonly isSparse: boolean;
  /** Whether entries can be missing. */
  readonly isMasked: boolean;
  /**
   * Whether every array that `extractDense` and `extractSparse` return is new, held by nobody else. Leave it out if in
   * doubt: results are then copied before users get them.
   */
  readonly givesFreshArrays?: boolean;
  /** Names of the indices of each axis, `null` for an axis without; left out when no axis has any. */
  readonly dimnames?: readonly (readonly string[] | null)[] | null;
  /**
   * How to open this seed again, for `toRecipe`. Left out by seeds that live in memory only.
   *
   * @throws `UNSUPPORTED_FEATURE` when it came from something that has no name, such as bytes
   */
  recipe?(): SeedRecipe;
  /** Boundaries of the chunks that are read as a whole, so that blocks can follow them. */
  chunkGrid(): Grid;
  /** The elements asked for, as an array of the shape that the request describes. */
  extractDense(subset: SeedSubset, options: ExtractOptions): Awaitable<NdArray<D>>;
  /** The same, as a sparse array. Needed when `isSparse` is true. */
  extractSparse?(subset: SeedSubset, options: ExtractOptions): Awaitable<SparseNdarray<D>>;
}

/** Whether `value` implements the seed protocol. */
export function isSeed(value: unknown): value is Seed {
  if (typeof value !== "object" || value === null) return false;
  const seed = value as Partial<Record<keyof Seed, unknown>>;
  return (
    Array.isArray(seed.shape) &&
    typeof seed.dtype === "string" &&
    typeof seed.extractDense === "function" &&
    typeof seed.chunkGrid === "function"
  );
}

/**
 * Checks what a delayed array is built on, before anything is read.
 *
 * @throws `INVALID_ARGUMENT` when it does not implement the seed protocol, `DTYPE_UNSUPPORTED` naming its dtype
 */
export function checkSeed(value: unknown): Seed {
  if (!isSeed(value)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      "expected a delayed array, an array in memory or a seed (an object with shape, dtype, chunkGrid and extractDense)",
    );
  }
  const dtype = checkDType(value.dtype, "a seed of dtype");
  if (value.isSparse) refuseSparseStrings(dtype);
  checkShape(value.shape, "a seed of shape");
  return value;
}
