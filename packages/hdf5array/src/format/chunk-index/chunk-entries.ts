import type { StoredDataset } from "../stored-dataset.js";
import type { ChunkBatch } from "./chunk-batch.js";
import { addressAt, floorLog2, unsignedAt } from "./fields.js";
import type { IndexReader } from "./index-reader.js";

/** How an index notes where a chunk is: its address alone, or with its size and filter mask where there are filters. */
export interface EntryFormat {
  readonly filtered: boolean;
  /** Bytes of an address. */
  readonly offsetSize: number;
  /** Bytes of a chunk's size; 0 where it is not noted. */
  readonly sizeSize: number;
  /** Bytes of an entry. */
  readonly entrySize: number;
  /** Bytes of a chunk before its filters. */
  readonly chunkBytes: number;
}

/** Bytes of a filter mask. */
const MASK = 4;

/**
 * How the newer indexes note the chunks of a dataset.
 *
 * @see HDF5 File Format Specification, section VII, "Appendix C: Types of Indexes for Dataset Chunks": the size of a chunk
 * takes as many bytes as its unfiltered size and one more; since layout message 5 as many as the file's lengths
 */
export function entryFormat(reader: IndexReader, { layout, filters }: StoredDataset): EntryFormat {
  const { offsetSize, lengthSize } = reader.space;
  if (layout.kind !== "chunked") throw new TypeError(`no index of chunks: ${layout.kind}`);
  const { chunkShape, elementSize, version } = layout;
  const chunkBytes = chunkShape.reduce((product, extent) => product * extent, elementSize);
  const filtered = filters.length > 0;
  const noted = version > 4 ? lengthSize : Math.min(8, 1 + Math.floor((floorLog2(Math.max(1, chunkBytes)) + 8) / 8));
  const sizeSize = filtered ? noted : 0;
  return { filtered, offsetSize, sizeSize, entrySize: offsetSize + sizeSize + (filtered ? MASK : 0), chunkBytes };
}

/** Entries of an index. */
export interface ChunkEntries {
  /** -1 where nothing is stored. */
  readonly addresses: Float64Array;
  /** As stored; empty where all chunks have their unfiltered size. */
  readonly sizes: Float64Array;
  readonly filterMasks: Uint32Array;
}

/**
 * Decodes entries.
 *
 * @param at - where the first one begins
 * @param stride - from the beginning of one to that of the next
 */
export function decodeEntries(
  view: DataView,
  at: number,
  count: number,
  format: EntryFormat,
  stride = format.entrySize,
): ChunkEntries {
  const { filtered, offsetSize, sizeSize } = format;
  const addresses = new Float64Array(count);
  const sizes = new Float64Array(filtered ? count : 0);
  const filterMasks = new Uint32Array(filtered ? count : 0);
  for (let i = 0, p = at; i < count; i++, p += stride) {
    addresses[i] = addressAt(view, p, offsetSize);
    if (!filtered) continue;
    sizes[i] = unsignedAt(view, p + offsetSize, sizeSize);
    filterMasks[i] = view.getUint32(p + offsetSize + sizeSize, true);
  }
  return { addresses, sizes, filterMasks };
}

/** Notes entry `e` as the place of chunk `i`. */
export function takeEntry(
  batch: ChunkBatch,
  i: number,
  { addresses, sizes, filterMasks }: ChunkEntries,
  e: number,
  { filtered, chunkBytes }: EntryFormat,
): void {
  const address = addresses[e]!;
  if (address < 0) return;
  if (filtered) batch.found(i, address, sizes[e]!, filterMasks[e]!);
  else batch.found(i, address, chunkBytes, 0);
}
