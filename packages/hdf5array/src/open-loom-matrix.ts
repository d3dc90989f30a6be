import type { DType } from "delayedarray";
import { checkOptions } from "delayedarray/internal";
import { findLoomMatrix } from "./formats/loom-matrix.js";
import type { Hdf5DenseArray } from "./hdf5-dense-array.js";
import { openArrayInFile } from "./open-array-in-file.js";
import { checkPath } from "./seeds/open-options.js";
import { type Hdf5Source, SOURCE_OPTIONS, type SourceOptions } from "./source/byte-source.js";

/** How a matrix of a loom file is opened. */
export interface OpenLoomMatrixOptions<D extends DType = DType> extends SourceOptions {
  /** A layer; the main matrix if not given. */
  readonly layer?: string | undefined;
  /** Attribute in `row_attrs` that names the rows; if not given `Gene`, else `Accession` or another usual one. */
  readonly rowNames?: string | undefined;
  /** Attribute in `col_attrs` that names the columns; if not given `CellID` or another usual one. */
  readonly columnNames?: string | undefined;
  /** Converts the values as they are read. */
  readonly dtype?: D | undefined;
}

const OPTIONS = ["layer", "rowNames", "columnNames", "dtype", ...SOURCE_OPTIONS] as const;

/**
 * Opens the matrix or a layer of a loom file: genes x cells, with names as `dimnames`.
 *
 * ```ts
 * const counts = await openLoomMatrix("cortex.loom", { layer: "spliced", rowNames: "Accession" });
 * ```
 *
 * @param source - as for `Hdf5DenseArray.open`
 * @throws `NOT_FOUND` (also a layer or attribute), `INVALID_ARGUMENT` (another file, an attribute of numbers),
 * `FILE_INVALID`, and what `Hdf5DenseArray.open` throws
 * @see Loom file format specification, version 3.0.0
 */
export async function openLoomMatrix<D extends DType = DType>(
  source: Hdf5Source,
  options: OpenLoomMatrixOptions<D> = {},
): Promise<Hdf5DenseArray<D>> {
  const { layer = "", rowNames, columnNames, dtype } = checkOptions("openLoomMatrix", options, OPTIONS);
  checkPath(layer, "layer");
  if (rowNames !== undefined) checkPath(rowNames, "rowNames");
  if (columnNames !== undefined) checkPath(columnNames, "columnNames");
  const choice = { layer, rowNames, columnNames };
  return (await openArrayInFile<D>(source, options, (file, own) =>
    findLoomMatrix(file, choice, dtype, own),
  )) as Hdf5DenseArray<D>;
}
