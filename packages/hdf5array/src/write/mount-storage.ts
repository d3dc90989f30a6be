import type { H5wasm } from "../file/h5wasm-module.js";
import type { RandomStorage } from "./random-storage.js";

/** A file within the module's own file system, all of whose bytes are in a storage. */
export interface MountedStorage {
  readonly path: string;
  /** The error of the first access that failed, which HDF5 itself can only call a failure. */
  readonly failure: unknown;
  /** From now on nothing reaches the storage, and all that is asked succeeds: HDF5 lets go only of what it could write. */
  cut(): void;
  unmount(): void;
}

let mounts = 0;
const EIO = 29;

/** Makes a storage a file that the module can read and write. */
export function mountStorage(module: H5wasm, storage: RandomStorage): MountedStorage {
  const { FS } = module;
  const path = `/hdf5array-new-${++mounts}`;
  let failure: unknown;
  let isCut = false;
  FS.create(path, 0o666);
  const { node } = FS.lookupPath(path);
  const attempt = (work: () => void): void => {
    if (isCut) return;
    try {
      work();
    } catch (error) {
      failure ??= error;
      throw new FS.ErrnoError(EIO);
    }
  };
  Object.defineProperty(node, "usedBytes", { get: () => storage.size });
  node.stream_ops = {
    ...node.stream_ops,
    read(_stream: unknown, heap: Int8Array, offset: number, length: number, position: number): number {
      const count = Math.max(0, Math.min(length, storage.size - position));
      attempt(() => storage.readSync(position, new Uint8Array(heap.buffer, heap.byteOffset + offset, count)));
      return count;
    },
    write(_stream: unknown, heap: Int8Array, offset: number, length: number, position: number): number {
      attempt(() => storage.writeSync(position, new Uint8Array(heap.buffer, heap.byteOffset + offset, length)));
      return length;
    },
  };
  node.node_ops = {
    ...node.node_ops,
    setattr(_node: unknown, { size }: { size?: number }): void {
      if (size !== undefined) attempt(() => storage.truncate(size));
    },
  };
  return {
    path,
    get failure() {
      return failure;
    },
    cut() {
      isCut = true;
    },
    unmount: () => FS.unlink(path),
  };
}
