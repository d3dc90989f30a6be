import { DelayedArrayError, NdArray } from "delayedarray";
import { decoderOf } from "../decode/decoder.js";
import type { Hdf5File } from "../file/hdf5-file.js";
import { absolutePath, joinPath, openDataset, where } from "../file/locate.js";
import { describeType, type Hdf5Field } from "../format/hdf5-type.js";
import type { SourceReadOptions } from "../source/byte-source.js";
import { categorical, type H5adColumn, levelsOf, readH5adColumn } from "./h5ad-column.js";
import { type H5adFrame, pick, textsOf } from "./h5ad-frame.js";
import { readBytes } from "./read-values.js";

/** A table whose rows are the elements of a dataset, before anndata 0.7. */
interface Table {
  readonly path: string;
  readonly rows: number;
  readonly rowBytes: number;
  readonly fields: readonly Hdf5Field[];
  readonly bytes: Uint8Array;
}

/**
 * Reads a data frame as anndata wrote it before 0.7: one dataset of compound elements, the index among its fields; the
 * categories of a column are in `uns/NAME_categories`.
 *
 * @throws `NOT_FOUND` for a column, `INVALID_ARGUMENT` for other elements, `DTYPE_UNSUPPORTED`
 */
export async function readCompoundFrame(
  file: Hdf5File,
  path: string,
  wanted: readonly string[] | undefined,
  options: SourceReadOptions,
): Promise<H5adFrame> {
  const table = await readTable(file, path, options);
  const index = indexField(table);
  const names = table.fields.filter((field) => field !== index).map(({ name }) => name);
  const columns = new Map<string, H5adColumn>();
  for (const name of pick(wanted, names, where(file, path))) {
    const field = table.fields.find((one) => one.name === name)!;
    columns.set(name, await withCategories(file, path, name, await fieldColumn(file, table, field, options), options));
  }
  const texts =
    index === undefined
      ? Array.from({ length: table.rows }, (_, row) => String(row))
      : textsOf(await fieldColumn(file, table, index, options));
  return { index: texts, indexName: null, columns };
}

/** Names of the rows of such a data frame. */
export async function readCompoundIndex(
  file: Hdf5File,
  path: string,
  options: SourceReadOptions,
): Promise<readonly string[]> {
  const table = await readTable(file, path, options);
  const index = indexField(table);
  if (index !== undefined) return textsOf(await fieldColumn(file, table, index, options));
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${where(file, path)} has no field "index": its fields are ${table.fields.map(({ name }) => JSON.stringify(name)).join(", ")}`,
  );
}

function indexField({ fields }: Table): Hdf5Field | undefined {
  return fields.find(({ name }) => name === "index" || name === "_index");
}

async function readTable(file: Hdf5File, path: string, options: SourceReadOptions): Promise<Table> {
  const dataset = await openDataset(file, path, options);
  const { type, shape } = dataset.info;
  if (type.kind !== "compound" || shape?.length !== 1) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${where(file, path)} is no data frame: it is a dataset of ${shape?.length ?? "no"} dimensions of ${describeType(type)}`,
    );
  }
  const bytes = await readBytes(file, dataset, options);
  return { path, rows: shape[0]!, rowBytes: type.size, fields: type.fields, bytes };
}

async function fieldColumn(
  file: Hdf5File,
  { path, rows, rowBytes, bytes }: Table,
  { name, type, offset }: Hdf5Field,
  options: SourceReadOptions,
): Promise<H5adColumn> {
  const own = new Uint8Array(rows * type.size);
  for (let row = 0; row < rows; row++) {
    const from = row * rowBytes + offset;
    own.set(bytes.subarray(from, from + type.size), row * type.size);
  }
  if (type.kind === "string") return { kind: "strings", values: await file.texts(path, type, own, options) };
  const [element, extents] = type.kind === "array" ? [type.element, type.extents] : [type, []];
  const decoder = decoderOf(element, `${where(file, path)}, field "${name}"`);
  const data = decoder.decode(own).slice();
  return { kind: "numbers", values: new NdArray({ data, shape: [rows, ...extents], dtype: decoder.dtype } as never) };
}

async function withCategories(
  file: Hdf5File,
  path: string,
  name: string,
  column: H5adColumn,
  options: SourceReadOptions,
): Promise<H5adColumn> {
  if (column.kind !== "numbers" || !/^u?int/.test(column.values.dtype)) return column;
  const root = path.slice(0, path.lastIndexOf("/"));
  const categories = joinPath(absolutePath(root), `uns/${name}_categories`);
  if ((await file.kind(categories, options)) !== "dataset") return column;
  const levels = levelsOf(await readH5adColumn(file, categories, options), where(file, categories));
  return categorical(column.values, levels, false, where(file, path));
}
