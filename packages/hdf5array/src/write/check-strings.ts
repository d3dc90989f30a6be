import { DelayedArrayError } from "delayedarray";

/** @throws `INVALID_ARGUMENT` for what is no string, or one with a zero, at which HDF5 would end it */
export function checkStrings(strings: readonly string[], what: string): readonly string[] {
  const at = strings.findIndex((text) => typeof text !== "string" || text.includes("\0"));
  if (at < 0) return strings;
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${what}: entry ${at} is ${JSON.stringify(strings[at])}, expected a string without the character U+0000, at which HDF5 ends strings`,
  );
}
