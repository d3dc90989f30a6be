import { DelayedArrayError } from "delayedarray";
import { builtin, noFiles } from "./builtin.js";
import type { ByteSource, SourceReadOptions } from "./byte-source.js";
import { checkRange } from "./check-range.js";
import { closedError } from "./closed-error.js";

/** The part of Node's `fs` that is used here; Deno and Bun have it too. */
type FileSystem = Pick<typeof import("node:fs"), "openSync" | "fstatSync" | "readSync" | "closeSync" | "read">;

/** Bytes that one call of the operating system is asked for; some take no more than 2 GiB. */
const CALL_BYTES = 2 ** 30;

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

/**
 * A file of the operating system, read where and when bytes are needed, never locked and never written.
 *
 * @throws `NOT_FOUND`, `INVALID_ARGUMENT` for a folder, `IO`
 */
export function pathSource(path: string): ByteSource {
  const fs = builtin<FileSystem>("node:fs");
  if (fs === undefined) throw noFiles(path);
  const descriptor = attempt(path, "cannot be opened", () => fs.openSync(path, "r"));
  try {
    const stat = attempt(path, "cannot be examined", () => fs.fstatSync(descriptor, { bigint: true }));
    if (stat.isDirectory())
      throw new DelayedArrayError("INVALID_ARGUMENT", `${path}: is a folder, expected an HDF5 file`);
    return new PathSource(fs, path, descriptor, Number(stat.size), stat.mtimeNs);
  } catch (error) {
    fs.closeSync(descriptor);
    throw error;
  }
}

class PathSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #fs: FileSystem;
  readonly #descriptor: number;
  /** When the file was last written to as it was opened, in nanoseconds. */
  readonly #modified: bigint;
  #closed = false;
  #reads = 0;

  constructor(fs: FileSystem, path: string, descriptor: number, size: number, modified: bigint) {
    this.name = path;
    this.size = size;
    this.#fs = fs;
    this.#descriptor = descriptor;
    this.#modified = modified;
  }

  async read(offset: number, length: number, options: SourceReadOptions): Promise<Uint8Array> {
    checkRange(this, offset, length);
    const target = new Uint8Array(length);
    await this.readInto(offset, target, options);
    return target;
  }

  async readInto(offset: number, target: Uint8Array, { signal }: SourceReadOptions): Promise<void> {
    signal?.throwIfAborted();
    this.#checkOpen();
    checkRange(this, offset, target.length);
    this.#reads++;
    try {
      for (let done = 0; done < target.length; ) {
        const got = await this.#readSome(offset + done, target, done);
        signal?.throwIfAborted();
        if (got === 0) throw this.#endedEarly(offset + done);
        done += got;
      }
      this.#checkUnchanged();
    } finally {
      this.#reads--;
      this.#closeWhenIdle();
    }
  }

  readSync(offset: number, target: Uint8Array): void {
    this.#checkOpen();
    checkRange(this, offset, target.length);
    for (let done = 0; done < target.length; ) {
      const length = Math.min(target.length - done, CALL_BYTES);
      const got = attempt(this.name, "cannot be read", () =>
        this.#fs.readSync(this.#descriptor, target, done, length, offset + done),
      );
      if (got === 0) throw this.#endedEarly(offset + done);
      done += got;
    }
    this.#checkUnchanged();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closeWhenIdle();
  }

  #checkOpen(): void {
    if (this.#closed) throw closedError(this.name);
  }

  /** Not while reads are under way: they would fail, or read from whatever file gets the descriptor next. */
  #closeWhenIdle(): void {
    if (this.#closed && this.#reads === 0) this.#fs.closeSync(this.#descriptor);
  }

  #readSome(offset: number, target: Uint8Array, start: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const length = Math.min(target.length - start, CALL_BYTES);
      this.#fs.read(this.#descriptor, target, start, length, offset, (error, count) => {
        if (error) reject(failed(this.name, "cannot be read", error));
        else resolve(count);
      });
    });
  }

  /**
   * Looks after each read whether the file is still as it was, for what was read before and after a change does not
   * belong together. At one to two microseconds it costs little beside the read.
   */
  #checkUnchanged(): void {
    const { size, mtimeNs } = attempt(this.name, "cannot be examined", () =>
      this.#fs.fstatSync(this.#descriptor, { bigint: true }),
    );
    if (Number(size) !== this.size || mtimeNs !== this.#modified) {
      const what =
        Number(size) === this.size
          ? "was written to"
          : `had ${this.size} bytes and now has ${size}, so it was written to`;
      throw new DelayedArrayError("IO", `${this.name}: the file ${what} while it was open; open it again`);
    }
  }

  #endedEarly(offset: number): DelayedArrayError {
    this.#checkUnchanged();
    return new DelayedArrayError(
      "FILE_TRUNCATED",
      `${this.name}: the file ends at byte ${offset}, although it is said to have ${this.size} bytes`,
    );
  }
}

function attempt<T>(path: string, what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw failed(path, what, cause as Error);
  }
}

function failed(path: string, what: string, cause: Error): DelayedArrayError {
  const { code } = cause as { code?: string };
  if (code === "ENOENT" || code === "ENOTDIR")
    return new DelayedArrayError("NOT_FOUND", `${path}: no such file`, { cause });
  return new DelayedArrayError("IO", `${path}: ${what}: ${cause.message}`, { cause });
}
