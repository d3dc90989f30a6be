import { DelayedArrayError, type Dimnames, type DType, type ReadOptions } from "delayedarray";
import { checkOptions, isDType, READ_OPTIONS, shown } from "delayedarray/internal";
import type { Datatype, Filter, Layout } from "libtiledb";
import { checkConfig } from "./config.js";
import type { TileDbArrayOptions } from "./open-options.js";

/** Types of dimensions that arrays are written with. */
export type TileDbDimensionType = "int8" | "uint8" | "int16" | "uint16" | "int32" | "uint32" | "int64" | "uint64";

/** How an array is written to TileDB. */
export interface WriteTileDbArrayOptions extends ReadOptions {
  /** The attribute to write; `"x"` by default, as R's TileDBArray has it. `""` is an attribute without a name. */
  readonly attributeName?: string | undefined;
  /**
   * Whether to write a sparse array, which holds the cells that are not zero, of texts those that are not empty; by default
   * whether `x` is sparse.
   */
  readonly sparse?: boolean | undefined;
  /** Element type of the attribute; that of `x` by default. Values are converted as `astype` does. `"string"` is UTF-8 of any length. */
  readonly dtype?: DType | undefined;
  /** Extents of the tiles: one for all axes, or one per axis. By default tiles of at most 2^17 (sparse: 2^20) cells. */
  readonly tile?: number | readonly number[] | undefined;
  /** The first coordinate of the domain: one for all axes, or one per axis; 0 by default (R begins with 1). */
  readonly domainStart?: number | bigint | readonly (number | bigint)[] | undefined;
  /** The order of cells within a tile; `"row-major"` by default. `"hilbert"` is for sparse arrays. */
  readonly cellOrder?: Layout | undefined;
  /** The order of tiles; `"row-major"` by default. */
  readonly tileOrder?: Layout | undefined;
  /** Cells in a data tile of a sparse array; 10,000 by default. */
  readonly capacity?: number | undefined;
  /** What values and coordinates go through before they are stored; zstd by default, `[]` for nothing. */
  readonly filters?: readonly Filter[] | undefined;
  /** Names of the dimensions; `d1`, `d2` … by default. */
  readonly dimensionNames?: readonly string[] | undefined;
  /** Type of the coordinates; by default int32, or int64 where the domain needs it. */
  readonly dimensionType?: TileDbDimensionType | undefined;
  /** Names of the indices, stored in the array's metadata as R's TileDBArray does; those of `x` by default. */
  readonly dimnames?: Dimnames | null | undefined;
  /**
   * Extents to reserve, for `mode: "append"` later: the domain is as large as this, and the part of it in use (its current
   * domain) is as large as `x`.
   */
  readonly maxShape?: readonly number[] | undefined;
  /**
   * `"create"`, the default, writes a new array where there is nothing; `"replace"` also where there is an array, which stays
   * as it is until the new one is complete; `"append"` adds `x` to an array along `axis`.
   */
  readonly mode?: "create" | "replace" | "append" | undefined;
  /**
   * Appending: the axis along which `x` is added; 0 by default. Of a stream: the axis along which blocks that do not say where
   * they belong follow each other.
   */
  readonly axis?: number | undefined;
  /**
   * Appending: the index along `axis` at which `x` begins. By default where the current domain ends or, in a dense array
   * without one, where what was written ends. Where it lies over what there is, sparse arrays keep cells that `x` has no cell for.
   */
  readonly at?: number | undefined;
  /** Of a stream of blocks: the extents of the array that they make, or of what is added. */
  readonly shape?: readonly number[] | undefined;
  /** Whether the fragments are joined in the end, and those that they were joined from deleted. */
  readonly consolidate?: boolean | undefined;
  /** How many blocks are written at the same time; 2 by default. */
  readonly concurrency?: number | undefined;
  /** TileDB's settings by name, such as `{ "vfs.s3.region": "eu-west-1" }`. */
  readonly config?: TileDbArrayOptions["config"];
}

/** What a new array is made with, and an array that is added to has already. */
const OF_NEW_ARRAYS = [
  "sparse",
  "tile",
  "domainStart",
  "cellOrder",
  "tileOrder",
  "capacity",
  "filters",
  "dimensionNames",
  "dimensionType",
  "dimnames",
  "maxShape",
] as const satisfies readonly (keyof WriteTileDbArrayOptions)[];

const NAMES = [
  ...OF_NEW_ARRAYS,
  "attributeName",
  "dtype",
  "mode",
  "axis",
  "at",
  "shape",
  "consolidate",
  "concurrency",
  "config",
  ...READ_OPTIONS,
] as const satisfies readonly (keyof WriteTileDbArrayOptions)[];

const WHERE = "writeTileDbArray";

/** @throws `INVALID_ARGUMENT` for options of the wrong type, or that do not go together */
export function checkWriteOptions(options: WriteTileDbArrayOptions): WriteTileDbArrayOptions {
  checkOptions(WHERE, options, NAMES);
  const { mode = "create", dtype, concurrency, capacity, axis, at } = options;
  if (!["create", "replace", "append"].includes(mode)) {
    throw invalid(`mode ${JSON.stringify(mode)}: expected "create", "replace" or "append"`);
  }
  if (dtype !== undefined && !isDType(dtype)) throw invalid(`dtype ${String(dtype)}: expected the name of a dtype`);
  checkNames(options);
  checkChoices(options);
  checkCount("concurrency", concurrency, 1);
  checkCount("capacity", capacity, 1);
  checkCount("axis", axis, 0);
  checkCount("at", at, 0);
  for (const name of ["sparse", "consolidate"] as const) {
    const flag = options[name];
    if (flag !== undefined && typeof flag !== "boolean")
      throw invalid(`${name} ${String(flag)}: expected true or false`);
  }
  const others: readonly (keyof WriteTileDbArrayOptions)[] =
    mode === "append" ? OF_NEW_ARRAYS : options.shape === undefined ? ["axis", "at"] : ["at"];
  const given = others.find((name) => options[name] !== undefined);
  if (given !== undefined) {
    throw invalid(
      `${given} cannot be given with mode "${mode}": ${mode === "append" ? "the array has its own" : 'it is for "append"'}`,
    );
  }
  return options;
}

/** @throws `INVALID_ARGUMENT` for what callers without types may give for names and for lists and objects */
function checkNames({ attributeName, dimensionNames, filters, config }: WriteTileDbArrayOptions): void {
  if (attributeName !== undefined && typeof attributeName !== "string") {
    throw invalid(`attributeName ${shown(attributeName)}: expected a string`);
  }
  if (dimensionNames !== undefined && !(isList(dimensionNames) && dimensionNames.every(isString))) {
    throw invalid(`dimensionNames ${shown(dimensionNames)}: expected strings, one per axis`);
  }
  if (filters !== undefined && !(isList(filters) && filters.every((one) => isString((one as Filter | null)?.type)))) {
    throw invalid(`filters ${shown(filters)}: expected a list of filters, such as { type: "zstd" }`);
  }
  checkConfig(config, WHERE);
}

function checkChoices({ cellOrder, tileOrder }: WriteTileDbArrayOptions): void {
  const ordered: readonly string[] = ["row-major", "column-major"];
  if (cellOrder !== undefined && ![...ordered, "hilbert"].includes(cellOrder)) {
    throw invalid(`cellOrder ${shown(cellOrder)}: expected "row-major", "column-major" or "hilbert"`);
  }
  if (tileOrder !== undefined && !ordered.includes(tileOrder)) {
    throw invalid(`tileOrder ${shown(tileOrder)}: expected "row-major" or "column-major"`);
  }
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function checkCount(name: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return;
  throw invalid(`${name} ${String(value)}: expected an integer of at least ${least}`);
}

/** One value per axis, from one for all or one for each. @throws `SHAPE_MISMATCH` */
export function perAxis<T>(name: string, value: T | readonly T[], rank: number): readonly T[] {
  const values: readonly T[] = Array.isArray(value) ? value : new Array<T>(rank).fill(value as T);
  if (values.length === rank) return values;
  throw new DelayedArrayError(
    "SHAPE_MISMATCH",
    `${WHERE}: ${name} has ${values.length} entries, expected ${rank}, one per axis`,
  );
}

/** An error of the caller's options. */
export function invalid(message: string): DelayedArrayError {
  return new DelayedArrayError("INVALID_ARGUMENT", `${WHERE}: ${message}`);
}

/** The datatype of attributes for values of a dtype: all have the same name, but texts, which are UTF-8. */
export function datatypeOfDType(dtype: DType): Datatype {
  return dtype === "string" ? "string_utf8" : dtype;
}
