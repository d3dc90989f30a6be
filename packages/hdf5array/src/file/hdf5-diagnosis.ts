import { DelayedArrayError, type ErrorCode } from "delayedarray";

/** What HDF5's messages mean; the first that is found anywhere in the stack counts. */
const MEANINGS: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [
    /truncated file|unable to read superblock|addr overflow|end of (?:the )?file/i,
    "FILE_TRUNCATED",
    "the file ends too early",
  ],
  [/required filter '.*' is not registered|can't find plugin/i, "UNSUPPORTED_FEATURE", "a filter is not available"],
  [/external raw data file/i, "UNSUPPORTED_FEATURE", "its values are in another file, which cannot be read"],
  [/already open for (?:write|read)|unable to lock file/i, "IO", "the file is in use"],
  [/allocation failed for raw data chunk/i, "LIMIT_EXCEEDED", "a chunk does not fit in memory"],
  [/filter returned failure|inflate\(\) failed|checksum|fletcher/i, "FILE_INVALID", "a chunk is damaged"],
];

/**
 * What HDF5 printed, without the one complaint that is no failure: before each read h5wasm asks for little-endian values,
 * which HDF5 refuses for enums. Their bytes then come as they are in the file, and are decoded as such.
 */
export function withoutEnumOrder(diagnosis: string): string {
  if (!diagnosis.includes("H5Tset_order")) return diagnosis;
  const stacks = diagnosis.split(/(?=^HDF5-DIAG)/m);
  return stacks
    .filter((stack) => !/#000:.* in H5Tset_order\(\)[\s\S]*operation not allowed after enum members/.test(stack))
    .join("");
}

/**
 * What HDF5 printed, as a typed error that quotes the innermost message and has the whole as cause.
 *
 * @param where - what was being done: file and object
 * @param diagnosis - HDF5's error stack: lines `#003: file.c line 12 in H5Dread(): what went wrong`
 */
export function diagnosed(where: string, diagnosis: string, cause?: unknown): DelayedArrayError {
  const messages = [...diagnosis.matchAll(/#\d{3}:.*? line \d+ in [^:]*\(\): (.*)/g)].map(([, message]) =>
    message!.trim(),
  );
  const [, code, meaning] = MEANINGS.find(([pattern]) => pattern.test(diagnosis)) ?? [
    null,
    "FILE_INVALID" as const,
    "the file is damaged",
  ];
  const detail = messages.at(-1) ?? diagnosis.trim().split("\n")[0] ?? "";
  return new DelayedArrayError(code, `${where}: ${meaning} (HDF5: ${detail})`, {
    cause: new Error(diagnosis.trim(), { cause }),
  });
}
