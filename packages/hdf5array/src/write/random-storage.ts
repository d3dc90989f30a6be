import type { ByteSource } from "../source/byte-source.js";

/** The bytes of a file that is being written, anywhere in it and at once, as HDF5 wants them. */
export interface RandomStorage {
  /** What messages call it. */
  readonly name: string;
  /** Length in bytes. */
  readonly size: number;
  /** Fills `target` from `offset`; both lie within `size`. @throws `IO` */
  readSync(offset: number, target: Uint8Array): void;
  /** Writes from `offset` on; the file grows where it has to. @throws `IO`, also for a full disk */
  writeSync(offset: number, bytes: Uint8Array): void;
  /** Makes the file longer, by zeros, or shorter. @throws `IO` */
  truncate(size: number): void;
}

/** What has been written so far, as a source to read from. */
export function storageSource(storage: RandomStorage): ByteSource {
  return {
    name: storage.name,
    size: storage.size,
    distance: "local",
    async read(offset, length, { signal }) {
      signal?.throwIfAborted();
      const target = new Uint8Array(length);
      storage.readSync(offset, target);
      return target;
    },
    readSync: (offset, target) => storage.readSync(offset, target),
    close() {},
  };
}
