import type { Awaitable } from "delayedarray";
import type { OpfsFileHandle } from "../source/byte-source.js";

/** A file of the browser that can be written: of its origin private file system, or one that the user has picked. */
export interface WritableFileHandle extends OpfsFileHandle {
  /** Name of the file. */
  readonly name: string;
  /**
   * Opens a stream into a copy of the file, which takes its place when the stream is closed.
   *
   * @see https://developer.mozilla.org/docs/Web/API/FileSystemFileHandle/createWritable
   */
  createWritable(options?: { keepExistingData?: boolean }): Promise<FileStream>;
}

/** What `createWritable` gives, as far as it is used here. */
export interface FileStream {
  /** Writes at the stream's position. */
  write(data: Blob): Promise<void>;
  /** Puts what was written in the file's place. */
  close(): Promise<void>;
  /** Gives up; the file stays as it was. */
  abort(reason?: unknown): Promise<void>;
}

/**
 * Where an HDF5 file is written to:
 *
 * - a path or a `file:` URL (Node, Deno, Bun). The new file is written beside it, as `.<name>.<random>.tmp`, and takes
 *   its place in one step when it is complete
 * - a `FileSystemFileHandle`, of the origin private file system or as `showSaveFilePicker` gives it. It is written when the
 *   new file is complete, which is in memory until then
 * - a function that gets the complete file as a `Blob`, to download or upload it: see {@link hdf5Download}
 *
 * Whatever fails, what was there before stays as it was.
 */
export type Hdf5Target = string | URL | WritableFileHandle | ((file: Blob) => Awaitable<void>);
