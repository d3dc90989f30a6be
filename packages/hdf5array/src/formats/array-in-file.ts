import { DelayedArrayError, type Dimnames, type DType } from "delayedarray";
import { shapeText } from "delayedarray/internal";
import type { Hdf5File } from "../file/hdf5-file.js";
import { where } from "../file/locate.js";
import type { Findings } from "../file/opened-source.js";
import type { Hdf5CompressedSparseMatrixOptions } from "../seeds/compressed-sparse.js";
import type { Hdf5DenseArrayOptions } from "../seeds/dense.js";

/** An array that an opener has found in a file: what opens it, and how. */
export type ArrayInFile<D extends DType = DType> =
  | {
      readonly kind: "dense";
      readonly path: string;
      readonly options: Hdf5DenseArrayOptions<D>;
      readonly findings: Findings;
    }
  | {
      readonly kind: "sparse";
      readonly path: string;
      readonly options: Hdf5CompressedSparseMatrixOptions<D>;
      readonly findings: Findings;
    };

/**
 * Checks names that a file gives against the shape that it gives.
 *
 * @param by - where the names of each axis are
 * @throws `FILE_INVALID`
 */
export function checkFileNames(
  file: Hdf5File,
  path: string,
  shape: readonly number[],
  names: Dimnames,
  by: readonly string[],
): Dimnames | null {
  names.forEach((list, axis) => {
    if (list === null || list.length === shape[axis]) return;
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${where(file, path)} is ${shapeText(shape)}, but "${by[axis]}" has ${list.length} names for axis ${axis}`,
    );
  });
  return names.every((list) => list === null) ? null : names;
}
