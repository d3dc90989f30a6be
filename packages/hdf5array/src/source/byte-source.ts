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
  /** Exactly `length` bytes from `offset`. */
  read(offset: number, length: number, options: SourceReadOptions): Promise<Uint8Array> | Uint8Array;
}

/**
 * Where an HDF5 file comes from:
 *
 * - a path (Node, Deno, Bun): read on demand, never locked or written
 * - a `URL` (`http:`, `https:`, `file:`): one with `http:` or `https:` is downloaded whole for now
 * - a `Blob` or `File`, as a file input gives it: read whole for now
 * - bytes: an `ArrayBuffer` or typed array, used without a copy; do not change them while the file is open
 * - an object with `size` and `read`: read whole for now
 */
export type Hdf5Source = string | URL | Blob | ArrayBufferLike | ArrayBufferView | RandomAccess;

/** How a source is opened. The last three apply to `http:` and `https:` URLs alone. */
export interface SourceOptions extends SourceReadOptions {
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Headers of every request, such as an authorization. */
  readonly headers?: HeadersInit | undefined;
  /**
   * Whether to ask for parts of the file. Files are downloaded whole for now, so `"auto"` (the default) and `"never"`
   * mean the same and `"require"` is refused.
   */
  readonly range?: "auto" | "require" | "never" | undefined;
}
