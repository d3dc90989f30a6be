import type { SourceReadOptions } from "../../source/byte-source.js";
import type { StoredDataset } from "../stored-dataset.js";
import { type ChunkEntries, decodeEntries, type EntryFormat, entryFormat, takeEntry } from "./chunk-entries.js";
import type { ChunkIndex } from "./chunk-index.js";
import { chunkNumbering } from "./chunk-numbering.js";
import { addressAt, unsignedAt } from "./fields.js";
import { CHECKSUM, type IndexReader, SIGNATURE } from "./index-reader.js";

const HEADER = "the header of the fixed array of chunks";
const BLOCK = "the data block of the fixed array of chunks";
const PAGE = "the page of the fixed array of chunks";

/** More than that, and HDF5 takes another number: it shifts words of 64 bits. */
const MOST_PAGE_BITS = 63;

/** What the header says. */
interface Header {
  /** Entries in all. */
  readonly entries: number;
  /** Entries in a page; arrays with more have pages. */
  readonly pageEntries: number;
  /** Address of the data block; -1 where no chunk is stored. */
  readonly block: number;
}

/** Entries that are read together. */
interface Part {
  /** Positions of the first of them and of the one after the last. */
  readonly start: number;
  readonly stop: number;
  read(): Promise<ChunkEntries>;
}

/**
 * The index of datasets without unlimited axes: an array with an entry for each chunk. Of a large one, which has pages,
 * only those with wanted chunks are read, all at once.
 *
 * @see HDF5 File Format Specification, section VII.C, "The Fixed Array Index"
 */
export function fixedArray(reader: IndexReader, stored: StoredDataset, address: number): ChunkIndex {
  const format = entryFormat(reader, stored);
  const positionOf = chunkNumbering(reader, stored, 0, address);
  return {
    async locate(batch, options) {
      const header = await readHeader(reader, format, address, options);
      if (header.block < 0) return;
      const { offsetSize } = format;
      const { entries, pageEntries, block } = header;
      const pages = entries > pageEntries ? Math.ceil(entries / pageEntries) : 0;
      const bitmapBytes = Math.ceil(pages / 8);
      const prefix = SIGNATURE + 1 + 1 + offsetSize + bitmapBytes;
      const start = { address: block, header: address, prefix };
      const whole = () => readWhole(reader, format, start, entries, options);
      const bitmap = pages === 0 ? null : await readPrefix(reader, format, start, bitmapBytes, options);
      const wanted: { part: Part; first: number; last: number }[] = [];
      for (let i = 0; i < batch.count; i++) {
        const position = positionOf(batch, i);
        if (position >= entries)
          throw reader.invalid(`${HEADER} has ${entries} entries, too few for chunk ${batch.describe(i)}`, address);
        const open = wanted.at(-1);
        if (open !== undefined && position < open.part.stop) {
          open.last = i;
          continue;
        }
        if (bitmap === null) {
          wanted.push({ part: { start: 0, stop: entries, read: whole }, first: i, last: i });
          continue;
        }
        const page = Math.floor(position / pageEntries);
        // Bits are counted from the highest one of each byte. Where it is 0, nothing was ever written.
        const written = (bitmap[page >> 3]! & (0x80 >> (page & 7))) !== 0;
        const first = page * pageEntries;
        const stop = Math.min(entries, first + pageEntries);
        const at = block + prefix + CHECKSUM + page * (pageEntries * format.entrySize + CHECKSUM);
        const read = () => readPage(reader, format, at, stop - first, options);
        if (written) wanted.push({ part: { start: first, stop, read }, first: i, last: i });
      }
      await reader.each(wanted, async ({ part, first, last }) => {
        const found = await part.read();
        for (let i = first; i <= last; i++) takeEntry(batch, i, found, positionOf(batch, i) - part.start, format);
      });
    },
  };
}

function readHeader(
  reader: IndexReader,
  format: EntryFormat,
  address: number,
  options: SourceReadOptions,
): Promise<Header> {
  const { offsetSize, lengthSize } = reader.space;
  const length = SIGNATURE + 1 + 1 + 1 + 1 + lengthSize + offsetSize + CHECKSUM;
  return reader.block(
    address,
    length,
    HEADER,
    (bytes, view) => {
      reader.checkStart(bytes, "FAHD", address, HEADER);
      reader.checkSum(bytes, view, address, HEADER);
      checkClient(reader, bytes, format, address, HEADER);
      const entrySize = bytes[6];
      if (entrySize !== format.entrySize)
        throw reader.invalid(`${HEADER} has entries of ${entrySize} bytes, expected ${format.entrySize}`, address);
      const entries = unsignedAt(view, 8, lengthSize);
      const block = addressAt(view, 8 + lengthSize, offsetSize);
      if (!Number.isSafeInteger(entries)) throw reader.invalid(`${HEADER} has ${entries} entries`, address);
      const pageBits = bytes[7]!;
      if (pageBits > MOST_PAGE_BITS)
        throw reader.invalid(`${HEADER} says page bits ${pageBits}, expected at most ${MOST_PAGE_BITS}`, address);
      return { entries, pageEntries: 2 ** pageBits, block };
    },
    options,
  );
}

/** Checks what kind of entries a block says it has: of chunks without filters (0) or with (1). */
function checkClient(
  reader: IndexReader,
  bytes: Uint8Array,
  { filtered }: EntryFormat,
  address: number,
  what: string,
): void {
  const client = bytes[SIGNATURE + 1];
  const expected = filtered ? 1 : 0;
  if (client !== expected) throw reader.invalid(`${what} is of kind ${client}, expected ${expected}`, address);
}

/** Where the data block is, which header it should name, and its bytes before entries or checksum. */
interface BlockStart {
  readonly address: number;
  readonly header: number;
  readonly prefix: number;
}

function checkBlock(
  reader: IndexReader,
  bytes: Uint8Array,
  view: DataView,
  format: EntryFormat,
  { address, header }: BlockStart,
): void {
  reader.checkStart(bytes, "FADB", address, BLOCK);
  reader.checkSum(bytes, view, address, BLOCK);
  checkClient(reader, bytes, format, address, BLOCK);
  const owner = addressAt(view, SIGNATURE + 1 + 1, format.offsetSize);
  if (owner !== header) throw reader.invalid(`${BLOCK} belongs to the header at ${owner}, expected ${header}`, address);
}

/** The bitmap of pages that have been written. */
function readPrefix(
  reader: IndexReader,
  format: EntryFormat,
  start: BlockStart,
  bitmapBytes: number,
  options: SourceReadOptions,
): Promise<Uint8Array> {
  return reader.block(
    start.address,
    start.prefix + CHECKSUM,
    BLOCK,
    (bytes, view) => {
      checkBlock(reader, bytes, view, format, start);
      return bytes.slice(start.prefix - bitmapBytes, start.prefix);
    },
    options,
  );
}

function readWhole(
  reader: IndexReader,
  format: EntryFormat,
  start: BlockStart,
  entries: number,
  options: SourceReadOptions,
): Promise<ChunkEntries> {
  return reader.block(
    start.address,
    start.prefix + entries * format.entrySize + CHECKSUM,
    BLOCK,
    (bytes, view) => {
      checkBlock(reader, bytes, view, format, start);
      return decodeEntries(view, start.prefix, entries, format);
    },
    options,
  );
}

function readPage(
  reader: IndexReader,
  format: EntryFormat,
  address: number,
  entries: number,
  options: SourceReadOptions,
): Promise<ChunkEntries> {
  return reader.block(
    address,
    entries * format.entrySize + CHECKSUM,
    PAGE,
    (bytes, view) => {
      reader.checkSum(bytes, view, address, PAGE);
      return decodeEntries(view, 0, entries, format);
    },
    options,
  );
}
