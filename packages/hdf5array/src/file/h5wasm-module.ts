import { DelayedArrayError } from "delayedarray";
import type { ByteSource } from "../source/byte-source.js";

/** What h5wasm says of a dataset, as far as it is used here. */
export interface Metadata {
  /** Bytes of an element in memory. */
  readonly size: number;
  /** Whether it is of strings of variable length. */
  readonly vlen: boolean;
  readonly shape: readonly number[] | null;
  /** Largest extents; `null` for one without a limit. */
  readonly maxshape?: readonly (number | null)[] | null;
  readonly chunks?: readonly number[] | null;
  /** Number of elements. */
  readonly total_size: number;
  readonly virtual_sources?: readonly { readonly file_name: string; readonly dset_name: string }[];
}

interface FileNode {
  stream_ops: Record<string, unknown>;
  node_ops: Record<string, unknown>;
}

/** What h5wasm is told of a dataset or attribute that it creates. */
export interface NewMetadata {
  /** HDF5's number of the class of types. */
  readonly type: number;
  /** Bytes of an element. */
  readonly size: number;
  readonly vlen: boolean;
  readonly signed: boolean;
  readonly littleEndian: true;
  /** Of strings: 0 is ASCII, 1 is UTF-8. */
  readonly cset?: number;
  readonly compound_type?: { readonly nmembers: number; readonly members: readonly object[] };
  readonly shape: readonly bigint[];
  readonly maxshape: readonly bigint[] | null;
  readonly chunks: readonly bigint[] | null;
  /** Number of the one filter; 0 for none. */
  readonly compression: number;
  readonly compression_opts: readonly number[];
  readonly track_order: false;
}

/** The functions of the WebAssembly module behind h5wasm that are used here. */
export interface H5wasm {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  open(path: string, mode: number, trackOrder: boolean, libverLow: number, libverHigh: number): bigint;
  close_file(id: bigint): number;
  get_type(id: bigint, path: string): number;
  get_dataset_metadata(id: bigint, path: string): Metadata;
  get_dataset_filters(id: bigint, path: string): { id: number; name: string }[];
  get_dataset_data(
    id: bigint,
    path: string,
    count: bigint[] | null,
    offset: bigint[] | null,
    stride: bigint[] | null,
    pointer: bigint,
  ): number;
  reclaim_vlen_memory(id: bigint, path: string, name: string, pointer: bigint): number;
  set_dataset_data(
    id: bigint,
    path: string,
    count: bigint[] | null,
    offset: bigint[] | null,
    stride: bigint[] | null,
    pointer: bigint,
  ): number;
  create_group(id: bigint, path: string, trackOrder: boolean): number;
  create_dataset(id: bigint, path: string, pointer: bigint, metadata: NewMetadata): number;
  resize_dataset(id: bigint, path: string, shape: bigint[]): number;
  get_attribute_names(id: bigint, path: string): string[];
  delete_attribute(id: bigint, path: string, name: string): number;
  create_attribute(id: bigint, path: string, name: string, pointer: bigint, metadata: NewMetadata): number;
  create_vlen_str_attribute(
    id: bigint,
    path: string,
    name: string,
    values: readonly string[],
    metadata: NewMetadata,
  ): number;
  set_scale(id: bigint, path: string, name: string): number;
  attach_scale(id: bigint, path: string, scale: string, axis: number): number;
  readonly FS: {
    readonly streams: (Record<string, unknown> | undefined)[];
    readonly ErrnoError: new (errno: number) => Error;
    open(path: string, ...more: unknown[]): unknown;
    create(path: string, mode: number): unknown;
    lookupPath(path: string): { readonly node: FileNode };
    unlink(path: string): void;
  };
}

let loading: Promise<H5wasm> | undefined;

/**
 * Loads the library on first use; it is 4 MB, and a program may never open a file.
 *
 * This build of it is for browsers but runs everywhere, since the WebAssembly is within the JavaScript and files reach
 * it through `mount`. The one for Node would need a second copy of everything to read from memory, and its choice between
 * the two would be left to each bundler.
 *
 * @throws `LIBRARY_MISSING`
 */
export function loadH5wasm(): Promise<H5wasm> {
  loading ??= import("h5wasm").then(
    async ({ ready }) => (await ready) as unknown as H5wasm,
    (cause: unknown) => {
      loading = undefined;
      throw new DelayedArrayError(
        "LIBRARY_MISSING",
        "the package h5wasm, which reads HDF5 files, cannot be loaded: install it with `npm install h5wasm`",
        { cause },
      );
    },
  );
  return loading;
}

/** What a call gave, and what HDF5 said was wrong meanwhile: an empty text if nothing was. */
export interface Outcome<T> {
  readonly value: T | undefined;
  readonly diagnosis: string;
  readonly cause: unknown;
}

const STDERR = 2;
const ENOENT = 44;
const MAX_DIAGNOSIS = 64 * 1024;

/**
 * Makes one synchronous call to the module and finds out whether it failed. Most of h5wasm's functions ignore the status
 * of HDF5's; but for every call that fails HDF5 prints its error stack, which is caught here by standing in for the
 * module's stderr during the call.
 *
 * @param path - of the one file that the call may open. A file can make HDF5 open others, by external links and storage:
 * devices, or what somebody else has open at the same time.
 */
export function callH5wasm<T>(module: H5wasm, path: string, call: () => T): Outcome<T> {
  const { FS } = module;
  const { streams, open } = FS;
  const saved = streams[STDERR];
  const decoder = new TextDecoder();
  let diagnosis = "";
  const catching: Record<string, unknown> = Object.create(
    Object.getPrototypeOf(saved ?? {}),
    Object.getOwnPropertyDescriptors(saved ?? {}),
  );
  catching.stream_ops = {
    write(_stream: unknown, heap: Int8Array, offset: number, length: number): number {
      if (diagnosis.length < MAX_DIAGNOSIS)
        diagnosis += decoder.decode(heap.slice(offset, offset + length), { stream: true });
      return length;
    },
  };
  streams[STDERR] = catching;
  FS.open = (other, ...more) => {
    if (other !== path) throw new FS.ErrnoError(ENOENT);
    return open.call(FS, other, ...more);
  };
  try {
    return { value: call(), diagnosis, cause: undefined };
  } catch (cause) {
    // h5wasm throws where it does look at a status; WebAssembly traps where a damaged file led HDF5 astray.
    return { value: undefined, diagnosis: diagnosis === "" ? String(cause) : diagnosis, cause };
  } finally {
    streams[STDERR] = saved;
    FS.open = open;
  }
}

/** A file within the module's own file system. */
export interface Mounted {
  readonly path: string;
  /** The error of the last read that failed, which HDF5 itself can only call a failed read; taken once. */
  takeError(): unknown;
  unmount(): void;
}

let mounts = 0;
const EIO = 29;

/** Makes a source readable for the module: a file whose reads come to `source.readSync`. */
export function mount(module: H5wasm, source: ByteSource): Mounted {
  const { FS } = module;
  // A name that no file can have within it, as the place of values of its own.
  const path = `/hdf5array-${++mounts}-${Math.random().toString(36).slice(2)}`;
  let failure: unknown;
  FS.create(path, 0o444);
  const { node } = FS.lookupPath(path);
  Object.defineProperty(node, "usedBytes", { get: () => source.size });
  node.stream_ops = {
    ...node.stream_ops,
    read(_stream: unknown, heap: Int8Array, offset: number, length: number, position: number): number {
      const count = Math.max(0, Math.min(length, source.size - position));
      try {
        source.readSync!(position, new Uint8Array(heap.buffer, heap.byteOffset + offset, count));
      } catch (error) {
        failure = error;
        throw new FS.ErrnoError(EIO);
      }
      return count;
    },
  };
  return {
    path,
    takeError() {
      const error = failure;
      failure = undefined;
      return error;
    },
    unmount: () => FS.unlink(path),
  };
}
