import { DelayedArrayError } from "delayedarray";
import { ByteReader } from "../format/byte-reader.js";
import type { DatasetInfo } from "../format/dataset-info.js";
import { filterName } from "../format/filter-names.js";
import { describeType } from "../format/hdf5-type.js";
import { checkSignature } from "../format/signature.js";
import type { Piece, Span } from "../read/piece.js";
import type { ByteSource, SourceReadOptions } from "../source/byte-source.js";
import { readWhole } from "../source/read-whole.js";
import { type BitLayout, bitLayoutAt } from "./bit-layout.js";
import { boxesOf } from "./boxes.js";
import { breathe } from "./breathe.js";
import { checkFilters } from "./filters.js";
import { stringsAt } from "./h5wasm-attribute.js";
import { callH5wasm, type H5wasm, loadH5wasm, type Metadata, type Mounted, mount } from "./h5wasm-module.js";
import { typeOfMetadata } from "./h5wasm-type.js";
import { diagnosed, withoutEnumOrder } from "./hdf5-diagnosis.js";
import type { Hdf5Attribute, Hdf5Dataset, Hdf5File, Hdf5Strings, ObjectKind } from "./hdf5-file.js";
import { absolutePath, where } from "./locate.js";
import { type AddressSpace, addressSpace } from "./object-header.js";

/** Filters that h5wasm's HDF5 is built with. */
const AVAILABLE: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6]);

/** Bytes read at once: enough to make a call's cost vanish, few enough that the event loop gets its turn. */
const PIECE_BYTES = 16 * 2 ** 20;

// HDF5's H5G_obj_t.
const KINDS: Readonly<Record<number, ObjectKind>> = { 0: "group", 1: "dataset", 2: "datatype" };
const SOFT_LINK = 3;
const USER_DEFINED_LINK = 4;

const READ_ONLY = 0;

/**
 * Opens a file with h5wasm. The source stays the caller's, and has to stay open for as long as the file does.
 *
 * @throws `FILE_INVALID` for something else than HDF5, `FILE_TRUNCATED`, `LIBRARY_MISSING`
 */
export async function openH5wasmFile(source: ByteSource, options: SourceReadOptions): Promise<Hdf5File> {
  let mounted: Mounted | undefined;
  try {
    const whole = source.readSync === undefined ? await readWhole(source, options) : source;
    const read = (offset: number, target: Uint8Array) => whole.readSync!(offset, target);
    const base = checkSignature(source.name, whole.size, read);
    const module = await loadH5wasm();
    options.signal?.throwIfAborted();
    mounted = mount(module, whole);
    const { path } = mounted;
    const id = run(module, mounted, source.name, () => module.open(path, READ_ONLY, false, -1, -1));
    return new H5wasmFile(module, source.name, mounted, id, addressSpace(read, whole.size, base));
  } catch (error) {
    mounted?.unmount();
    throw error;
  }
}

/** Makes a call and turns every sign of failure into an error. */
function run<T>(module: H5wasm, mounted: Mounted, what: string, call: () => T): T {
  const { value, diagnosis: all, cause } = callH5wasm(module, call);
  const diagnosis = withoutEnumOrder(all);
  const failure = mounted.takeError();
  if (failure !== undefined) throw failure;
  if (diagnosis !== "") throw diagnosed(what, diagnosis, cause);
  return value as T;
}

/** Closes files that were forgotten, so that their descriptors do not pile up. */
const forgotten = new FinalizationRegistry<() => void>((release) => release());

class H5wasmFile implements Hdf5File {
  readonly name: string;
  readonly #module: H5wasm;
  readonly #mounted: Mounted;
  readonly #id: bigint;
  readonly #space: AddressSpace;
  readonly #release: () => void;
  #closed = false;

  constructor(module: H5wasm, name: string, mounted: Mounted, id: bigint, space: AddressSpace) {
    this.name = name;
    this.#module = module;
    this.#mounted = mounted;
    this.#id = id;
    this.#space = space;
    this.#release = () => {
      callH5wasm(module, () => module.close_file(id));
      mounted.unmount();
    };
    forgotten.register(this, this.#release, this);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    forgotten.unregister(this);
    this.#release();
  }

  #check(what: string, { signal }: SourceReadOptions): void {
    signal?.throwIfAborted();
    if (this.#closed)
      throw new DelayedArrayError("INVALID_ARGUMENT", `${what}: the file is closed; open it again to read from it`);
  }

  #run<T>(what: string, call: (module: H5wasm, id: bigint) => T, options: SourceReadOptions): T {
    this.#check(what, options);
    return run(this.#module, this.#mounted, what, () => call(this.#module, this.#id));
  }

  async kind(path: string, options: SourceReadOptions): Promise<ObjectKind | null> {
    let kind: ObjectKind | null = "group";
    let at = "";
    // Step by step: h5wasm answers at random for a path that goes through a dataset or a dangling link.
    for (const part of path.split("/").filter((one) => one !== "")) {
      if (kind !== "group") return null;
      at = `${at}/${part}`;
      kind = this.#kindOf(at, options);
    }
    return kind;
  }

  #kindOf(path: string, options: SourceReadOptions): ObjectKind | null {
    const what = where(this, path);
    let type: number;
    try {
      type = this.#run(what, (module, id) => module.get_type(id, path), options);
    } catch (error) {
      const target = this.#run(
        what,
        (module, id) => callH5wasm(module, () => module.get_symbolic_link(id, path)).value,
        options,
      );
      if (typeof target === "string") return null;
      throw error;
    }
    if (type === USER_DEFINED_LINK) {
      const { filename, obj_path } = this.#run(what, (module, id) => module.get_external_link(id, path), options);
      throw new DelayedArrayError(
        "UNSUPPORTED_FEATURE",
        `${what} is an external link to "${obj_path}" in the file "${filename}": open that file instead`,
      );
    }
    return type === SOFT_LINK ? null : (KINDS[type] ?? null);
  }

  async children(path: string, options: SourceReadOptions): Promise<readonly string[]> {
    return this.#run(where(this, path), (module, id) => module.get_names(id, path, false), options);
  }

  async dataset(path: string, options: SourceReadOptions): Promise<Hdf5Dataset> {
    const info = this.#describe(path, options);
    return {
      info,
      reader: "h5wasm",
      read: (spans, receive, readOptions) => this.#read(info, spans, receive, readOptions),
    };
  }

  #describe(path: string, options: SourceReadOptions): DatasetInfo {
    const what = where(this, path);
    const metadata = this.#run(what, (module, id) => module.get_dataset_metadata(id, path), options);
    for (const { file_name, dset_name } of metadata.virtual_sources ?? []) {
      if (file_name !== ".") {
        // HDF5 gives fill values for a source file that it cannot open, and it can open none.
        throw new DelayedArrayError(
          "UNSUPPORTED_FEATURE",
          `${what} is a virtual dataset with values in another file ("${dset_name}" in "${file_name}")`,
        );
      }
      const source = absolutePath(dset_name);
      if (source !== path && !dset_name.includes("%") && this.#kindOf(source, options) === "dataset")
        this.#describe(source, options);
    }
    const filters = this.#run(what, (module, id) => module.get_dataset_filters(id, path), options).map(
      ({ id, name }) => ({ id, name: filterName(id, name) }),
    );
    checkFilters(filters, AVAILABLE, what);
    return {
      path,
      shape: metadata.shape,
      type: typeOfMetadata(metadata, this.#bitLayout(path, what, options)),
      chunks: metadata.chunks,
      filters,
    };
  }

  /** From the dataset's header in the file, to which a reference to the dataset gives the address. */
  #bitLayout(path: string, what: string, options: SourceReadOptions): BitLayout | undefined {
    const reference = this.#run(what, (module, id) => module.create_object_reference(id, path), options);
    const address = new ByteReader(Uint8Array.from(reference)).unsigned(8);
    return bitLayoutAt(this.#space, address);
  }

  async #read(
    info: DatasetInfo,
    spans: readonly (readonly Span[])[],
    receive: (piece: Piece) => void,
    options: SourceReadOptions,
  ): Promise<void> {
    const what = where(this, info.path);
    const { size } = info.type;
    // Also when there is nothing to read.
    this.#check(what, options);
    let buffer: Buffer | undefined;
    try {
      for (const { start, count } of boxesOf(spans, info.chunks, PIECE_BYTES / size)) {
        await breathe();
        const bytes = count.reduce((product, extent) => product * extent, size);
        if (buffer === undefined || buffer.size < bytes) {
          buffer?.free();
          buffer = allocate(this.#module, bytes, what);
        }
        const { pointer } = buffer;
        const offset = start.map(BigInt);
        const [counts, offsets, steps] =
          start.length === 0 ? [null, null, null] : [count.map(BigInt), offset, offset.map(() => 1n)];
        const status = this.#run(
          what,
          (module, id) => module.get_dataset_data(id, info.path, counts, offsets, steps, BigInt(pointer)),
          options,
        );
        if (status < 0)
          throw new DelayedArrayError(
            "FILE_INVALID",
            `${what}: HDF5 failed to read it without saying why (status ${status})`,
          );
        // The view is made now: the memory moves when it grows.
        receive({ start, count, bytes: this.#module.HEAPU8.subarray(pointer, pointer + bytes) });
        options.signal?.throwIfAborted();
      }
    } finally {
      buffer?.free();
    }
  }

  async attribute(path: string, name: string, options: SourceReadOptions): Promise<Hdf5Attribute | null> {
    const what = `${where(this, path)}, attribute "${name}"`;
    const names = this.#run(what, (module, id) => module.get_attribute_names(id, path), options);
    if (!names.includes(name)) return null;
    const metadata = this.#run(what, (module, id) => module.get_attribute_metadata(id, path, name), options);
    const type = typeOfMetadata(metadata);
    if (metadata.shape === null) return { type, shape: null, value: new Uint8Array(0) };
    const value = this.#values(what, type.kind === "string", metadata, options, name, path);
    return { type, shape: metadata.shape, value };
  }

  async strings(path: string, options: SourceReadOptions): Promise<Hdf5Strings> {
    const what = where(this, path);
    const { shape, type } = this.#describe(path, options);
    if (shape === null || type.kind !== "string") {
      const found =
        shape === null ? "holds no values: its dataspace is null" : `holds values of type ${describeType(type)}`;
      throw new DelayedArrayError("INVALID_ARGUMENT", `${what} ${found}, expected strings`);
    }
    const metadata = this.#run(what, (module, id) => module.get_dataset_metadata(id, path), options);
    return { shape, values: this.#values(what, true, metadata, options, null, path) as readonly string[] };
  }

  /** All values of a dataset, or of an attribute where one is named. */
  #values(
    what: string,
    areStrings: boolean,
    metadata: Metadata,
    options: SourceReadOptions,
    attribute: string | null,
    path: string,
  ): Uint8Array | readonly string[] {
    const bytes = metadata.size * metadata.total_size;
    const { pointer, free } = allocate(this.#module, bytes, what);
    const at = BigInt(pointer);
    try {
      const status = this.#run(
        what,
        (module, id) =>
          attribute === null
            ? module.get_dataset_data(id, path, null, null, null, at)
            : module.get_attribute_data(id, path, attribute, at),
        options,
      );
      if (status < 0)
        throw new DelayedArrayError(
          "FILE_INVALID",
          `${what}: HDF5 failed to read it without saying why (status ${status})`,
        );
      const values = areStrings
        ? stringsAt(this.#module, pointer, metadata)
        : this.#module.HEAPU8.slice(pointer, pointer + bytes);
      if (metadata.vlen)
        this.#run(what, (module, id) => module.reclaim_vlen_memory(id, path, attribute ?? "", at), options);
      return values;
    } finally {
      free();
    }
  }
}

interface Buffer {
  readonly pointer: number;
  readonly size: number;
  free(): void;
}

/** Memory of the module, which has 2 GB at most. */
function allocate(module: H5wasm, size: number, what: string): Buffer {
  const pointer = size < 2 ** 31 ? module._malloc(Math.max(1, size)) : 0;
  if (pointer === 0) throw new DelayedArrayError("LIMIT_EXCEEDED", `${what}: no memory for a piece of ${size} bytes`);
  return { pointer, size, free: () => module._free(pointer) };
}
