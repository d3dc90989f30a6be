import { DelayedArrayError } from "delayedarray";

/** A module of Node's, by way of the process and not by an import, so that a bundler for browsers finds nothing to resolve. */
export function builtin<T>(id: string): T | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (id: string) => T | undefined } };
  return process?.getBuiltinModule?.(id);
}

/** The error for a path where there are no files. */
export function noFiles(path: string): DelayedArrayError {
  return new DelayedArrayError(
    "UNSUPPORTED_FEATURE",
    `${path}: this runtime has no file system; give a File, a Blob, bytes or an http(s) URL instead of a path`,
  );
}
