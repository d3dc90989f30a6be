import { DelayedArrayError, NdArray } from "delayedarray";
import type { Hdf5File } from "../file/hdf5-file.js";
import { joinPath, openDataset, where } from "../file/locate.js";
import { toNumbers } from "../seeds/to-numbers.js";
import type { SourceReadOptions } from "../source/byte-source.js";
import { encodingOf } from "./anndata-encoding.js";
import { readNumbers } from "./read-values.js";

/** A column of numbers or booleans. */
export interface NumberColumn {
  /** Tells the kinds of column apart. */
  readonly kind: "numbers";
  /** One value per row; missing ones are in its `mask`. In very old files several, as a second axis. */
  readonly values: NdArray;
}

/** A column of texts. */
export interface StringColumn {
  /** Tells the kinds of column apart. */
  readonly kind: "strings";
  /** One text per row, `null` where it is missing. */
  readonly values: readonly (string | null)[];
}

/** A column of values out of a few, as pandas's Categorical. */
export interface CategoricalColumn {
  /** Tells the kinds of column apart. */
  readonly kind: "categorical";
  /** Per row the number of its level; -1 where it is missing. */
  readonly codes: Int32Array;
  /** What the codes stand for; `bigint`s where the file has integers of 64 bits. */
  readonly levels: readonly (string | number | bigint | boolean)[];
  /** Whether the order of the levels means something. */
  readonly ordered: boolean;
}

/** A column of an h5ad data frame. */
export type H5adColumn = NumberColumn | StringColumn | CategoricalColumn;

/**
 * Reads a column of a data frame in whatever form an anndata wrote it: an array, strings, a categorical (a group of codes
 * and categories; in 0.7 codes with an attribute that refers to the categories), values with a mask.
 *
 * @see anndata's documentation, "On-disk format", "Dataframes", "Categorical arrays", "Nullable integers and booleans"
 * @throws `NOT_FOUND`, `FILE_INVALID`, `UNSUPPORTED_FEATURE` for another encoding
 */
export async function readH5adColumn(file: Hdf5File, path: string, options: SourceReadOptions): Promise<H5adColumn> {
  const kind = await file.kind(path, options);
  const encoding = kind === null ? null : await encodingOf(file, path, options);
  if (kind !== "group") return readVector(file, path, options);
  switch (encoding?.type) {
    case "categorical":
      return readCategorical(file, path, joinPath(path, "codes"), joinPath(path, "categories"), path, options);
    case "nullable-integer":
    case "nullable-boolean":
    case "nullable-string-array":
      return readNullable(file, path, options);
    default:
      throw new DelayedArrayError(
        "UNSUPPORTED_FEATURE",
        `${where(file, path)} is a column with ${encoding === null ? "no encoding-type" : `the encoding ${encoding.text}`}; known are array, string-array, categorical, nullable-integer, nullable-boolean and nullable-string-array`,
      );
  }
}

async function readVector(file: Hdf5File, path: string, options: SourceReadOptions): Promise<H5adColumn> {
  const { info } = await openDataset(file, path, options);
  if (info.type.kind === "string") return { kind: "strings", values: (await file.strings(path, options)).values };
  if ((await file.attribute(path, "categories", options)) === null)
    return { kind: "numbers", values: await readNumbers(file, path, options) };
  // The attribute refers to it; its place is always the same.
  const cut = path.lastIndexOf("/");
  const categories = joinPath(joinPath(path.slice(0, cut), "__categories"), path.slice(cut + 1));
  return readCategorical(file, path, path, categories, categories, options);
}

async function readCategorical(
  file: Hdf5File,
  path: string,
  codesPath: string,
  categoriesPath: string,
  orderedOf: string,
  options: SourceReadOptions,
): Promise<CategoricalColumn> {
  const levels = levelsOf(await readH5adColumn(file, categoriesPath, options), where(file, categoriesPath));
  const ordered = await file.attribute(orderedOf, "ordered", options);
  const isOrdered = ordered?.value.some((byte: number | string) => byte !== 0) ?? false;
  return categorical(await readNumbers(file, codesPath, options), levels, isOrdered, where(file, path));
}

/** @throws `FILE_INVALID` for a code without a level */
export function categorical(
  codes: NdArray,
  levels: CategoricalColumn["levels"],
  ordered: boolean,
  what: string,
): CategoricalColumn {
  const numbers = Int32Array.from(toNumbers(codes.data as Int32Array));
  const wrong = numbers.findIndex((code) => code < -1 || code >= levels.length);
  if (wrong >= 0) {
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${what}: code ${wrong} is ${codes.data[wrong]}, but there are ${levels.length} categories`,
    );
  }
  return { kind: "categorical", codes: numbers, levels, ordered };
}

/** The values of a column of levels, which cannot be missing. */
export function levelsOf(column: H5adColumn, what: string): CategoricalColumn["levels"] {
  if (column.kind === "strings" && !column.values.includes(null)) return column.values as readonly string[];
  if (column.kind === "numbers") return column.values.toNested() as (number | bigint | boolean)[];
  throw new DelayedArrayError("FILE_INVALID", `${what}: categories cannot be missing or categories themselves`);
}

async function readNullable(file: Hdf5File, path: string, options: SourceReadOptions): Promise<H5adColumn> {
  const values = await readVector(file, joinPath(path, "values"), options);
  const mask = await readNumbers(file, joinPath(path, "mask"), options);
  const count = values.kind === "numbers" ? values.values.size : values.kind === "strings" ? values.values.length : -1;
  if (count !== mask.size) {
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${where(file, path)}: "mask" has ${mask.size} entries, but "values" has ${count}`,
    );
  }
  const missing = Uint8Array.from(mask.data as Uint8Array, (one) => (one === 0 ? 0 : 1));
  if (values.kind === "strings")
    return { kind: "strings", values: values.values.map((text, row) => (missing[row] ? null : text)) };
  const { data, shape, dtype } = (values as NumberColumn).values;
  return { kind: "numbers", values: new NdArray({ data, shape, dtype, mask: missing } as never) };
}
