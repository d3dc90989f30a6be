import { DelayedArrayError } from "delayedarray";
import type { Hdf5File } from "../file/hdf5-file.js";
import { where } from "../file/locate.js";
import type { SourceReadOptions } from "../source/byte-source.js";
import { attributeText } from "./attribute-texts.js";

/**
 * Every encoding that anndata 0.7 to 0.13 writes, and the newest version of each that there is.
 *
 * @see anndata's documentation, "On-disk format", and `anndata/_io/specs/methods.py`, whose registry lists them
 */
const NEWEST: ReadonlyMap<string, string> = new Map([
  ["anndata", "0.1.0"],
  ["array", "0.2.0"],
  ["awkward-array", "0.1.0"],
  ["bytes", "0.2.0"],
  ["categorical", "0.2.0"],
  ["csc_matrix", "0.1.0"],
  ["csr_matrix", "0.1.0"],
  ["dataframe", "0.2.0"],
  ["dict", "0.1.0"],
  ["null", "0.1.0"],
  ["nullable-boolean", "0.1.0"],
  ["nullable-integer", "0.1.0"],
  ["nullable-string-array", "0.1.0"],
  ["numeric-scalar", "0.2.0"],
  ["raw", "0.1.0"],
  ["rec-array", "0.2.0"],
  ["string", "0.2.0"],
  ["string-array", "0.2.0"],
]);

/** How anndata says that something is stored. */
export interface AnnDataEncoding {
  readonly type: string;
  /** `null` where it is not said. */
  readonly version: string | null;
  /** For messages: `"csr_matrix" of version 0.1.0`. */
  readonly text: string;
}

/**
 * The encoding of an object; `null` where it says none, as in files before anndata 0.7.
 *
 * @throws `UNSUPPORTED_FEATURE` for one that anndata 0.13 does not have, or a later version: it may mean anything
 */
export async function encodingOf(
  file: Hdf5File,
  path: string,
  options: SourceReadOptions,
): Promise<AnnDataEncoding | null> {
  const type = await attributeText(file, path, "encoding-type", options);
  if (type === null || type === "") return null;
  const version = await attributeText(file, path, "encoding-version", options);
  const text = `${JSON.stringify(type)}${version === null ? "" : ` of version ${version}`}`;
  const newest = NEWEST.get(type);
  if (newest === undefined) {
    throw new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `${where(file, path)} has the encoding ${text}; known are those of anndata up to 0.13: ${[...NEWEST.keys()].join(", ")}`,
    );
  }
  if (version !== null && isLater(version, newest)) {
    throw new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `${where(file, path)} has the encoding ${text}; known is that of anndata up to 0.13, version ${newest}`,
    );
  }
  return { type, version, text };
}

/** Whether a version comes after another one; numbers that are none count as 0. */
function isLater(version: string, than: string): boolean {
  const [these, those] = [version, than].map((one) => one.split(".").map((part) => Number.parseInt(part, 10) || 0));
  const at = these!.findIndex((part, i) => part !== (those![i] ?? 0));
  return at >= 0 && these![at]! > (those![at] ?? 0);
}
