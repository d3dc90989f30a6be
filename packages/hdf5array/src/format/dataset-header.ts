import type { SourceReadOptions } from "../source/byte-source.js";
import { type BlockReader, damage } from "./block-reader.js";
import { readDataspace } from "./dataspace-message.js";
import { readDatatype } from "./datatype-message.js";
import { type FillValue, readFillValue, readOldFillValue } from "./fill-value-message.js";
import { readFilters } from "./filters-message.js";
import type { Hdf5Space } from "./hdf5-space.js";
import { HEADER_MESSAGE } from "./header-message-types.js";
import { readLayout, SIZE_OF_VALUES } from "./layout-message.js";
import { findMessage, type ObjectHeader, readObjectHeader } from "./object-header.js";
import { objectKind } from "./object-kind.js";
import { openMessage } from "./shared-message.js";
import type { DataLayout, StoredDataset } from "./stored-dataset.js";

/**
 * What is noted of the dataset whose object header is at an address.
 *
 * @param path - the dataset's path, for its description; messages name what `space` is named by
 * @throws `FILE_INVALID`, `FILE_TRUNCATED`
 */
export async function readStoredDataset(
  space: Hdf5Space,
  address: number,
  path: string,
  options: SourceReadOptions,
): Promise<StoredDataset> {
  const header = await readObjectHeader(space, address, options);
  const open = async (type: number): Promise<BlockReader | undefined> => {
    const message = findMessage(header, type);
    return message === undefined ? undefined : openMessage(space, message, options);
  };
  const required = async (type: number, what: string): Promise<BlockReader> => {
    const reader = await open(type);
    if (reader === undefined) throw damage(space, "object header", address, `it has no ${what}`);
    return reader;
  };
  if (objectKind(header) === "group") throw damage(space, "object header", address, "it is a group's, not a dataset's");
  const type = readDatatype(await required(HEADER_MESSAGE.DATATYPE, "datatype message"));
  const { shape, maxShape } = readDataspace(await required(HEADER_MESSAGE.DATASPACE, "dataspace message"));
  const filterReader = await open(HEADER_MESSAGE.FILTERS);
  const filters = filterReader === undefined ? [] : readFilters(filterReader);
  const layoutReader = await required(HEADER_MESSAGE.LAYOUT, "data layout message");
  const stated = readLayout(layoutReader);
  const layout = isExternal(header) ? externalLayout(layoutReader, stated) : stated;
  const { bytes: fill, isUndefined } = await readFill(open);
  if (fill !== null && fill.length !== type.size) {
    throw damage(
      space,
      "object header",
      address,
      `its fill value has ${fill.length} bytes, but its elements have ${type.size}`,
    );
  }
  const chunks = layout.kind === "chunked" ? layout.chunkShape : null;
  const info = { path, shape, type, chunks, filters: filters.map(({ id, name }) => ({ id, name })) };
  return {
    info,
    maxShape,
    layout: checkLayout(space, layoutReader, layout, shape, type.size),
    filters,
    fill,
    hasNoFill: isUndefined,
  };
}

function isExternal(header: ObjectHeader): boolean {
  return findMessage(header, HEADER_MESSAGE.EXTERNAL_FILES) !== undefined;
}

function externalLayout(reader: BlockReader, { kind }: DataLayout): DataLayout {
  if (kind === "contiguous") return { kind: "external" };
  throw reader.damage(`values in other files cannot have the layout "${kind}"`, 0);
}

async function readFill(open: (type: number) => Promise<BlockReader | undefined>): Promise<FillValue> {
  const reader = await open(HEADER_MESSAGE.FILL_VALUE);
  if (reader !== undefined) return readFillValue(reader);
  const old = await open(HEADER_MESSAGE.OLD_FILL_VALUE);
  // As HDF5 has it, a dataset without any such message has no fill value, not one of zero.
  return old === undefined ? { bytes: null, isUndefined: true } : readOldFillValue(old);
}

/** Checks a layout against the values that are to be found in it. */
function checkLayout(
  space: Hdf5Space,
  reader: BlockReader,
  layout: DataLayout,
  shape: readonly number[] | null,
  elementSize: number,
): DataLayout {
  const size = shape === null ? 0 : shape.reduce((product, extent) => product * extent, elementSize);
  switch (layout.kind) {
    case "compact":
      if (layout.bytes.length !== size)
        throw reader.damage(`it holds ${layout.bytes.length} bytes, but the dataset's values have ${size}`, 0);
      return layout;
    case "contiguous": {
      const { address } = layout;
      if (address !== null && (size === 0 || address + size > space.end)) {
        throw reader.damage(
          `the dataset's ${size} bytes at ${space.base + address} do not lie within the file's content, which ends at byte ${space.base + space.end}`,
          0,
        );
      }
      const stated = layout.size === SIZE_OF_VALUES ? size : layout.size;
      if (address !== null && stated < size)
        throw reader.damage(`it has ${stated} bytes, but the dataset's values have ${size}`, 0);
      return { ...layout, size };
    }
    case "chunked":
      if (shape === null || shape.length !== layout.chunkShape.length) {
        throw reader.damage(
          `chunks of ${layout.chunkShape.length} dimensions cannot hold a dataset of ${shape?.length ?? "no"} dimensions`,
          0,
        );
      }
      if (layout.elementSize !== elementSize)
        throw reader.damage(`its elements have ${layout.elementSize} bytes, but the datatype has ${elementSize}`, 0);
      checkChunkSize(reader, layout);
      return layout;
    default:
      return layout;
  }
}

/** A B-tree of the first version notes sizes in four bytes. */
function checkChunkSize(reader: BlockReader, layout: DataLayout & { readonly kind: "chunked" }): void {
  const size = layout.chunkShape.reduce((product, extent) => product * extent, layout.elementSize);
  const most = layout.index.kind === "btree1" ? 2 ** 32 - 1 : Number.MAX_SAFE_INTEGER;
  if (size > most) throw reader.damage(`its chunks have ${size} bytes, at most ${most} can be`, 0);
}
