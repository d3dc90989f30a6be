import { DelayedArrayError, type DType } from "delayedarray";
import { checkOptions } from "delayedarray/internal";
import { where } from "./file/locate.js";
import { findAnyArray } from "./formats/any-array.js";
import type { Hdf5CompressedSparseMatrix } from "./hdf5-compressed-sparse-matrix.js";
import type { Hdf5DenseArray } from "./hdf5-dense-array.js";
import { openArrayInFile } from "./open-array-in-file.js";
import { checkFlag, checkPath } from "./seeds/open-options.js";
import { ANY_OPENER } from "./seeds/opener-names.js";
import { checkMissing } from "./seeds/r-missing.js";
import { type Hdf5Source, SOURCE_OPTIONS, type SourceOptions } from "./source/byte-source.js";

/** How an array is opened whose format is to be recognised. */
export interface OpenHdf5ArrayOptions<D extends DType = DType> extends SourceOptions {
  /**
   * Whether axes are in the file's order, the default. `false` reverses a dataset's axes and their names, as R sees the
   * same file.
   */
  readonly nativeOrder?: boolean | undefined;
  /** Converts the values as they are read. */
  readonly dtype?: D | undefined;
  /** `"R"`: values that R has as `NA` are missing, and its logical values `bool`, as for `Hdf5DenseArray.open`. */
  readonly missing?: "R" | undefined;
}

const OPTIONS = ["nativeOrder", "dtype", "missing", ...SOURCE_OPTIONS] as const;

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
  const { nativeOrder = true, dtype, missing } = checkOptions("openHdf5Array", options, OPTIONS);
  if (name !== undefined) checkPath(name, "name");
  checkFlag(nativeOrder, "nativeOrder");
  if (missing !== undefined) checkMissing(missing, false);
  return openArrayInFile<D>(source, options, async (file, own) => {
    const found = await findAnyArray(file, name, { nativeOrder, dtype }, own);
    if (missing === undefined) return found;
    if (found.kind === "sparse") {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `missing: ${where(file, found.path)} is a sparse matrix, which has no missing values; leave it out`,
      );
    }
    // To be found again by this function, since openers of one format have no such option.
    const again = { name: name ?? found.path, nativeOrder, dtype, missing };
    const findings = { ...found.findings, opener: ANY_OPENER, arguments: again };
    return { ...found, options: { ...found.options, missing }, findings };
  });
}
