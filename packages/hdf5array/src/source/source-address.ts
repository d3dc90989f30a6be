import { DelayedArrayError } from "delayedarray";
import type { Hdf5Source } from "./byte-source.js";

/** The path or URL by which a source can be opened again; `null` for what only this process holds. */
export function sourceAddress(source: Hdf5Source): string | null {
  if (typeof source === "string") return source;
  return source instanceof URL ? source.href : null;
}

/** @throws `UNSUPPORTED_FEATURE` for a source without an address */
export function checkAddress(address: string | null, name: string): string {
  if (address !== null) return address;
  throw new DelayedArrayError(
    "UNSUPPORTED_FEATURE",
    `recipe of ${name}: it cannot be opened again elsewhere; open the file by its path or URL`,
  );
}

/** The source at an address: a URL where it is one. */
export function sourceAt(address: string): string | URL {
  return /^(https?|file):\/\//i.test(address) ? new URL(address) : address;
}
