import type { DType } from "delayedarray";
import type { Hdf5File } from "./file/hdf5-file.js";
import { openHdf5File } from "./file/open-file.js";
import { OpenedSource } from "./file/opened-source.js";
import type { ArrayInFile } from "./formats/array-in-file.js";
import { Hdf5CompressedSparseMatrix } from "./hdf5-compressed-sparse-matrix.js";
import { Hdf5DenseArray } from "./hdf5-dense-array.js";
import { sourceOptions } from "./seeds/open-options.js";
import type { Hdf5Source, SourceOptions } from "./source/byte-source.js";

/** Opens a file once, looks into it, and opens the array that was found there; the array then closes the file. */
export async function openArrayInFile<D extends DType>(
  source: Hdf5Source,
  options: SourceOptions,
  find: (file: Hdf5File, options: SourceOptions) => Promise<ArrayInFile<D>>,
): Promise<Hdf5DenseArray<D> | Hdf5CompressedSparseMatrix<D>> {
  const file = await openHdf5File(source, options);
  try {
    const found = await find(file, sourceOptions(options));
    const opened = new OpenedSource(file, source, found.findings) as unknown as Hdf5Source;
    return found.kind === "dense"
      ? await Hdf5DenseArray.open(opened, found.path, found.options)
      : await Hdf5CompressedSparseMatrix.open(opened, found.path, found.options);
  } catch (error) {
    file.close();
    throw error;
  }
}
