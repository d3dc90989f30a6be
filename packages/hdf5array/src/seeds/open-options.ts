import { DelayedArrayError } from "delayedarray";
import { SOURCE_OPTIONS, type SourceOptions } from "../source/byte-source.js";

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

/** The options of what opens a file that are about the file itself, without those of the call. */
export function sourceOptions(options: SourceOptions): SourceOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => (SOURCE_OPTIONS as readonly string[]).includes(name)),
  );
}
