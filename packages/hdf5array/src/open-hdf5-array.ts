import type { DType } from "delayedarray";
import { findAnyArray } from "./formats/any-array.js";
import type { Hdf5CompressedSparseMatrix } from "./hdf5-compressed-sparse-matrix.js";
import type { Hdf5DenseArray } from "./hdf5-dense-array.js";
import { openArrayInFile } from "./open-array-in-file.js";
import { checkFlag, checkOptions, checkPath } from "./seeds/open-options.js";
import type { Hdf5Source, SourceOptions } from "./source/byte-source.js";

/** How an array is opened whose format is to be recognised. */
export interface OpenHdf5ArrayOptions<D extends DType = DType> extends SourceOptions {
  /**
   * Whether axes are in the file's order, the default. `false` reverses a dataset's axes and their names, as R sees the
   * same file.
   */
  readonly nativeOrder?: boolean | undefined;
  /** Converts the values as they are read. */
  readonly dtype?: D | undefined;
}

/**
 * Opens an array of any HDF5 file and recognises what it is: a matrix of an h5ad, 10x or loom file, a dataset that R or
 * netCDF named the axes of, any other dataset or sparse matrix that states its shape. Names become `dimnames`, and the
 * array's `found` says what was recognised.
 *
 * ```ts
 * const x = await openHdf5Array("whatever.h5");
 * console.log(x.found);
 * ```
 *
 * @param source - as for `Hdf5DenseArray.open`
 * @param name - path of a dataset or group; if not given the main matrix of a known format, else the only array there is
 * @throws `NOT_FOUND`, `INVALID_ARGUMENT` (several arrays and no name, which lists them; something else than an array,
 * which says what it is), and what the `open` of the two classes throws
 */
export async function openHdf5Array<D extends DType = DType>(
  source: Hdf5Source,
  name?: string,
  options: OpenHdf5ArrayOptions<D> = {},
): Promise<Hdf5DenseArray<D> | Hdf5CompressedSparseMatrix<D>> {
  const { nativeOrder = true, dtype } = checkOptions(options, "openHdf5Array");
  if (name !== undefined) checkPath(name, "name");
  checkFlag(nativeOrder, "nativeOrder");
  return openArrayInFile<D>(source, options, (file) => findAnyArray(file, name, { nativeOrder, dtype }, options));
}
