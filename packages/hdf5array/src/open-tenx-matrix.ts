import { DelayedArrayError, type DType } from "delayedarray";
import { checkOptions } from "delayedarray/internal";
import { findTenxMatrix, type TenxRowNames } from "./formats/tenx-matrix.js";
import type { Hdf5CompressedSparseMatrix } from "./hdf5-compressed-sparse-matrix.js";
import { openArrayInFile } from "./open-array-in-file.js";
import { checkPath } from "./seeds/open-options.js";
import { type Hdf5Source, SOURCE_OPTIONS, type SourceOptions } from "./source/byte-source.js";

/** How a matrix of a 10x file is opened. */
export interface OpenTenxMatrixOptions<D extends DType = DType> extends SourceOptions {
  /** The matrix's group; needed where a file has several, as version 2 has one for each genome. */
  readonly group?: string | undefined;
  /** Whether rows are named by the features' ids (the default; they are unique) or by their names. */
  readonly rowNames?: TenxRowNames | undefined;
  /** Converts the values as they are read. */
  readonly dtype?: D | undefined;
}

const OPTIONS = ["group", "rowNames", "dtype", ...SOURCE_OPTIONS] as const;

/**
 * Opens the matrix of a 10x Genomics HDF5 file, of version 2 or 3, as Cell Ranger, DropletUtils and HDF5Array write it:
 * features x barcodes, with both as `dimnames`.
 *
 * ```ts
 * const counts = await openTenxMatrix("filtered_feature_bc_matrix.h5");
 * const cell = counts.subset([null, "AAACCTGAGAAACCAT-1"]);
 * ```
 *
 * @param source - as for `Hdf5CompressedSparseMatrix.open`
 * @throws `NOT_FOUND`, `INVALID_ARGUMENT` (another file, a `molecule_info.h5`, several genomes and no `group`),
 * `FILE_INVALID` (as many names as rows or columns are expected), and what `Hdf5CompressedSparseMatrix.open` throws
 * @see 10x Genomics' documentation, "Feature-Barcode Matrices", "HDF5 format"
 */
export async function openTenxMatrix<D extends DType = DType>(
  source: Hdf5Source,
  options: OpenTenxMatrixOptions<D> = {},
): Promise<Hdf5CompressedSparseMatrix<D>> {
  const { group, rowNames = "id", dtype } = checkOptions("openTenxMatrix", options, OPTIONS);
  if (group !== undefined) checkPath(group, "group");
  if (rowNames !== "id" && rowNames !== "name") {
    throw new DelayedArrayError("INVALID_ARGUMENT", `rowNames: got ${String(rowNames)}, expected "id" or "name"`);
  }
  const find = openArrayInFile<D>(source, options, (file, own) => findTenxMatrix(file, group, rowNames, dtype, own));
  return (await find) as Hdf5CompressedSparseMatrix<D>;
}
