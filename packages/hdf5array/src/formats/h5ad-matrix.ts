import { DelayedArrayError, type Dimnames, type DType } from "delayedarray";
import type { Hdf5File } from "../file/hdf5-file.js";
import { absolutePath, joinPath, listNames, missing, where } from "../file/locate.js";
import { detectLayout } from "../seeds/detect.js";
import { H5AD_OPENER } from "../seeds/opener-names.js";
import type { SourceReadOptions } from "../source/byte-source.js";
import { type AnnDataEncoding, encodingOf } from "./anndata-encoding.js";
import { type ArrayInFile, checkFileNames } from "./array-in-file.js";
import { attributeText } from "./attribute-texts.js";
import { rawPath } from "./raw-path.js";
import { readIndex } from "./read-frame.js";

/** Data frames that name the axes of an element, by where the element is; `null` for an axis without names. */
const AXES: readonly (readonly [where: RegExp, frames: readonly [string | null, string | null]])[] = [
  [/^(X|layers\/[^/]+)$/, ["obs", "var"]],
  [/^raw\/X$/, ["obs", "raw/var"]],
  [/^obsm\/[^/]+$/, ["obs", null]],
  [/^varm\/[^/]+$/, ["var", null]],
  [/^raw\/varm\/[^/]+$/, ["raw/var", null]],
  [/^obsp\/[^/]+$/, ["obs", "obs"]],
  [/^varp\/[^/]+$/, ["var", "var"]],
];

const SPARSE = new Set(["csr_matrix", "csc_matrix"]);
const COLUMNS = new Set(["categorical", "nullable-boolean", "nullable-integer", "nullable-string-array"]);

/** Whether a group of a file is an AnnData. */
export async function isAnnData(file: Hdf5File, root: string, options: SourceReadOptions): Promise<boolean> {
  if ((await attributeText(file, root, "encoding-type", options)) === "anndata") return true;
  for (const name of ["obs", "var"]) if ((await file.kind(joinPath(root, name), options)) === null) return false;
  return true;
}

/**
 * Finds a matrix of an h5ad file, with the names of its rows and columns.
 *
 * @param name - `X`, `raw/X`, `layers/NAME` and so on; in an h5mu file after `mod/NAME/`
 * @see anndata's documentation, "On-disk format"
 * @throws `NOT_FOUND`, `INVALID_ARGUMENT` for something else than an h5ad file or than a matrix, `UNSUPPORTED_FEATURE`,
 * `FILE_INVALID`
 */
export async function findH5adMatrix<D extends DType>(
  file: Hdf5File,
  name: string,
  dtype: D | undefined,
  options: SourceReadOptions,
): Promise<ArrayInFile<D>> {
  const [, root = "/", element = ""] = /^(\/mod\/[^/]+)?\/(.*)$/.exec(absolutePath(name)) ?? [];
  if (!(await isAnnData(file, root, options))) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${file.name} is no h5ad file: "${root}" has neither "obs" and "var" nor the encoding-type "anndata"; it holds ${listNames(await file.children("/", options))}`,
    );
  }
  if ((await attributeText(file, root, "encoding-type", options)) === "anndata") await encodingOf(file, root, options);
  const path = await rawPath(file, joinPath(root, element), options);
  const kind = await file.kind(path, options);
  const column = kind === null ? await columnAt(file, path, options) : null;
  if (kind === null && column === null) throw await missing(file, path, options);
  const encoding = kind === null ? null : await encodingOf(file, path, options);
  const shape = column?.shape ?? (await shapeOf(file, path, kind ?? "", encoding, options));
  const frames = AXES.find(([where]) => where.test(element.replace(/^raw\.(?=X$)/, "raw/")))?.[1] ?? [null, null];
  const paths = await Promise.all(
    shape.map((_, axis) => {
      const frame = frames[axis] ?? null;
      return frame === null ? null : rawPath(file, joinPath(root, frame), options);
    }),
  );
  const dimnames = await namesOf(file, paths, options);
  const by = paths.map((one) => one ?? "");
  const format = encoding?.type ?? (kind === "group" ? "sparse" : column === null ? "array" : "column of a table");
  const axes =
    frames[0] === "obs" ? `cells x ${frames[1] === null ? "…" : frames[1] === "obs" ? "cells" : "genes"}` : "";
  const findings = {
    found: `h5ad, ${path.slice(1)} (${format})${axes === "" ? "" : `: ${axes}`}`,
    dimnames: checkFileNames(file, path, shape, dimnames, by),
    opener: H5AD_OPENER,
    arguments: { name, dtype },
  };
  if (column !== null) {
    return { kind: "dense", path: column.table, options: { ...options, dtype, field: column.field }, findings };
  }
  return { kind: kind === "group" ? "sparse" : "dense", path, options: { ...options, dtype }, findings };
}

/** A column of a table, as elements of `obsm` were before anndata 0.6.20. */
interface Column {
  readonly table: string;
  readonly field: string;
  readonly shape: readonly number[];
}

async function columnAt(file: Hdf5File, path: string, options: SourceReadOptions): Promise<Column | null> {
  const cut = path.lastIndexOf("/");
  const table = path.slice(0, cut);
  if (cut === 0 || (await file.kind(table, options)) !== "dataset") return null;
  const { shape, type } = (await file.dataset(table, options)).info;
  const field = type.kind === "compound" ? type.fields.find(({ name }) => name === path.slice(cut + 1)) : undefined;
  if (field === undefined || shape === null) return null;
  return { table, field: field.name, shape: [...shape, ...(field.type.kind === "array" ? field.type.extents : [])] };
}

async function shapeOf(
  file: Hdf5File,
  path: string,
  kind: string,
  encoding: AnnDataEncoding | null,
  options: SourceReadOptions,
): Promise<readonly number[]> {
  const what = where(file, path);
  if (encoding?.type === "dataframe")
    throw new DelayedArrayError("INVALID_ARGUMENT", `${what} is a data frame: readH5adFrame reads it`);
  if (kind === "dataset") {
    const { shape, type } = (await file.dataset(path, options)).info;
    // Complex numbers, which anndata calls an array, are refused as such when they are opened.
    if (type.kind === "compound" && encoding?.type !== "array" && encoding?.type !== "numeric-scalar") {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `${what} is a table with the columns ${type.fields.map((one) => JSON.stringify(one.name)).join(", ")}: readH5adFrame reads it`,
      );
    }
    return shape ?? [];
  }
  if (encoding !== null && !SPARSE.has(encoding.type)) {
    const hint = COLUMNS.has(encoding.type) ? "; readH5adFrame reads the columns of data frames" : "";
    throw new DelayedArrayError(
      encoding.type === "awkward-array" ? "UNSUPPORTED_FEATURE" : "INVALID_ARGUMENT",
      `${what} is no matrix: its encoding is ${encoding.text}, expected array, csr_matrix or csc_matrix${hint}`,
    );
  }
  const { shape } = await detectLayout(file, path, options);
  if (shape !== null) return shape.value;
  const members = kind === "group" ? await file.children(path, options) : [];
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${what} is a ${kind}, no matrix${kind === "group" ? `; it holds ${listNames(members)}` : ""}`,
  );
}

/** Names by the data frames of the axes, each read once. */
async function namesOf(
  file: Hdf5File,
  paths: readonly (string | null)[],
  options: SourceReadOptions,
): Promise<Dimnames> {
  const read = new Map<string, Promise<readonly string[]>>();
  for (const path of paths) if (path !== null && !read.has(path)) read.set(path, readIndex(file, path, options));
  return Promise.all(paths.map((path) => (path === null ? null : read.get(path)!)));
}
