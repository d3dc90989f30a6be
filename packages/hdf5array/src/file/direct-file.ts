import { DelayedArrayError } from "delayedarray";
import { DECODED_FILTERS } from "../decode/undo-filters.js";
import type { StoredAttribute } from "../format/attribute-message.js";
import { findAttribute, listAttributes } from "../format/attributes.js";
import { damage } from "../format/block-reader.js";
import { readStoredDataset } from "../format/dataset-header.js";
import { readDatatype } from "../format/datatype-message.js";
import { dimensionScales } from "../format/dimension-scales.js";
import { checkFilterParameters } from "../format/filter-parameters.js";
import { fixedStrings } from "../format/fixed-strings.js";
import { listLinks } from "../format/group.js";
import type { Hdf5Space } from "../format/hdf5-space.js";
import { HEADER_MESSAGE } from "../format/header-message-types.js";
import { findMessage, type ObjectHeader, readObjectHeader } from "../format/object-header.js";
import { objectKind } from "../format/object-kind.js";
import { resolvePath } from "../format/resolve-path.js";
import { openMessage } from "../format/shared-message.js";
import type { StoredDataset } from "../format/stored-dataset.js";
import { openSpace } from "../format/superblock.js";
import { readVariableStrings } from "../format/variable-strings.js";
import { type DatasetReader, openDatasetReader } from "../read/dataset-reader.js";
import type { ByteSource, SourceReadOptions } from "../source/byte-source.js";
import { pagedReader } from "../source/page-cache.js";
import { type RangeReader, rangeReader } from "../source/range-reader.js";
import { SharedRequest } from "../source/shared-request.js";
import { checkForFallback } from "./check-for-fallback.js";
import { checkFilters } from "./filters.js";
import type {
  FallbackFile,
  Hdf5Attribute,
  Hdf5Dataset,
  Hdf5File,
  Hdf5Strings,
  ObjectDescription,
  ObjectKind,
  ScaleTexts,
  StringType,
} from "./hdf5-file.js";
import { noStrings, where } from "./locate.js";
import { undoMetadataFilters } from "./metadata-filters.js";
import { placeBox } from "./place-box.js";

/** The filter that the fallback undoes: n-bit. */
const FALLBACK_FILTERS: ReadonlySet<number> = new Set([5]);

const AVAILABLE: ReadonlySet<number> = new Set([...DECODED_FILTERS, ...FALLBACK_FILTERS]);

/** Bytes of a dataset of strings that is read whole. */
const MOST_STRING_BYTES = 2 ** 31;

/** Opens the same file by other means. The source stays the caller's. */
export type OpenFallback = (source: ByteSource, options: SourceReadOptions) => Promise<FallbackFile>;

/**
 * Opens a file with this package's own reader. The source then belongs to the file, which closes it.
 *
 * @param openFallback - opens it for datasets that the reader does not know: values in other datasets, and
 * filters that are seldom used
 * @throws `FILE_INVALID` for something else than HDF5, `FILE_TRUNCATED`, `IO`
 */
export async function openDirectFile(
  source: ByteSource,
  openFallback: OpenFallback,
  options: SourceReadOptions,
): Promise<Hdf5File> {
  try {
    const { name, size } = source;
    const pages = pagedReader(source);
    const space = await openSpace({ name, size, reader: pages, undoFilters: undoMetadataFilters }, options);
    return new DirectFile(source, space, rangeReader(source, { pages }), openFallback);
  } catch (error) {
    source.close();
    throw error;
  }
}

/** Closes files that were forgotten, so that their descriptors do not pile up. */
const forgotten = new FinalizationRegistry<() => void>((release) => release());

class DirectFile implements Hdf5File {
  readonly name: string;
  readonly #source: ByteSource;
  readonly #space: Hdf5Space;
  readonly #ranges: RangeReader;
  readonly #openFallback: OpenFallback;
  #fallback: SharedRequest<FallbackFile> | undefined;
  #closed = false;

  constructor(source: ByteSource, space: Hdf5Space, ranges: RangeReader, openFallback: OpenFallback) {
    this.name = source.name;
    this.#source = source;
    this.#space = space;
    this.#ranges = ranges;
    this.#openFallback = openFallback;
    forgotten.register(this, () => source.close(), this);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    forgotten.unregister(this);
    this.#fallback?.join(undefined).then(
      (file) => file.close(),
      () => {},
    );
    this.#source.close();
  }

  #check(what: string, { signal }: SourceReadOptions): void {
    signal?.throwIfAborted();
    if (this.#closed)
      throw new DelayedArrayError("INVALID_ARGUMENT", `${what}: the file is closed; open it again to read from it`);
  }

  /** Does some work, which fails when the file is closed meanwhile. */
  async #run<T>(path: string, options: SourceReadOptions, work: (space: Hdf5Space) => Promise<T>): Promise<T> {
    const what = where(this, path);
    this.#check(what, options);
    try {
      return await work(this.#space.named(what));
    } finally {
      this.#check(what, options);
    }
  }

  async #object(path: string, options: SourceReadOptions): Promise<ObjectHeader> {
    const header = await resolvePath(this.#space, path, options);
    if (header !== null) return header;
    throw new DelayedArrayError("NOT_FOUND", `${where(this, path)} does not exist`);
  }

  async kind(path: string, options: SourceReadOptions): Promise<ObjectKind | null> {
    return this.#run(path, options, async (space) => {
      const header = await resolvePath(this.#space, path, options);
      if (header === null) return null;
      const kind = objectKind(header);
      if (kind === "datatype") await checkDatatype(space, header, options);
      if (kind !== null) return kind;
      const offset = this.#space.base + header.address;
      throw new DelayedArrayError(
        "FILE_INVALID",
        `${where(this, path)}: object header at byte ${offset}: it is neither a group's nor a dataset's nor a datatype's`,
      );
    });
  }

  async children(path: string, options: SourceReadOptions): Promise<readonly string[]> {
    return this.#run(path, options, async (space) => {
      const links = await listLinks(space, await this.#object(path, options), options);
      return links.map(({ name }) => name);
    });
  }

  async dataset(path: string, options: SourceReadOptions): Promise<Hdf5Dataset> {
    return this.#run(path, options, async (space) => {
      const { address } = await this.#object(path, options);
      const stored = await readStoredDataset(space, address, path, options);
      checkFilters(stored.filters, AVAILABLE, where(this, path));
      checkFilterParameters(stored, space.name);
      if (needsFallback(stored)) return (await this.#useFallback(space, stored, options)).dataset(stored.info, options);
      return {
        info: stored.info,
        reader: "direct" as const,
        ...this.#reader(stored),
        variableStrings: (references: Uint8Array, readOptions: SourceReadOptions) =>
          this.#run(path, readOptions, (inside) => readVariableStrings(inside, references, readOptions)),
      };
    });
  }

  /** Reads values, as long as the file is open. */
  #reader(stored: StoredDataset): DatasetReader {
    const { path } = stored.info;
    const what = where(this, path);
    const access = { space: this.#space, ranges: this.#ranges, source: this.#source };
    const reader = openDatasetReader(access, stored);
    const { readInto } = reader;
    return {
      read: (spans, receive, options) =>
        this.#run(path, options, () => {
          const checked: typeof receive = (piece) => {
            this.#check(what, options);
            receive(piece);
          };
          return reader.read(spans, checked, options);
        }),
      ...(readInto === undefined
        ? {}
        : {
            readInto: (box, target, options) =>
              this.#run(path, options, () => readInto.call(reader, box, target, options)),
          }),
    };
  }

  /** The same file by other means, opened once, for a dataset that can be trusted to it. */
  async #useFallback(space: Hdf5Space, stored: StoredDataset, options: SourceReadOptions): Promise<FallbackFile> {
    await checkForFallback(space, stored, options);
    const open = () => {
      const forget = () => {
        if (this.#fallback === request) this.#fallback = undefined;
      };
      const request = new SharedRequest(async (signal) => {
        try {
          return await this.#openFallback(this.#source, { signal });
        } catch (error) {
          forget();
          throw error;
        }
      }, forget);
      return request;
    };
    this.#fallback ??= open();
    return this.#fallback.join(options.signal);
  }

  async attribute(path: string, name: string, options: SourceReadOptions): Promise<Hdf5Attribute | null> {
    return this.#run(path, options, async (space) => {
      const inside = space.named(`${where(this, path)}, attribute "${name}"`);
      const attribute = await findAttribute(inside, await this.#object(path, options), name, options);
      return attribute === undefined ? null : attributeOf(inside, attribute, options);
    });
  }

  async strings(path: string, options: SourceReadOptions): Promise<Hdf5Strings> {
    return this.#run(path, options, async (space) => {
      const { address } = await this.#object(path, options);
      const stored = await readStoredDataset(space, address, path, options);
      return this.#stringsOf(space, stored, options);
    });
  }

  async #stringsOf(space: Hdf5Space, stored: StoredDataset, options: SourceReadOptions): Promise<Hdf5Strings> {
    const { type, shape, path } = stored.info;
    const what = where(this, path);
    if (type.kind !== "string" || shape === null) throw noStrings(what, shape, type);
    checkFilters(stored.filters, AVAILABLE, what);
    if (needsFallback(stored)) return (await this.#useFallback(space, stored, options)).strings(stored.info, options);
    const size = shape.reduce((product, extent) => product * extent, type.size);
    if (size > MOST_STRING_BYTES) {
      throw new DelayedArrayError(
        "LIMIT_EXCEEDED",
        `${what} has strings of ${size} bytes, more than the ${MOST_STRING_BYTES} that can be read at once`,
      );
    }
    const bytes = new Uint8Array(size);
    const spans = shape.map((extent) => (extent === 0 ? [] : [{ start: 0, stop: extent }]));
    if (size > 0) await this.#reader(stored).read(spans, (piece) => placeBox(piece, type.size, shape, bytes), options);
    return { shape, values: await stringsOf(space, type, bytes, options) };
  }

  async texts(
    path: string,
    type: StringType,
    bytes: Uint8Array,
    options: SourceReadOptions,
  ): Promise<readonly string[]> {
    return this.#run(path, options, (space) => stringsOf(space, type, bytes, options));
  }

  async describe(path: string, options: SourceReadOptions, address?: number): Promise<ObjectDescription> {
    return this.#run(path, options, async (space) => {
      const header =
        address === undefined ? await this.#object(path, options) : await readObjectHeader(space, address, options);
      const kind = objectKind(header);
      if (kind === null) throw damage(space, "object header", header.address, "it is no known object's");
      if (kind === "datatype") await checkDatatype(space, header, options);
      const attributes: ObjectDescription["attributes"][number][] = [];
      for (const attribute of await listAttributes(space, header, options))
        attributes.push({ name: attribute.name, ...(await attributeOf(space, attribute, options)) });
      return {
        kind,
        address: header.address,
        links: kind === "group" ? await listLinks(space, header, options) : [],
        dataset: kind === "dataset" ? await readStoredDataset(space, header.address, path, options) : null,
        attributes,
      };
    });
  }

  async scaleTexts(path: string, options: SourceReadOptions): Promise<readonly ScaleTexts[]> {
    return this.#run(path, options, async (space) => {
      const found: ScaleTexts[] = [];
      for (const { axis, address } of await dimensionScales(space, await this.#object(path, options), options)) {
        const scale = await readStoredDataset(space, address, path, options);
        const { shape, type } = scale.info;
        if (type.kind !== "string" || shape?.length !== 1) continue;
        const header = await readObjectHeader(space, address, options);
        const name = await findAttribute(space, header, "NAME", options);
        const [text] = name?.type.kind === "string" ? await stringsOf(space, name.type, name.bytes, options) : [];
        found.push({ axis, name: text ?? "", values: (await this.#stringsOf(space, scale, options)).values });
      }
      return found;
    });
  }
}

async function attributeOf(
  space: Hdf5Space,
  { type, shape, bytes }: StoredAttribute,
  options: SourceReadOptions,
): Promise<Hdf5Attribute> {
  const value = type.kind === "string" && shape !== null ? await stringsOf(space, type, bytes, options) : bytes;
  return { type, shape, value };
}

/** Checks a committed datatype: nothing else would. */
async function checkDatatype(space: Hdf5Space, header: ObjectHeader, options: SourceReadOptions): Promise<void> {
  const message = findMessage(header, HEADER_MESSAGE.DATATYPE);
  if (message !== undefined) readDatatype(await openMessage(space, message, options));
}

/** Whether a dataset is read by other means, or refused on the way to them: external storage. */
function needsFallback({ layout, filters }: StoredDataset): boolean {
  if (layout.kind === "external" || layout.kind === "virtual") return true;
  return filters.some(({ id }) => !DECODED_FILTERS.has(id));
}

async function stringsOf(
  space: Hdf5Space,
  type: StringType,
  bytes: Uint8Array,
  options: SourceReadOptions,
): Promise<readonly string[]> {
  return type.variable ? readVariableStrings(space, bytes, options) : fixedStrings(bytes, type.size, type.padding);
}
