import { DelayedArrayError } from "delayedarray";
import { checkOptions } from "delayedarray/internal";
import { absolutePath } from "./file/locate.js";
import { openHdf5File } from "./file/open-file.js";
import type { H5adFrame } from "./formats/h5ad-frame.js";
import { rawPath } from "./formats/raw-path.js";
import { readFrame } from "./formats/read-frame.js";
import { checkPath } from "./seeds/open-options.js";
import { type Hdf5Source, SOURCE_OPTIONS, type SourceOptions } from "./source/byte-source.js";

/** How a data frame is read. */
export interface ReadH5adFrameOptions extends SourceOptions {
  /** Names of the columns to read; all of them if not given. */
  readonly columns?: readonly string[] | undefined;
}

const OPTIONS = ["columns", ...SOURCE_OPTIONS] as const;

/**
 * Reads a data frame of an h5ad file, of any version of anndata, into memory: `obs`, `var`, `raw/var`, one in `obsm` or
 * `uns`. The file is closed again.
 *
 * ```ts
 * const obs = await readH5adFrame("pbmc.h5ad", "obs");
 * const louvain = obs.columns.get("louvain");
 * if (louvain?.kind === "categorical") console.log(louvain.levels[louvain.codes[0]!]);
 * ```
 *
 * @param source - as for `Hdf5DenseArray.open`
 * @param name - path of the data frame
 * @throws `NOT_FOUND` (also a column), `INVALID_ARGUMENT` (no data frame), `UNSUPPORTED_FEATURE` (a column with another
 * encoding, such as an awkward array: leave it out by `columns`), `FILE_INVALID`, `FILE_TRUNCATED`, `IO`
 * @see anndata's documentation, "On-disk format", "Dataframes"
 */
export async function readH5adFrame(
  source: Hdf5Source,
  name: string,
  options: ReadH5adFrameOptions = {},
): Promise<H5adFrame> {
  const { columns } = checkOptions("readH5adFrame", options, OPTIONS);
  const path = absolutePath(checkPath(name, "name"));
  if (columns !== undefined && !(Array.isArray(columns) && columns.every((one) => typeof one === "string")))
    throw new DelayedArrayError("INVALID_ARGUMENT", "columns: expected an array of names of columns");
  const file = await openHdf5File(source, options);
  try {
    return await readFrame(file, await rawPath(file, path, options), columns, options);
  } finally {
    file.close();
  }
}
