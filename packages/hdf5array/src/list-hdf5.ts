import { DelayedArrayError } from "delayedarray";
import { checkOptions } from "delayedarray/internal";
import { openHdf5File } from "./file/open-file.js";
import { type Hdf5Entry, listTree } from "./formats/hdf5-tree.js";
import { checkPath } from "./seeds/open-options.js";
import { type Hdf5Source, SOURCE_OPTIONS, type SourceOptions } from "./source/byte-source.js";

/** What is listed of a file. */
export interface ListHdf5Options extends SourceOptions {
  /** Path of a group or dataset to begin with; the root if not given. */
  readonly path?: string | undefined;
  /** Levels of groups below it; all of them if not given. */
  readonly depth?: number | undefined;
  /** Called with the number of objects listed so far. An error that it throws ends the listing. */
  readonly onProgress?: ((progress: { readonly objects: number }) => void) | undefined;
}

const OPTIONS = ["path", "depth", "onProgress", ...SOURCE_OPTIONS] as const;

/**
 * Lists what is in an HDF5 file: groups, datasets (shape, dtype, chunks, filters), links, attributes with their values.
 * Values of datasets are not read, and filters need not be available. `formatHdf5Tree` makes a text of it.
 *
 * ```ts
 * console.log(formatHdf5Tree(await listHdf5("pbmc.h5ad")));
 * ```
 *
 * @param source - as for `Hdf5DenseArray.open`
 * @throws `NOT_FOUND`, `INVALID_ARGUMENT`, `FILE_INVALID`, `FILE_TRUNCATED`, `IO`
 */
export async function listHdf5(source: Hdf5Source, options: ListHdf5Options = {}): Promise<Hdf5Entry> {
  const { path = "/", depth = Number.POSITIVE_INFINITY, onProgress } = checkOptions("listHdf5", options, OPTIONS);
  checkPath(path, "path");
  if (typeof depth !== "number" || !(depth >= 0))
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `depth: got ${String(depth)}, expected a number of levels, 0 or more`,
    );
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw new DelayedArrayError("INVALID_ARGUMENT", `onProgress: got ${typeof onProgress}, expected a function`);
  const file = await openHdf5File(source, options);
  try {
    let objects = 0;
    return await listTree(file, path, depth, { ...options, onEntry: () => onProgress?.({ objects: ++objects }) });
  } finally {
    file.close();
  }
}
