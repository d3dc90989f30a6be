import { DelayedArrayError } from "delayedarray";

/** By what a server's answers show which version of a file they are about. */
export interface FileVersion {
  readonly size: number | undefined;
  readonly etag: string | null;
  readonly modified: string | null;
}

/** @param size - the file's length as the response tells it */
export function versionOf({ headers }: Response, size: number | undefined): FileVersion {
  return { size, etag: headers.get("etag"), modified: headers.get("last-modified") };
}

/**
 * Checks that two answers are about the same version of a file: by length, and by ETag, or the time of the last change
 * where there is none. What only one of them tells decides nothing.
 *
 * The answers are compared, rather than the request made conditional by `If-Range`, because browsers would then first ask
 * a server of another origin whether that header is allowed, and most buckets are not set up to allow it.
 *
 * @throws `IO` when the file has changed
 */
export function checkVersion(name: string, before: FileVersion, now: FileVersion): void {
  const changed = (what: string, from: unknown, to: unknown) =>
    new DelayedArrayError(
      "IO",
      `${name}: the file has changed on the server since it was opened (${what} ${from}, now ${to}); open it again`,
    );
  if (before.size !== undefined && now.size !== undefined && before.size !== now.size)
    throw changed("length", before.size, now.size);
  if (before.etag !== null && now.etag !== null) {
    if (opaque(before.etag) !== opaque(now.etag)) throw changed("ETag", before.etag, now.etag);
  } else if (before.modified !== null && now.modified !== null && before.modified !== now.modified) {
    throw changed("last modified", before.modified, now.modified);
  }
}

/** Without the mark of a weak ETag, which some proxies set on their way. */
function opaque(etag: string): string {
  return etag.replace(/^W\//, "");
}
