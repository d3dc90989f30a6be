/** What a stream held, in memory that has an owner. */
export interface Inflated {
  readonly bytes: Uint8Array;
  /** Says that the bytes are not needed any more; they may be gone afterwards. */
  release(): void;
}

/** Inflates zlib streams beside this thread, or piece by piece on it. */
export interface Inflater {
  /**
   * Whether it had better be given a stream than this thread inflates it, by WebAssembly.
   *
   * @param stored - bytes of the stream
   * @param bytes - what it becomes
   */
  takes(stored: number, bytes: number): boolean;
  /**
   * What a stream holds. Bytes after its end are ignored where the runtime does so, as HDF5 does.
   *
   * @param stream - not written to, and not used after the promise settles
   * @param most - little more than this is ever made
   * @throws `TooLongError` when it becomes more than that, whatever the runtime says of a damaged stream
   */
  inflate(stream: Uint8Array, most: number): Promise<Inflated>;
}

/** A stream becomes more than it may. */
export class TooLongError extends Error {}

/**
 * What it costs to inflate a stream, in the time that a byte of a result takes which is easily had. Bytes of the stream cost
 * several times as much as the bytes that they become.
 */
export function costOf(stored: number, bytes: number): number {
  return bytes + 4 * stored;
}
