/** What kind of failure it was, in the words that the array packages above use as well. */
export type TileDbErrorCode =
  | "NOT_FOUND"
  | "INVALID_ARGUMENT"
  | "DTYPE_UNSUPPORTED"
  | "FILE_INVALID"
  | "FILE_TRUNCATED"
  | "UNSUPPORTED_FEATURE"
  | "LIMIT_EXCEEDED"
  | "IO"
  | "LIBRARY_MISSING";

/** Facts about a failure besides its message. */
export interface TileDbErrorDetails {
  /** The status that the C function returned; absent when the error did not come from a C function. */
  readonly status?: number;
  /** The name of the C function that failed. */
  readonly function?: string;
  /** What caused this error. */
  readonly cause?: unknown;
}

const brand = Symbol.for("libtiledb.TileDbError");

/** The one error that this package throws. For a failed C function the message is TileDB's own. */
export class TileDbError extends Error {
  /** The class's name. */
  override readonly name = "TileDbError";
  /** What went wrong, as one word. */
  readonly code: TileDbErrorCode;
  /** What the function of TileDB returned, if one failed. */
  readonly status: number | undefined;
  /** Which function that was. */
  readonly function: string | undefined;

  constructor(code: TileDbErrorCode, message: string, details: TileDbErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.function = details.function;
    Object.defineProperty(this, brand, { value: true });
  }

  /** True for the errors of any copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && brand in value;
  }
}

/** An argument that cannot be used; nothing was asked of the library. */
export function invalidArgument(message: string): TileDbError {
  return new TileDbError("INVALID_ARGUMENT", message);
}

const OUT_OF_MEMORY = -2;
const BUDGET_UNAVAILABLE = -5;

/**
 * TileDB has one status for nearly every failure, so the kind is read from its message. The first pattern that matches
 * decides; the wording is that of TileDB 2.30.
 */
const patterns: readonly (readonly [TileDbErrorCode, RegExp])[] = [
  // Servers that want other keys say so in words that fit other patterns as well.
  ["IO", /http response code: 40[13]\b|curlCode: /i],
  // An object that is a part of an array is not there.
  [
    "FILE_INVALID",
    /failed to read s3 object .*\/__(?:fragments|schema|meta|commits|fragment_meta)\/.*response code: 404/is,
  ],
  ["NOT_FOUND", /http response code: 404/i],
  ["LIMIT_EXCEEDED", /memory budget|bad_alloc|out of memory|cannot allocate|exceeds? (?:the )?(?:memory|maximum)/i],
  ["IO", /permission denied|access denied|not authorized|read-only file ?system|no space left|timed? ?out|curl/i],
  ["FILE_TRUNCATED", /exceeds file size|past end of|unexpected end|truncated/i],
  // A part of an array is missing, not the array.
  ["FILE_INVALID", /\/__(?:fragments|schema|meta|commits|fragment_meta)\/.*no such file/is],
  // A format version of the future.
  ["UNSUPPORTED_FEATURE", /is newer than (?:the library format version|supported)/i],
  // Filters that do not go with what is written show only then.
  ["INVALID_ARGUMENT", /invalid compression level|invalid key length|only applies to variable length strings/i],
  // What decoding damaged bytes runs into, and offsets that are read from them.
  [
    "FILE_INVALID",
    /filterbuffer error|compressionfilter error|filter error|would overflow buffer|offset > typemax|could not find schema/i,
  ],
  [
    "NOT_FOUND",
    /does not exist|doesn't exist|not found|no such (?:file|attribute|dimension|field|key)|invalid tiledb object|no (?:attribute|dimension|field) (?:named|with)|there is no |unknown (?:attribute|dimension|field)/i,
  ],
  [
    "FILE_INVALID",
    /checksum|corrupt|decompress|deseriali[sz]|magic number|incompatible format version|invalid (?:file|tile|footer|format)|incorrect unfiltered|decryption|encrypt|vector::|basic_string::|length_error/i,
  ],
  ["UNSUPPORTED_FEATURE", /not supported|unsupported|not implemented|built without|not enabled/i],
  ["INVALID_ARGUMENT", /already exists|not set|invalid number of|check failed|must (?:be|have)|out of bounds/i],
  ["IO", /cannot (?:read|write|open) (?:from |to )?file|i\/o|input\/output|connection|network|s3 |azure|gcs/i],
];

/** Functions that mostly touch storage: a failure that no pattern explains is taken for one of storage. */
const storageFunctions =
  /^tiledb_(?:vfs_|object_|query_submit|query_finalize|array_(?:create|close|consolidate|vacuum|put_metadata))/;

/** The kind of failure that a C function reported, from its status and TileDB's message. */
export function codeOfFailure(status: number, message: string, functionName: string): TileDbErrorCode {
  if (status === OUT_OF_MEMORY || status === BUDGET_UNAVAILABLE) return "LIMIT_EXCEEDED";
  for (const [code, pattern] of patterns) if (pattern.test(message)) return code;
  return storageFunctions.test(functionName) ? "IO" : "INVALID_ARGUMENT";
}
