import { DelayedArrayError } from "delayedarray";
import type { RandomStorage } from "./random-storage.js";

/** The part of Node's `fs` that writes; Deno and Bun have it too. */
export type WritingFileSystem = Pick<
  typeof import("node:fs"),
  | "openSync"
  | "closeSync"
  | "readSync"
  | "writeSync"
  | "fstatSync"
  | "statSync"
  | "ftruncateSync"
  | "fsyncSync"
  | "fchmodSync"
  | "renameSync"
  | "unlinkSync"
  | "realpathSync"
  | "promises"
  | "constants"
>;

/** Bytes that one call of the operating system is asked for; some take no more than 2 GiB. */
const CALL_BYTES = 2 ** 30;

/** Bytes at a file's beginning that are kept back: HDF5's signature. */
const VEIL = 8;

/**
 * A file of the operating system that is being written. Its first bytes are zero on the disk until `complete`: what a killed
 * process leaves behind is then no HDF5 file, rather than one that lacks values.
 */
export class FileStorage implements RandomStorage {
  readonly name: string;
  readonly #fs: WritingFileSystem;
  /** Open for reading and writing until `close`. */
  readonly descriptor: number;
  readonly #veil = new Uint8Array(VEIL);
  #size: number;
  #closed = false;

  /**
   * @param name - what messages call it: the path that it will have in the end
   * @param descriptor - open for reading and writing
   */
  constructor(fs: WritingFileSystem, name: string, descriptor: number) {
    this.name = name;
    this.#fs = fs;
    this.descriptor = descriptor;
    this.#size = this.#attempt("examined", () => fs.fstatSync(descriptor).size);
    const beginning = Math.min(VEIL, this.#size);
    this.#read(0, this.#veil.subarray(0, beginning));
    this.#write(0, new Uint8Array(beginning));
  }

  get size(): number {
    return this.#size;
  }

  readSync(offset: number, target: Uint8Array): void {
    this.#read(offset, target);
    if (offset < VEIL) target.set(this.#veil.subarray(offset, offset + target.length));
  }

  #read(offset: number, target: Uint8Array): void {
    for (let done = 0; done < target.length; ) {
      const length = Math.min(target.length - done, CALL_BYTES);
      const got = this.#attempt("read", () => this.#fs.readSync(this.descriptor, target, done, length, offset + done));
      if (got === 0) {
        // A part that nothing has been written to yet.
        target.fill(0, done);
        return;
      }
      done += got;
    }
  }

  writeSync(offset: number, bytes: Uint8Array): void {
    const kept = Math.max(0, Math.min(VEIL - offset, bytes.length));
    if (kept > 0) this.#veil.set(bytes.subarray(0, kept), offset);
    this.#write(offset + kept, bytes.subarray(kept));
    this.#size = Math.max(this.#size, offset + bytes.length);
  }

  #write(offset: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const length = Math.min(bytes.length - done, CALL_BYTES);
      done += this.#attempt("written", () => this.#fs.writeSync(this.descriptor, bytes, done, length, offset + done));
    }
  }

  truncate(size: number): void {
    this.#attempt("written", () => this.#fs.ftruncateSync(this.descriptor, size));
    this.#size = size;
  }

  /** Writes the beginning, and waits until everything is on the disk. */
  complete(): void {
    // Not before the rest is there, whatever order the disk prefers.
    this.#attempt("written", () => this.#fs.fsyncSync(this.descriptor));
    this.#write(0, this.#veil.subarray(0, Math.min(VEIL, this.#size)));
    this.#attempt("written", () => this.#fs.fsyncSync(this.descriptor));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#fs.closeSync(this.descriptor);
  }

  #attempt<T>(what: string, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw writeFailure(this.name, `cannot be ${what}`, cause);
    }
  }
}

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file is larger than the system or its limits (ulimit -f) allow",
};

/** What a failure of the file system means. */
export function writeFailure(path: string, what: string, cause: unknown): DelayedArrayError {
  const { code, message } = cause as { code?: string; message: string };
  if (code === "ENOENT" || code === "ENOTDIR")
    return new DelayedArrayError("NOT_FOUND", `${path}: ${what}: there is no such folder`, { cause });
  const hint = HINTS[code ?? ""] ?? message;
  return new DelayedArrayError("IO", `${path}: ${what}: ${hint}`, { cause });
}
