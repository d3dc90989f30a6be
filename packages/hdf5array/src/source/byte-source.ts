/** What every read takes. */
export interface SourceReadOptions {
  /** Stops the read, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The bytes of one file, wherever they are. */
export interface ByteSource {
  /** What messages call it: a path, a URL, or the kind of object that was given. */
  readonly name: string;
  /** Length in bytes. */
  readonly size: number;
  /**
   * How far away the bytes are, by which reads are cut and merged: at hand (a read copies nothing and waits for nothing),
   * a system call away (the default), or behind a network, where each request costs much more than its bytes.
   */
  readonly distance?: "memory" | "local" | "remote" | undefined;
  /** The file's first bytes, where opening the source has read them already. */
  readonly beginning?: Uint8Array | undefined;
  /** The largest size in bytes at which the file may be read whole without having been asked for; none where it is missing. */
  readonly wholeLimit?: number | undefined;
  /**
   * Exactly `length` bytes from `offset`; the two must lie within `size`. They may be a view of what others use: do not
   * write to them.
   *
   * @throws `FILE_TRUNCATED` when fewer bytes are there, `IO` also when the file has changed since it was opened
   */
  read(offset: number, length: number, options: SourceReadOptions): Promise<Uint8Array>;
  /** As `read`, without a buffer in between: fills `target` from `offset`. After a failure its contents are undefined. */
  readInto?(offset: number, target: Uint8Array, options: SourceReadOptions): Promise<void>;
  /**
   * Fills `target` from `offset` at once. Where it is missing, a reader that cannot wait has to read everything first.
   *
   * @throws `FILE_TRUNCATED` when fewer bytes are there, `IO`
   */
  readSync?(offset: number, target: Uint8Array): void;
  /** Frees what the source holds, once reads under way have ended; later ones fail. Calling it again does nothing. */
  close(): void;
}

/** Bytes by number, as an object of the user's own can give them: from a database, an archive, a cache. */
export interface RandomAccess {
  /** Length in bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`. The signal aborts when nobody waits for them any more. */
  read(offset: number, length: number, options: SourceReadOptions): Promise<Uint8Array> | Uint8Array;
}

/** A file of the browser's origin private file system, as `getFileHandle` gives it. */
export interface OpfsFileHandle {
  /** Tells it from a folder. */
  readonly kind: "file";
  /** The file's name within its folder. */
  readonly name: string;
  /** The file as it is now. */
  getFile(): Promise<Blob>;
}

/** The same file as a worker can read it without waiting, as `createSyncAccessHandle` gives it. */
export interface OpfsSyncAccessHandle {
  /** Length in bytes. */
  getSize(): number;
  /** Reads into `buffer` from byte `at` on. @returns how many bytes it read */
  read(buffer: Uint8Array, options?: { at?: number }): number;
}

/**
 * Where an HDF5 file comes from:
 *
 * - a path (Node, Deno, Bun): read on demand, never locked or written
 * - a `URL`: one with `file:` as a path; with `http:` or `https:`, only the bytes that are needed are requested
 * - a `Blob` or `File`, as a file input gives it: read on demand
 * - a handle of the origin private file system: read on demand; a `FileSystemSyncAccessHandle` stays open, for whoever
 *   made it to close
 * - bytes: an `ArrayBuffer` or typed array, used without a copy; do not change them while the file is open
 * - an object with `size` and `read`: read on demand, several parts at once
 *
 * A file that changes while it is open gives an `IO` error, not a mixture of both, where the change can be seen: by the
 * time of the last change and the length of a path, by the ETag or the time of the last change and the length of a URL.
 */
export type Hdf5Source =
  | string
  | URL
  | Blob
  | OpfsFileHandle
  | OpfsSyncAccessHandle
  | ArrayBufferLike
  | ArrayBufferView
  | RandomAccess;

/** How a source is opened. All but the signal applies to `http:` and `https:` URLs alone. */
export interface SourceOptions extends SourceReadOptions {
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Headers of every request, such as an authorization. */
  readonly headers?: HeadersInit | undefined;
  /** Whether requests carry cookies; as for `fetch`. */
  readonly credentials?: "omit" | "same-origin" | "include" | undefined;
  /**
   * Whether to ask for parts of the file: `"auto"` (the default) downloads it whole where the server gives no parts, if it
   * is not larger than `maxDownload`; `"require"` is an error there; `"never"` downloads it whole.
   */
  readonly range?: "auto" | "require" | "never" | undefined;
  /**
   * The most bytes that are downloaded whole without `range: "never"`: because the server gives no parts, or because the
   * file has something that only h5wasm can read. 256 MiB if not given.
   */
  readonly maxDownload?: number | undefined;
  /**
   * How often a request is made again after a failure that may pass: of the network, or a status of 408, 429 or 5xx. The
   * waits in between grow from a fifth of a second, unless the server says how long (`Retry-After`). 3 if not given.
   */
  readonly retries?: number | undefined;
}

/** The names of {@link SourceOptions}. */
export const SOURCE_OPTIONS = [
  "signal",
  "fetch",
  "headers",
  "credentials",
  "range",
  "maxDownload",
  "retries",
] as const satisfies readonly (keyof SourceOptions)[];
