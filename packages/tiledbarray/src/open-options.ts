import { DelayedArrayError } from "delayedarray";
import { checkOptions, shown } from "delayedarray/internal";
import { checkConfig } from "./config.js";

const OPEN = "TileDbArray.open";

/** Milliseconds since 1970, or a date. */
export type TileDbTimestamp = number | bigint | Date;

/** What a dense array gives for cells that were never written. */
export type Missing = "fill" | "mask" | "zero";

/** How a TileDB array is opened. */
export interface TileDbArrayOptions {
  /** The attribute to read; by default the only or first one. `""` is the attribute without a name. */
  readonly attributeName?: string | undefined;
  /** Time travel: what was written until then, inclusive; or `[since, until]`. */
  readonly timestamp?: TileDbTimestamp | readonly [since: TileDbTimestamp, until: TileDbTimestamp] | undefined;
  /** TileDB's settings by name, such as `{ "vfs.s3.region": "eu-west-1" }`. */
  readonly config?: Readonly<Record<string, string | number | bigint | boolean>> | undefined;
  /**
   * What cells of a dense array that were never written are: the attribute's fill value (`"fill"`, the default), missing
   * (`"mask"`) or 0 (`"zero"`). What TileDB gives does not tell them from others, so a cell that holds exactly the fill
   * value counts as never written. Absent cells of a sparse array are 0.
   */
  readonly missing?: Missing | undefined;
  /**
   * Extents to use of the domain, counted from its start; or `"written"`: the box of what was written, which then index 0
   * is the start of. By default the current domain where one is set, else the domain.
   */
  readonly shape?: readonly number[] | "written" | undefined;
  /** Stops the opening. */
  readonly signal?: AbortSignal | undefined;
}

const NAMES = ["attributeName", "timestamp", "config", "missing", "shape", "signal"] as const;

/** @throws `INVALID_ARGUMENT` for options that there are not, or of the wrong type; what depends on the array is checked later */
export function checkOpenOptions(options: TileDbArrayOptions): TileDbArrayOptions {
  checkOptions(OPEN, options, NAMES);
  const { attributeName, config, missing, shape } = options;
  if (attributeName !== undefined && typeof attributeName !== "string") {
    throw invalid(`attributeName is ${shown(attributeName)}, expected a string`);
  }
  checkConfig(config, OPEN);
  if (missing !== undefined && !["fill", "mask", "zero"].includes(missing)) {
    throw invalid(`missing is ${shown(missing)}, expected "fill", "mask" or "zero"`);
  }
  if (shape !== undefined && shape !== "written" && !Array.isArray(shape)) {
    throw invalid(`shape is ${shown(shape)}, expected one extent per dimension, or "written"`);
  }
  return options;
}

/** @throws `INVALID_ARGUMENT` for anything but a string */
export function checkUri(uri: unknown, what: string): string {
  if (typeof uri === "string" && uri !== "") return uri;
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${what}: the URI is ${shown(uri)}, expected the path or URI of an array`,
  );
}

/** The times between which an array is read. @throws `INVALID_ARGUMENT` */
export function timestampsOf(timestamp: TileDbArrayOptions["timestamp"]): {
  timestampStart?: bigint;
  timestamp?: bigint;
} {
  if (timestamp === undefined) return {};
  if (!isPair(timestamp)) return { timestamp: milliseconds(timestamp) };
  if (timestamp.length !== 2) throw invalid(`timestamp has ${timestamp.length} entries, expected [since, until]`);
  const [since, until] = [milliseconds(timestamp[0]), milliseconds(timestamp[1])];
  if (since > until) throw invalid(`timestamp [${since}, ${until}] ends before it starts`);
  return { timestampStart: since, timestamp: until };
}

/** Times as plain JSON: milliseconds. */
export function timestampJson(timestamp: NonNullable<TileDbArrayOptions["timestamp"]>): number | number[] {
  // Nothing is written later than the largest safe integer.
  const plain = (time: TileDbTimestamp) => Math.min(Number(milliseconds(time)), Number.MAX_SAFE_INTEGER);
  return isPair(timestamp) ? timestamp.map(plain) : plain(timestamp);
}

function isPair(
  timestamp: NonNullable<TileDbArrayOptions["timestamp"]>,
): timestamp is readonly [TileDbTimestamp, TileDbTimestamp] {
  return Array.isArray(timestamp);
}

function milliseconds(timestamp: TileDbTimestamp): bigint {
  const value = timestamp instanceof Date ? timestamp.getTime() : timestamp;
  // TileDB would take the last 64 bits of a larger one.
  if (typeof value === "bigint" ? BigInt.asUintN(64, value) === value : Number.isSafeInteger(value) && value >= 0)
    return BigInt(value);
  throw invalid(
    `timestamp ${timestamp instanceof Date ? String(timestamp) : shown(timestamp)} is not a whole number of milliseconds since 1970, nor a date`,
  );
}

function invalid(message: string): DelayedArrayError {
  return new DelayedArrayError("INVALID_ARGUMENT", `${OPEN}: ${message}`);
}
