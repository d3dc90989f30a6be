import { DelayedArrayError } from "delayedarray";
import type { Hdf5File } from "../file/hdf5-file.js";
import { joinPath, missing, where } from "../file/locate.js";
import type { SourceReadOptions } from "../source/byte-source.js";
import { encodingOf } from "./anndata-encoding.js";
import { attributeText, attributeTexts } from "./attribute-texts.js";
import { type H5adColumn, readH5adColumn } from "./h5ad-column.js";
import { readCompoundFrame, readCompoundIndex } from "./h5ad-compound.js";
import { type H5adFrame, pick, textsOf } from "./h5ad-frame.js";

/** Names under which an index without a name is stored. */
const NAMELESS = new Set(["_index", "index"]);

/**
 * Reads a data frame.
 *
 * @param wanted - names of columns; all of them when it is left out
 * @throws `NOT_FOUND` also for a column, `INVALID_ARGUMENT` for what is no data frame, `FILE_INVALID`
 */
export async function readFrame(
  file: Hdf5File,
  path: string,
  wanted: readonly string[] | undefined,
  options: SourceReadOptions,
): Promise<H5adFrame> {
  if ((await file.kind(path, options)) === "dataset") return readCompoundFrame(file, path, wanted, options);
  const indexPath = await indexOf(file, path, options);
  const order = (await attributeTexts(file, path, "column-order", options)) ?? [];
  const name = indexPath.slice(indexPath.lastIndexOf("/") + 1);
  const index = textsOf(await readH5adColumn(file, indexPath, options));
  const columns = new Map<string, H5adColumn>();
  for (const column of pick(wanted, order, where(file, path))) {
    const values = await readH5adColumn(file, joinPath(path, column), options);
    const count = values.kind === "numbers" ? values.values.shape[0] : rowsOf(values);
    if (count !== index.length) {
      throw new DelayedArrayError(
        "FILE_INVALID",
        `${where(file, path)}: the column "${column}" has ${count} rows, but the index has ${index.length}`,
      );
    }
    columns.set(column, values);
  }
  return { index, indexName: NAMELESS.has(name) ? null : name, columns };
}

function rowsOf(column: Exclude<H5adColumn, { kind: "numbers" }>): number {
  return column.kind === "strings" ? column.values.length : column.codes.length;
}

/** Names of the rows of a data frame. @throws as `readFrame` */
export async function readIndex(file: Hdf5File, path: string, options: SourceReadOptions): Promise<readonly string[]> {
  if ((await file.kind(path, options)) === "dataset") return readCompoundIndex(file, path, options);
  return textsOf(await readH5adColumn(file, await indexOf(file, path, options), options));
}

async function indexOf(file: Hdf5File, path: string, options: SourceReadOptions): Promise<string> {
  const kind = await file.kind(path, options);
  if (kind === null) throw await missing(file, path, options);
  const encoding = await encodingOf(file, path, options);
  const index = kind === "group" ? await attributeText(file, path, "_index", options) : null;
  if (index !== null) return joinPath(path, index);
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${where(file, path)} is no data frame: ${encoding === null ? `it is a ${kind} without the attribute "_index"` : `its encoding is ${encoding.text}`}`,
  );
}
