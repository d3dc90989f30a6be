import { DelayedArrayError } from "delayedarray";
import { abortable } from "delayedarray/internal";
import type { ByteSource, OpfsFileHandle, OpfsSyncAccessHandle, SourceReadOptions } from "./byte-source.js";
import { checkRange } from "./check-range.js";
import { closedError } from "./closed-error.js";
import { blobSource } from "./reader-source.js";

/**
 * A file of the origin private file system, as it is now: the browser refuses to read from it after a change.
 *
 * @throws `NOT_FOUND` for a file that is gone, `IO`
 */
export async function handleSource(handle: OpfsFileHandle, { signal }: SourceReadOptions): Promise<ByteSource> {
  try {
    return blobSource(await abortable(handle.getFile(), signal));
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof DelayedArrayError) throw cause;
    const { name, message } = cause as { name?: unknown; message?: unknown };
    throw new DelayedArrayError(
      name === "NotFoundError" ? "NOT_FOUND" : "IO",
      `${handle.name}: the file cannot be had from its handle: ${String(message ?? cause)}`,
      { cause },
    );
  }
}

/** A file of the origin private file system through a handle that reads at once. Closing the source leaves the handle open. */
export function syncHandleSource(handle: OpfsSyncAccessHandle): ByteSource {
  const name = "<FileSystemSyncAccessHandle>";
  const size = attempt("cannot be examined", () => handle.getSize());
  let closed = false;
  const source: ByteSource = {
    name,
    size,
    async read(offset, length, { signal }) {
      signal?.throwIfAborted();
      checkRange(source, offset, length);
      const target = new Uint8Array(length);
      readSync(offset, target);
      return target;
    },
    async readInto(offset, target, { signal }) {
      signal?.throwIfAborted();
      readSync(offset, target);
    },
    readSync,
    close() {
      closed = true;
    },
  };
  return source;

  function readSync(offset: number, target: Uint8Array): void {
    if (closed) throw closedError(name);
    checkRange(source, offset, target.length);
    for (let done = 0; done < target.length; ) {
      const got = attempt("cannot be read", () => handle.read(target.subarray(done), { at: offset + done }));
      if (got === 0) {
        throw new DelayedArrayError(
          "FILE_TRUNCATED",
          `${name}: the file ends at byte ${offset + done}, but had ${size} bytes when it was opened`,
        );
      }
      done += got;
    }
    // The handle keeps others from writing to the file, but its owner may.
    const now = attempt("cannot be examined", () => handle.getSize());
    if (now !== size) {
      throw new DelayedArrayError(
        "IO",
        `${name}: the file had ${size} bytes and now has ${now}, so it was written to while it was open; open it again`,
      );
    }
  }

  function attempt<T>(what: string, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw new DelayedArrayError("IO", `${name}: ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      });
    }
  }
}
