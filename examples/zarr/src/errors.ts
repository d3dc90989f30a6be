import { DelayedArrayError, type ErrorCode } from "delayedarray";
import { isZarritaError } from "zarrita";

const codes: Readonly<Record<string, ErrorCode>> = {
  NotFoundError: "NOT_FOUND",
  InvalidMetadataError: "FILE_INVALID",
  CodecPipelineError: "FILE_INVALID",
  UnknownCodecError: "UNSUPPORTED_FEATURE",
  UnsupportedError: "UNSUPPORTED_FEATURE",
};

/** Throws zarrita's error as one with a code, and anything else, such as the reason of a signal, as it is. */
export function translated(error: unknown): never {
  if (!isZarritaError(error)) throw error;
  throw new DelayedArrayError(codes[error.name] ?? "IO", error.message, { cause: error });
}
