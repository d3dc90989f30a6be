import type { DType } from "delayedarray";
import { checkOptions } from "delayedarray/internal";
import { findH5adMatrix } from "./formats/h5ad-matrix.js";
import type { Hdf5CompressedSparseMatrix } from "./hdf5-compressed-sparse-matrix.js";
import type { Hdf5DenseArray } from "./hdf5-dense-array.js";
import { openArrayInFile } from "./open-array-in-file.js";
import { checkPath } from "./seeds/open-options.js";
import { type Hdf5Source, SOURCE_OPTIONS, type SourceOptions } from "./source/byte-source.js";

/** How a matrix of an h5ad file is opened. */
export interface OpenH5adMatrixOptions<D extends DType = DType> extends SourceOptions {
  /** Converts the values as they are read. */
  readonly dtype?: D | undefined;
}

const OPTIONS = ["dtype", ...SOURCE_OPTIONS] as const;

/**
 * Opens a matrix of an h5ad file, of any version of anndata: cells x genes as anndata has it, sparse or dense as it is
 * stored, with the names of `obs` and `var` as `dimnames`.
 *
 * ```ts
 * const x = await openH5adMatrix("pbmc.h5ad");
 * const counts = await openH5adMatrix("pbmc.h5ad", "layers/counts");
 * const gene = x.subset([null, "CD3D"]);
 * ```
 *
 * @param source - as for `Hdf5DenseArray.open`
 * @param name - `X` (the default), `raw/X`, `layers/NAME`, `obsm/NAME`, `varm/NAME`, `obsp/NAME`, `varp/NAME` or the path
 * of any other array; of a MuData file `mod/NAME/X` and so on
 * @throws `NOT_FOUND`, `INVALID_ARGUMENT` (another file, or something else than a matrix), `UNSUPPORTED_FEATURE` (awkward
 * arrays), `FILE_INVALID`, and what the `open` of the two classes throws
 * @see anndata's documentation, "On-disk format"
 */
export async function openH5adMatrix<D extends DType = DType>(
  source: Hdf5Source,
  name = "X",
  options: OpenH5adMatrixOptions<D> = {},
): Promise<Hdf5DenseArray<D> | Hdf5CompressedSparseMatrix<D>> {
  const { dtype } = checkOptions("openH5adMatrix", options, OPTIONS);
  checkPath(name, "name");
  return openArrayInFile<D>(source, options, (file, own) => findH5adMatrix(file, name, dtype, own));
}
