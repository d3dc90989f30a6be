import { DelayedArrayError } from "delayedarray";
import { itemSize } from "delayedarray/internal";
import { decoderOf } from "../decode/decoder.js";
import { openDirectFile } from "../file/direct-file.js";
import { callH5wasm, type H5wasm, loadH5wasm } from "../file/h5wasm-module.js";
import { diagnosed } from "../file/hdf5-diagnosis.js";
import type { Hdf5File, ObjectKind } from "../file/hdf5-file.js";
import { openDataset, where } from "../file/locate.js";
import { undoMetadataFilters } from "../file/metadata-filters.js";
import type { Hdf5Space } from "../format/hdf5-space.js";
import { describeType, type Hdf5Type } from "../format/hdf5-type.js";
import { resolvePath } from "../format/resolve-path.js";
import { openSpace } from "../format/superblock.js";
import { pagedReader } from "../source/page-cache.js";
import { checkStrings } from "./check-strings.js";
import { attributeParts, bytesOf, typeMetadata } from "./h5wasm-types.js";
import type { AttributeValue, ExistingDataset, Hdf5Output, NewDataset, Values } from "./hdf5-output.js";
import { type MountedStorage, mountStorage } from "./mount-storage.js";
import { FILTER_PLACEHOLDER, filterCount, placeBooleans, placeFilters } from "./placeholders.js";
import { type RandomStorage, storageSource } from "./random-storage.js";
import { rawMessages } from "./raw-header.js";
import { removeLink } from "./remove-link.js";
import { withBytes, withStrings } from "./wasm-memory.js";

// HDF5's modes of opening.
const READ_WRITE = 1;
const TRUNCATE = 2;

// HDF5's H5G_obj_t.
const KINDS: readonly ObjectKind[] = ["group", "dataset", "datatype"];

const DEFLATE = 1;
const UNLIMITED = 2n ** 64n - 1n;

/** An output, and how it ends. */
export interface ClosableOutput extends Hdf5Output {
  /** Completes the file. @throws `IO` */
  close(): void;
  /** Lets go of it without completing it. After `close` it does nothing. */
  drop(): void;
}

/**
 * Writes HDF5 with h5wasm.
 *
 * @param storage - an HDF5 file, or nothing yet
 * @throws `FILE_INVALID` for something else than HDF5, `FILE_TRUNCATED`, `IO`, `LIBRARY_MISSING`
 */
export async function openH5wasmOutput(storage: RandomStorage, isNew: boolean): Promise<ClosableOutput> {
  // This package's own reader says better what is wrong with a file.
  if (!isNew) (await readFile(storage)).close();
  const module = await loadH5wasm();
  const mounted = mountStorage(module, storage);
  return new H5wasmOutput(module, storage, mounted, isNew);
}

class H5wasmOutput implements ClosableOutput {
  readonly name: string;
  readonly #module: H5wasm;
  readonly #storage: RandomStorage;
  readonly #mounted: MountedStorage;
  #id: bigint | undefined;
  #failure: unknown;

  constructor(module: H5wasm, storage: RandomStorage, mounted: MountedStorage, isNew: boolean) {
    this.name = storage.name;
    this.#module = module;
    this.#storage = storage;
    this.#mounted = mounted;
    try {
      this.#open(isNew ? TRUNCATE : READ_WRITE);
    } catch (error) {
      this.drop();
      throw error;
    }
  }

  async kind(path: string): Promise<ObjectKind | null> {
    let kind: ObjectKind | null = "group";
    let reached = "";
    // Step by step: HDF5 complains of a way through something that is no group.
    for (const part of path.split("/").filter((one) => one !== "")) {
      if (kind !== "group") return null;
      reached += `/${part}`;
      const here = reached;
      const code = this.#call(path, (module, id) => module.get_type(id, here));
      if (code < 0) return null;
      kind = KINDS[code] ?? "datatype";
    }
    return kind;
  }

  async createGroup(path: string): Promise<void> {
    if (path === "/") return;
    const kind = await this.kind(path);
    if (kind === "group") return;
    if (kind !== null) throw this.#taken(path, kind);
    await this.createGroup(parentOf(path));
    this.#call(path, (module, id) => module.create_group(id, path, false));
  }

  async createDataset(path: string, dataset: NewDataset): Promise<void> {
    const { type, shape, chunks, filters, maxShape = shape } = dataset;
    const kind = await this.kind(path);
    if (kind !== null) throw this.#taken(path, kind);
    await this.createGroup(parentOf(path));
    const count = chunks === null || filters === undefined ? 0 : filterCount(filters);
    const isPlainGzip = count === 1 && filters?.gzip !== null;
    const metadata = {
      ...typeMetadata(type),
      shape: shape.map(BigInt),
      maxshape: maxShape.map((extent) => (extent === null ? UNLIMITED : BigInt(extent))),
      chunks: chunks?.map(BigInt) ?? null,
      compression: count === 0 ? 0 : DEFLATE,
      compression_opts: count === 0 ? [] : isPlainGzip ? [filters!.gzip!] : FILTER_PLACEHOLDER,
      track_order: false,
    } as const;
    // No values are given, which HDF5 complains of once it has made the dataset.
    this.#call(path, (module, id) => module.create_dataset(id, path, 0n, metadata), withoutMissingValues);
    const placeFiltersToo = count > 0 && !isPlainGzip;
    if (type !== "bool" && !placeFiltersToo) return;
    await this.#edit(async (space) => {
      const messages = await this.#messages(space, path);
      placeBooleans(this.#storage, messages);
      if (placeFiltersToo) placeFilters(this.#storage, messages, filters!, metadata.size);
    });
  }

  async describe(path: string): Promise<ExistingDataset> {
    this.#close();
    let type: Hdf5Type;
    try {
      const file = await readFile(this.#storage);
      try {
        type = (await openDataset(file, path, {})).info.type;
      } finally {
        file.close();
      }
    } finally {
      this.#open(READ_WRITE);
    }
    const metadata = this.#call(path, (module, id) => module.get_dataset_metadata(id, path));
    const shape = metadata.shape ?? [];
    return {
      type: writableType(type, where(this, path)),
      typeText: describeType(type),
      shape,
      maxShape: (metadata.maxshape ?? shape).map((extent) => (extent !== null && extent < 2 ** 53 ? extent : null)),
      chunks: metadata.chunks ?? null,
    };
  }

  async write(path: string, start: readonly number[], shape: readonly number[], values: Values): Promise<void> {
    if (shape.includes(0)) return;
    const what = where(this, path);
    const isScalar = shape.length === 0;
    const count = isScalar ? null : shape.map(BigInt);
    const offset = isScalar ? null : start.map(BigInt);
    const stride = isScalar ? null : shape.map(() => 1n);
    const put = (pointer: number) =>
      this.#call(path, (module, id) => module.set_dataset_data(id, path, count, offset, stride, BigInt(pointer)));
    if (ArrayBuffer.isView(values)) withBytes(this.#module, bytesOf(values), what, put);
    else withStrings(this.#module, checkStrings(values, what), what, put);
  }

  async resize(path: string, shape: readonly number[]): Promise<void> {
    this.#call(path, (module, id) => module.resize_dataset(id, path, shape.map(BigInt)));
  }

  async setAttribute(path: string, name: string, value: AttributeValue): Promise<void> {
    const { type, shape, strings, bytes } = attributeParts(value);
    const extents = shape.map(BigInt);
    const metadata = {
      ...typeMetadata(type),
      shape: extents,
      maxshape: null,
      chunks: null,
      compression: 0,
      compression_opts: [],
      track_order: false,
    } as const;
    const names = this.#call(path, (module, id) => module.get_attribute_names(id, path));
    if (names.includes(name)) this.#call(path, (module, id) => module.delete_attribute(id, path, name));
    if (strings !== null) {
      checkStrings(strings, `${where(this, path)}, attribute "${name}"`);
      this.#call(path, (module, id) => module.create_vlen_str_attribute(id, path, name, strings, metadata));
    } else {
      withBytes(this.#module, bytes, where(this, path), (pointer) =>
        this.#call(path, (module, id) => module.create_attribute(id, path, name, BigInt(pointer) as never, metadata)),
      );
    }
    if (type !== "bool") return;
    const placed = await this.#edit(async (space) => placeBooleans(this.#storage, await this.#messages(space, path)));
    if (placed) return;
    this.#failure = new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `${where(this, path)} has so many attributes that they are in a heap: "${name}" cannot be made a boolean there`,
    );
    throw this.#failure;
  }

  async attachScale(path: string, axis: number, scale: string, scaleName: string): Promise<void> {
    this.#call(scale, (module, id) => module.set_scale(id, scale, scaleName));
    this.#call(path, (module, id) => module.attach_scale(id, path, scale, axis));
  }

  async remove(path: string): Promise<void> {
    if ((await this.kind(path)) === null) return;
    const isEmpty = await this.#edit(async (space) => {
      const group = await resolvePath(space, parentOf(path), {});
      await removeLink(this.#storage, space, group!, path.slice(path.lastIndexOf("/") + 1));
      const file = await readFile(this.#storage);
      try {
        return (await file.children("/", {})).length === 0;
      } finally {
        file.close();
      }
    });
    if (!isEmpty) return;
    // Nothing else is there: a new file does not carry along the space of what was taken away.
    this.#close();
    this.#open(TRUNCATE);
  }

  close(): void {
    try {
      this.#close();
    } finally {
      this.drop();
    }
  }

  drop(): void {
    this.#failure ??= new DelayedArrayError("INVALID_ARGUMENT", `${this.name}: nothing more can be written to it`);
    this.#mounted.cut();
    if (this.#id !== undefined) {
      const id = this.#id;
      this.#id = undefined;
      callH5wasm(this.#module, this.#mounted.path, () => this.#module.close_file(id));
    }
    try {
      this.#mounted.unmount();
    } catch {
      // It has been.
    }
  }

  #taken(path: string, kind: ObjectKind): DelayedArrayError {
    return new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${where(this, path)}: there is a ${kind} already; give another name, or mode: "replace"`,
    );
  }

  async #messages(space: Hdf5Space, path: string) {
    const header = await resolvePath(space, path, {});
    return rawMessages(this.#storage, space, header!.address);
  }

  /** Does something to the file's bytes while HDF5 has not got it open. */
  async #edit<T>(work: (space: Hdf5Space) => Promise<T>): Promise<T> {
    this.#close();
    const { name, size } = this.#storage;
    const reader = pagedReader(storageSource(this.#storage));
    const result = await work(await openSpace({ name, size, reader, undoFilters: undoMetadataFilters }, {}));
    this.#open(READ_WRITE);
    return result;
  }

  #open(mode: number): void {
    this.#id = this.#run(this.name, () => this.#module.open(this.#mounted.path, mode, false, -1, -1));
  }

  #close(): void {
    const id = this.#id;
    if (id === undefined) throw this.#failure;
    this.#run(this.name, () => this.#module.close_file(id));
    this.#id = undefined;
  }

  #call<T>(path: string, call: (module: H5wasm, id: bigint) => T, strip?: (diagnosis: string) => string): T {
    const id = this.#id;
    if (id === undefined) throw this.#failure;
    return this.#run(where(this, path), () => call(this.#module, id), strip);
  }

  /** Makes a call and turns every sign of failure into an error, after which there is no other call. */
  #run<T>(what: string, call: () => T, strip: (diagnosis: string) => string = (all) => all): T {
    if (this.#failure !== undefined) throw this.#failure;
    const { value, diagnosis: all, cause } = callH5wasm(this.#module, this.#mounted.path, call);
    const diagnosis = strip(all);
    const failure = this.#mounted.failure ?? (diagnosis === "" ? undefined : diagnosed(what, diagnosis, cause));
    if (failure === undefined) return value as T;
    this.#failure = failure;
    throw failure;
  }
}

async function readFile(storage: RandomStorage): Promise<Hdf5File> {
  const never = () => Promise.reject(new DelayedArrayError("UNSUPPORTED_FEATURE", `${storage.name}: not needed here`));
  return openDirectFile(storageSource(storage), never, {});
}

/** What HDF5 printed, without its complaint that a dataset was created without values. */
function withoutMissingValues(diagnosis: string): string {
  return diagnosis
    .split(/(?=^HDF5-DIAG)/m)
    .filter((stack) => !/in H5Dwrite\(\)[\s\S]*no input buffer/.test(stack))
    .join("");
}

/** The type of an existing dataset's elements, if it is one that is written here. */
function writableType(type: Hdf5Type, what: string): ExistingDataset["type"] {
  if (type.kind === "string") return type.variable ? "string" : null;
  if (type.kind !== "integer" && type.kind !== "float" && type.kind !== "enum") return null;
  const { dtype } = decoderOf(type, what);
  if (type.kind === "enum" && dtype !== "bool") return null;
  if (type.kind === "integer" && type.precision !== type.size * 8) return null;
  return itemSize(dtype) === type.size ? dtype : null;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
