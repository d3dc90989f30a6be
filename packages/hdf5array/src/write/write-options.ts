import { DelayedArrayError, type DType, type ReadOptions } from "delayedarray";
import { itemSize, READ_OPTIONS, shown } from "delayedarray/internal";
import type { ElementType, Filters } from "./hdf5-output.js";

/**
 * What to do where there is something already.
 *
 * - `"create"`: a file that is there is added to; it is an error if it has an object of that name
 * - `"replace"`: an object of that name is taken away first. Its space in the file is not freed, unless there is nothing
 *   else in the file; `h5repack` frees it
 * - `"append"`: the values are put after those of the object of that name, which is made if there is none
 */
export type WriteMode = "create" | "replace" | "append";

/** What all writers of HDF5 take. */
export interface Hdf5WriteOptions extends ReadOptions {
  /** What to do where there is something already: `"create"` if not given. */
  readonly mode?: WriteMode | undefined;
  /**
   * How chunks are compressed: `"gzip"` if not given, which every reader of HDF5 knows. Strings are never compressed: HDF5
   * has no filters for them.
   */
  readonly compression?: "gzip" | "none" | undefined;
  /** Level of gzip: 0 (none) to 9 (best); 4 if not given. */
  readonly level?: number | undefined;
  /**
   * Whether bytes of the same significance are put together before they are compressed, which makes numbers smaller; the
   * default is to do so where something is compressed that has more than a byte.
   */
  readonly shuffle?: boolean | undefined;
  /** Whether chunks get a checksum, by which damage is noticed; not if not given. */
  readonly fletcher32?: boolean | undefined;
}

/** The names of {@link Hdf5WriteOptions}. */
export const WRITE_OPTIONS = ["mode", "compression", "level", "shuffle", "fletcher32", ...READ_OPTIONS] as const;

const MODES: readonly WriteMode[] = ["create", "replace", "append"];
const COMPRESSIONS = ["gzip", "none"] as const;
const LEVEL = 4;

/** @throws `INVALID_ARGUMENT` */
export function checkMode(mode: WriteMode = "create"): WriteMode {
  if (MODES.includes(mode)) return mode;
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `mode: got ${shown(mode)}, expected one of ${MODES.map((one) => JSON.stringify(one)).join(", ")}`,
  );
}

/**
 * The filters that options ask for.
 *
 * @throws `INVALID_ARGUMENT`
 */
export function filtersOf(options: Hdf5WriteOptions, type: ElementType): Filters {
  const { compression = "gzip", level = LEVEL, shuffle, fletcher32 = false } = options;
  if (!COMPRESSIONS.includes(compression)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `compression: got ${shown(compression)}, expected ${COMPRESSIONS.map((one) => JSON.stringify(one)).join(" or ")}`,
    );
  }
  if (!Number.isInteger(level) || level < 0 || level > 9) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `level: got ${shown(level)}, expected a whole number from 0 to 9`);
  }
  for (const [name, flag] of Object.entries({ shuffle, fletcher32 })) {
    if (flag !== undefined && typeof flag !== "boolean")
      throw new DelayedArrayError("INVALID_ARGUMENT", `${name}: got ${shown(flag)}, expected true or false`);
  }
  if (type === "string") {
    if (options.compression !== "gzip" && shuffle !== true && !fletcher32)
      return { gzip: null, shuffle: false, fletcher32: false };
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      "compression, shuffle, fletcher32: HDF5 has no filters for strings of variable length, as which strings are written",
    );
  }
  const gzip = compression === "gzip" ? level : null;
  return { gzip, shuffle: shuffle ?? (gzip !== null && elementBytes(type) > 1), fletcher32 };
}

/** Bytes that an element takes in the file; of a string of any length, what leads to it. */
export function elementBytes(type: ElementType): number {
  if (typeof type === "object") return type.asciiBytes + 1;
  return type === "string" ? 16 : itemSize(type as DType);
}
