import { DelayedArrayError } from "delayedarray";
import type { ByteSource } from "./byte-source.js";

/** The part of Node's `fs` that is used here; Deno and Bun have it too. */
type FileSystem = Pick<typeof import("node:fs"), "openSync" | "fstatSync" | "readSync" | "closeSync" | "read">;

/** By way of the process, not by an import, so that a bundler for browsers finds nothing to resolve. */
function builtin<T>(id: string): T | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (id: string) => T | undefined } };
  return process?.getBuiltinModule?.(id);
}

/** The path of a `file:` URL. */
export function pathOfUrl(url: URL): string {
  const module = builtin<Pick<typeof import("node:url"), "fileURLToPath">>("node:url");
  if (module === undefined) throw noFiles(url.href);
  try {
    return module.fileURLToPath(url);
  } catch (cause) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${url.href}: not the URL of a local file`, { cause });
  }
}

function noFiles(path: string): DelayedArrayError {
  return new DelayedArrayError(
    "UNSUPPORTED_FEATURE",
    `${path}: this runtime has no file system; give a File, a Blob, bytes or an http(s) URL instead of a path`,
  );
}

/**
 * A file of the operating system, read where and when bytes are needed, never locked and never written.
 *
 * @throws `NOT_FOUND`, `INVALID_ARGUMENT` for a folder, `IO`
 */
export function pathSource(path: string): ByteSource {
  const fs = builtin<FileSystem>("node:fs");
  if (fs === undefined) throw noFiles(path);
  const descriptor = attempt(path, "cannot be opened", () => fs.openSync(path, "r"));
  let closed = false;
  const close = () => {
    if (!closed) fs.closeSync(descriptor);
    closed = true;
  };
  try {
    const stat = attempt(path, "cannot be examined", () => fs.fstatSync(descriptor));
    if (stat.isDirectory())
      throw new DelayedArrayError("INVALID_ARGUMENT", `${path}: is a folder, expected an HDF5 file`);
    return {
      name: path,
      size: stat.size,
      async read(offset, length, { signal }) {
        signal?.throwIfAborted();
        const target = new Uint8Array(length);
        for (let done = 0; done < length; ) {
          const got = await new Promise<number>((resolve, reject) => {
            fs.read(descriptor, target, done, length - done, offset + done, (error, count) => {
              if (error) reject(readFailed(path, error));
              else resolve(count);
            });
          });
          if (got === 0) throw endedEarly(path, offset + done, stat.size);
          done += got;
          signal?.throwIfAborted();
        }
        return target;
      },
      readSync(offset, target) {
        for (let done = 0; done < target.length; ) {
          const got = attempt(path, "cannot be read", () =>
            fs.readSync(descriptor, target, done, target.length - done, offset + done),
          );
          if (got === 0) throw endedEarly(path, offset + done, stat.size);
          done += got;
        }
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function attempt<T>(path: string, what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === "ENOENT" || code === "ENOTDIR")
      throw new DelayedArrayError("NOT_FOUND", `${path}: no such file`, { cause });
    throw new DelayedArrayError("IO", `${path}: ${what}: ${(cause as Error).message}`, { cause });
  }
}

function readFailed(path: string, cause: Error): DelayedArrayError {
  return new DelayedArrayError("IO", `${path}: cannot be read: ${cause.message}`, { cause });
}

function endedEarly(path: string, offset: number, size: number): DelayedArrayError {
  return new DelayedArrayError(
    "FILE_TRUNCATED",
    `${path}: the file ends at byte ${offset}, but had ${size} bytes when it was opened; was it written to meanwhile?`,
  );
}
