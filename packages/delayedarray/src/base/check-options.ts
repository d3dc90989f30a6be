import { DelayedArrayError } from "./errors.js";
import { nearestName } from "./nearest-name.js";
import { shown } from "./shown.js";

/** The names of {@link ReadOptions}: what every call that reads values takes. */
export const READ_OPTIONS = ["signal", "onProgress", "bufferSize"] as const;

/** What is expected of options that many calls have; `undefined` when a value is that. */
const CHECKS: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  // By what it does, not by instanceof: a signal may come from another realm, or from a library.
  signal: (value) => (isSignal(value) ? undefined : "an AbortSignal"),
  onProgress: (value) => (typeof value === "function" ? undefined : "a function"),
  bufferSize: (value) =>
    typeof value === "number" && value >= 1 && value < Number.POSITIVE_INFINITY
      ? undefined
      : "a number of bytes, at least 1",
  maxBytes: (value) => (typeof value === "number" && value >= 0 ? undefined : "a number of bytes, at least 0"),
};

/** Those for which `null` means that they are not given. */
const NULLABLE = new Set(["bufferSize", "maxBytes"]);

/**
 * The names of all options of a type: a list that lacks one does not compile, so that a new option is not refused for want of
 * a place in the list.
 */
export type OptionNames<O extends object, N extends readonly string[]> = readonly (keyof O & string)[] &
  ([Exclude<keyof O, N[number]>] extends [never] ? unknown : { readonly lacks: Exclude<keyof O, N[number]> });

/**
 * Checks what a public function got as its options: they are an object, with none but the options that there are, and
 * those that many functions have are of the right kind. Values that are `undefined` are not given.
 *
 * @param what - the function, for the message
 * @param names - the options that it has: all of them
 * @throws `INVALID_ARGUMENT` naming the option, the one that was probably meant, and those that there are
 */
export function checkOptions<O extends object, const N extends readonly string[]>(
  what: string,
  options: O,
  names: N & OptionNames<O, N>,
): O {
  const known: readonly string[] = names;
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${what}: expected an object with options (${known.join(", ")}), got ${shown(options)}`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (!known.includes(name)) {
      const nearest = nearestName(name, known);
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `${what}: there is no option ${name} (${shown(value)} was given), only ${known.join(", ")}` +
          (nearest === undefined ? "" : `; did you mean ${nearest}?`),
      );
    }
    const expected = value === null && NULLABLE.has(name) ? undefined : CHECKS[name]?.(value);
    if (expected !== undefined) {
      throw new DelayedArrayError("INVALID_ARGUMENT", `${what}: ${name} ${shown(value)}: expected ${expected}`);
    }
  }
  return options;
}

function isSignal(value: unknown): boolean {
  const signal = value as Partial<AbortSignal> | null;
  return (
    typeof signal === "object" &&
    signal !== null &&
    typeof signal.aborted === "boolean" &&
    typeof signal.addEventListener === "function" &&
    typeof signal.removeEventListener === "function" &&
    typeof signal.throwIfAborted === "function"
  );
}
