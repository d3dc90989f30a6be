import { brand } from "./brand.js";

/**
 * What went wrong, as one word that code can switch on.
 *
 * - `NOT_FOUND`: a file, object or attribute that does not exist (also HTTP 404)
 * - `INVALID_ARGUMENT`: an argument that no array would accept
 * - `SHAPE_MISMATCH`: lengths or ranks that do not fit each other
 * - `INDEX_OUT_OF_RANGE`: an index beyond its axis
 * - `DTYPE_UNSUPPORTED`: a dtype that the operation, or the library, does not take
 * - `FILE_INVALID`, `FILE_TRUNCATED`: content that contradicts its format, or ends early
 * - `UNSUPPORTED_FEATURE`: a filter, layout or encoding that is not available
 * - `LIMIT_EXCEEDED`: more than fits in memory or in a number
 * - `IO`: reading or writing failed
 * - `LIBRARY_MISSING`: a native or optional library is not installed
 */
export type ErrorCode =
  | "NOT_FOUND"
  | "INVALID_ARGUMENT"
  | "SHAPE_MISMATCH"
  | "INDEX_OUT_OF_RANGE"
  | "DTYPE_UNSUPPORTED"
  | "FILE_INVALID"
  | "FILE_TRUNCATED"
  | "UNSUPPORTED_FEATURE"
  | "LIMIT_EXCEEDED"
  | "IO"
  | "LIBRARY_MISSING";

/**
 * The one error class of this project: every error thrown on purpose is one, with a `code` to switch on, a message that
 * says what was given, what was expected and where, and the original error as `cause`.
 */
export class DelayedArrayError extends Error {
  /** What went wrong, as one word. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DelayedArrayError";
    this.code = code;
  }
}
brand(DelayedArrayError, "delayedarray.DelayedArrayError");
