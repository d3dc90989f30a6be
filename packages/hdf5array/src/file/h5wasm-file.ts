import { DelayedArrayError } from "delayedarray";
import { breathe } from "../decode/breathe.js";
import type { DatasetInfo } from "../format/dataset-info.js";
import { filterName } from "../format/filter-names.js";
import type { Piece, Span } from "../read/piece.js";
import type { ByteSource, SourceReadOptions } from "../source/byte-source.js";
import { readWhole } from "../source/read-whole.js";
import { boxesOf } from "./boxes.js";
import { checkFilters } from "./filters.js";
import { callH5wasm, type H5wasm, loadH5wasm, type Mounted, mount } from "./h5wasm-module.js";
import { stringsAt } from "./h5wasm-strings.js";
import { typeOfRead } from "./h5wasm-type.js";
import { diagnosed, withoutEnumOrder } from "./hdf5-diagnosis.js";
import type { FallbackFile, Hdf5Dataset, Hdf5Strings } from "./hdf5-file.js";
import { absolutePath, noStrings, where } from "./locate.js";

/** Filters that h5wasm's HDF5 is built with. */
const AVAILABLE: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6]);

/** Bytes read at once: enough to make a call's cost vanish, few enough that the event loop gets its turn. */
const PIECE_BYTES = 16 * 2 ** 20;

// HDF5's H5G_obj_t.
const DATASET = 1;

const READ_ONLY = 0;

/**
 * Opens a file with h5wasm, for datasets that this package's own reader has described but cannot read. The source stays
 * the caller's, and has to stay open for as long as the file does.
 *
 * @throws `FILE_INVALID`, `FILE_TRUNCATED`, `LIBRARY_MISSING`, `LIMIT_EXCEEDED` for a source that would have to be read
 * whole and is too large for that
 */
export async function openH5wasmFile(source: ByteSource, options: SourceReadOptions): Promise<FallbackFile> {
  const whole = source.readSync === undefined ? await readWhole(source, options) : source;
  const module = await loadH5wasm();
  options.signal?.throwIfAborted();
  const mounted = mount(module, whole);
  try {
    const { path } = mounted;
    const id = run(module, mounted, source.name, () => module.open(path, READ_ONLY, false, -1, -1));
    return new H5wasmFile(module, source.name, mounted, id);
  } catch (error) {
    mounted.unmount();
    throw error;
  }
}

/** Makes a call and turns every sign of failure into an error. */
function run<T>(module: H5wasm, mounted: Mounted, what: string, call: () => T): T {
  const { value, diagnosis: all, cause } = callH5wasm(module, mounted.path, call);
  const diagnosis = withoutEnumOrder(all);
  const failure = mounted.takeError();
  if (failure !== undefined) throw failure;
  if (diagnosis !== "") throw diagnosed(what, diagnosis, cause);
  return value as T;
}

/** Closes files that were forgotten, so that their descriptors do not pile up. */
const forgotten = new FinalizationRegistry<() => void>((release) => release());

class H5wasmFile implements FallbackFile {
  readonly name: string;
  readonly #module: H5wasm;
  readonly #mounted: Mounted;
  readonly #id: bigint;
  readonly #release: () => void;
  #closed = false;

  constructor(module: H5wasm, name: string, mounted: Mounted, id: bigint) {
    this.name = name;
    this.#module = module;
    this.#mounted = mounted;
    this.#id = id;
    this.#release = () => {
      callH5wasm(module, mounted.path, () => module.close_file(id));
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

  async dataset(info: DatasetInfo, options: SourceReadOptions): Promise<Hdf5Dataset> {
    const { path } = info;
    const what = where(this, path);
    this.#checkSources(path, new Set(), options);
    // HDF5 alone knows the extent of a virtual dataset whose sources grow.
    const { shape } = this.#run(what, (module, id) => module.get_dataset_metadata(id, path), options);
    const given: DatasetInfo = { ...info, shape, type: typeOfRead(info.type) };
    return {
      info: given,
      reader: "h5wasm",
      read: (spans, receive, readOptions) => this.#read(given, spans, receive, readOptions),
    };
  }

  /** Checks the filters of a dataset, and of those in which a virtual one has its values. */
  #checkSources(path: string, seen: Set<string>, options: SourceReadOptions): void {
    if (seen.has(path)) return;
    seen.add(path);
    const what = where(this, path);
    const filters = this.#run(what, (module, id) => module.get_dataset_filters(id, path), options);
    checkFilters(
      filters.map(({ id, name }) => ({ id, name: filterName(id, name) })),
      AVAILABLE,
      what,
    );
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
      if (!dset_name.includes("%") && this.#isDataset(source, options)) this.#checkSources(source, seen, options);
    }
  }

  /** For a source that is not there HDF5 gives fill values. */
  #isDataset(path: string, options: SourceReadOptions): boolean {
    this.#check(where(this, path), options);
    const { value } = callH5wasm(this.#module, this.#mounted.path, () => this.#module.get_type(this.#id, path));
    return value === DATASET;
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
        checkStatus(status, what);
        // The view is made now: the memory moves when it grows.
        receive({ start, count, bytes: this.#module.HEAPU8.subarray(pointer, pointer + bytes) });
        options.signal?.throwIfAborted();
      }
    } finally {
      buffer?.free();
    }
  }

  async strings({ path, type }: DatasetInfo, options: SourceReadOptions): Promise<Hdf5Strings> {
    const what = where(this, path);
    this.#checkSources(path, new Set(), options);
    const metadata = this.#run(what, (module, id) => module.get_dataset_metadata(id, path), options);
    const { shape, size, total_size, vlen } = metadata;
    if (shape === null || type.kind !== "string") throw noStrings(what, shape, type);
    const { pointer, free } = allocate(this.#module, size * total_size, what);
    const at = BigInt(pointer);
    try {
      const status = this.#run(what, (module, id) => module.get_dataset_data(id, path, null, null, null, at), options);
      checkStatus(status, what);
      const values = stringsAt(this.#module, pointer, metadata, type);
      if (vlen) this.#run(what, (module, id) => module.reclaim_vlen_memory(id, path, "", at), options);
      return { shape, values };
    } finally {
      free();
    }
  }
}

/** @throws `FILE_INVALID` */
function checkStatus(status: number, what: string): void {
  if (status >= 0) return;
  throw new DelayedArrayError("FILE_INVALID", `${what}: HDF5 failed to read it without saying why (status ${status})`);
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
