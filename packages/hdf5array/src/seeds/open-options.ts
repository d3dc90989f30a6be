import { DelayedArrayError } from "delayedarray";
import type { SourceOptions } from "../source/byte-source.js";

/** A path of the file among the arguments of `open`. @throws `INVALID_ARGUMENT` for anything but a string */
export function checkPath(path: unknown, what: string): string {
  if (typeof path === "string") return path;
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${what}: got ${path === null ? "null" : typeof path}, expected a path within the file, such as "group/dataset"`,
  );
}

/** @throws `INVALID_ARGUMENT` for anything but a boolean */
export function checkFlag(flag: unknown, what: string): boolean {
  if (typeof flag === "boolean") return flag;
  throw new DelayedArrayError("INVALID_ARGUMENT", `${what}: got ${String(flag)}, expected true or false`);
}

/** @throws `INVALID_ARGUMENT` for anything but an object */
export function checkOptions<O extends SourceOptions>(options: O, what: string): O {
  if (typeof options === "object" && options !== null) return options;
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${what}: got ${String(options)} for the options, expected an object`,
  );
}
