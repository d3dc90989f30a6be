import type { SourceReadOptions } from "../../source/byte-source.js";
import type { StoredDataset } from "../stored-dataset.js";
import type { ChunkBatch } from "./chunk-batch.js";
import { type ChunkEntries, decodeEntries, type EntryFormat, entryFormat, takeEntry } from "./chunk-entries.js";
import type { ChunkIndex } from "./chunk-index.js";
import { chunkNumbering } from "./chunk-numbering.js";
import { addressAt, floorLog2, unsignedAt } from "./fields.js";
import { CHECKSUM, type IndexReader, SIGNATURE } from "./index-reader.js";

const HEADER = "the header of the extensible array of chunks";
const INDEX_BLOCK = "the index block of the extensible array of chunks";
const SUPER_BLOCK = "the super block of the extensible array of chunks";
const DATA_BLOCK = "the data block of the extensible array of chunks";
const PAGE = "the page of the extensible array of chunks";

/** Bytes with which all blocks but the header begin, before the header's address: signature, version and kind of entries. */
const START = SIGNATURE + 1 + 1;

/** What the header says. */
interface Header {
  readonly address: number;
  /** Entries that were ever written: one more than the highest of them. */
  readonly entries: number;
  /** Entries in the index block. */
  readonly indexEntries: number;
  /** Entries of the smallest data blocks, a power of 2. */
  readonly minEntries: number;
  /** Super blocks whose data blocks the index block points to itself. */
  readonly directSuperBlocks: number;
  /** Super blocks there can be. */
  readonly superBlocks: number;
  /** Entries in a page; larger data blocks have pages. */
  readonly pageEntries: number;
  /** Bytes of a position in the array. */
  readonly positionBytes: number;
  /** -1 where no chunk is stored. */
  readonly indexBlock: number;
}

interface IndexBlock {
  readonly entries: ChunkEntries;
  /** -1 for blocks that were never written, here and below. */
  readonly dataBlocks: Float64Array;
  readonly superBlocks: Float64Array;
}

interface SuperBlock {
  readonly dataBlocks: Float64Array;
  /** A bit for each page of each data block, from the highest of each byte: whether it was ever written. */
  readonly bitmap: Uint8Array;
}

/** Where an entry is: in which data block of which super block, and at which place there. */
interface Place {
  readonly superBlock: number;
  /** Counted within the super block. */
  readonly dataBlock: number;
  readonly entry: number;
}

/** Chunks of a batch whose entries are read together: `at[k]` is the place of chunk `chunks[k]` among them. */
interface Wanted {
  readonly chunks: number[];
  readonly at: number[];
  read(): Promise<ChunkEntries>;
}

/**
 * The index of datasets with one unlimited axis: an array that grows. Only blocks and pages with wanted chunks are read,
 * all of one kind at once.
 *
 * @see HDF5 File Format Specification, section VII.D, "The Extensible Array Index"
 */
export function extensibleArray(reader: IndexReader, stored: StoredDataset, address: number): ChunkIndex {
  const format = entryFormat(reader, stored);
  const positionOf = chunkNumbering(reader, stored, 1, address);
  return {
    async locate(batch, options) {
      const header = await readHeader(reader, format, address, options);
      if (header.indexBlock < 0) return;
      const index = await readIndexBlock(reader, format, header, options);
      const { indexEntries, directSuperBlocks } = header;
      /** What to read of data blocks that the index block points to, by address; of others, by super block. */
      const direct = new Map<number, Wanted>();
      const indirect = new Map<number, { chunk: number; place: Place }[]>();
      for (let i = 0; i < batch.count; i++) {
        const position = positionOf(batch, i);
        if (position >= header.entries) continue;
        if (position < indexEntries) {
          takeEntry(batch, i, index.entries, position, format);
          continue;
        }
        const place = placeOf(header, position - indexEntries);
        const { superBlock, dataBlock, entry } = place;
        if (superBlock >= header.superBlocks) {
          throw reader.invalid(
            `${HEADER} has room for ${header.superBlocks} super blocks, too few for chunk ${batch.describe(i)}`,
            address,
          );
        }
        if (superBlock >= directSuperBlocks) {
          const others = indirect.get(superBlock);
          if (others === undefined) indirect.set(superBlock, [{ chunk: i, place }]);
          else others.push({ chunk: i, place });
          continue;
        }
        const number = firstDataBlock(superBlock) + dataBlock;
        const at = index.dataBlocks[number]!;
        if (at < 0) continue;
        const size = dataBlockEntries(header, superBlock);
        want(direct, at, i, entry, () => readDataBlock(reader, format, header, at, size, options));
      }
      await reader.each(Array.from(direct.values()), (wanted) => take(batch, wanted, format));
      await reader.each(Array.from(indirect), async ([superBlock, chunks]) => {
        const at = index.superBlocks[superBlock - directSuperBlocks]!;
        if (at < 0) return;
        const block = await readSuperBlock(reader, format, header, at, superBlock, options);
        const blocks = inSuperBlock(reader, format, header, superBlock, block, chunks, options);
        await reader.each(blocks, (wanted) => take(batch, wanted, format));
      });
    },
  };
}

/** What to read of a super block's data blocks for some chunks. */
function inSuperBlock(
  reader: IndexReader,
  format: EntryFormat,
  header: Header,
  superBlock: number,
  { dataBlocks, bitmap }: SuperBlock,
  chunks: readonly { readonly chunk: number; readonly place: Place }[],
  options: SourceReadOptions,
): Wanted[] {
  const { pageEntries } = header;
  const size = dataBlockEntries(header, superBlock);
  const pages = size > pageEntries ? size / pageEntries : 0;
  const pageBytes = pageEntries * format.entrySize + CHECKSUM;
  const wanted = new Map<number, Wanted>();
  for (const { chunk, place } of chunks) {
    const { dataBlock, entry } = place;
    const at = dataBlocks[dataBlock]!;
    if (at < 0) continue;
    if (pages === 0) {
      want(wanted, at, chunk, entry, () => readDataBlock(reader, format, header, at, size, options));
      continue;
    }
    const page = Math.floor(entry / pageEntries);
    const bit = dataBlock * pages + page;
    if ((bitmap[bit >> 3]! & (0x80 >> (bit & 7))) === 0) continue;
    const pageAt = at + dataBlockPrefix(format, header) + CHECKSUM + page * pageBytes;
    want(wanted, pageAt, chunk, entry % pageEntries, async () => {
      await checkPagedBlock(reader, format, header, at, options);
      return readPage(reader, format, pageAt, pageEntries, options);
    });
  }
  return Array.from(wanted.values());
}

function want(
  all: Map<number, Wanted>,
  address: number,
  chunk: number,
  entry: number,
  read: () => Promise<ChunkEntries>,
): void {
  const known = all.get(address);
  if (known === undefined) {
    all.set(address, { chunks: [chunk], at: [entry], read });
    return;
  }
  known.chunks.push(chunk);
  known.at.push(entry);
}

async function take(batch: ChunkBatch, { chunks, at, read }: Wanted, format: EntryFormat): Promise<void> {
  const entries = await read();
  for (let k = 0; k < chunks.length; k++) takeEntry(batch, chunks[k]!, entries, at[k]!, format);
}

/** Super block `n` has `2 ** floor(n / 2)` data blocks of `2 ** ceil(n / 2)` times as many entries as the smallest. */
function placeOf(header: Header, entry: number): Place {
  const superBlock = floorLog2(Math.floor(entry / header.minEntries) + 1);
  const within = entry - (2 ** superBlock - 1) * header.minEntries;
  const size = dataBlockEntries(header, superBlock);
  return { superBlock, dataBlock: Math.floor(within / size), entry: within % size };
}

function dataBlockEntries({ minEntries }: Header, superBlock: number): number {
  return 2 ** Math.ceil(superBlock / 2) * minEntries;
}

function dataBlocksIn(superBlock: number): number {
  return 2 ** Math.floor(superBlock / 2);
}

/** Data blocks of all super blocks before. */
function firstDataBlock(superBlock: number): number {
  let count = 0;
  for (let before = 0; before < superBlock; before++) count += dataBlocksIn(before);
  return count;
}

function readHeader(
  reader: IndexReader,
  format: EntryFormat,
  address: number,
  options: SourceReadOptions,
): Promise<Header> {
  const { offsetSize, lengthSize } = reader.space;
  const length = START + 6 + 6 * lengthSize + offsetSize + CHECKSUM;
  return reader.block(
    address,
    length,
    HEADER,
    (bytes, view) => {
      reader.checkStart(bytes, "EAHD", address, HEADER);
      reader.checkSum(bytes, view, address, HEADER);
      checkClient(reader, bytes, format, address, HEADER);
      const [entrySize = 0, maxBits = 0, indexEntries = 0, minEntries = 0, minPointers = 0, pageBits = 0] =
        bytes.subarray(START, START + 6);
      if (entrySize !== format.entrySize)
        throw reader.invalid(`${HEADER} has entries of ${entrySize} bytes, expected ${format.entrySize}`, address);
      const minBits = floorLog2(Math.max(1, minEntries));
      const directSuperBlocks = 2 * floorLog2(Math.max(1, minPointers));
      const superBlocks = 1 + maxBits - minBits;
      if (
        2 ** minBits !== minEntries ||
        2 ** (directSuperBlocks / 2) !== minPointers ||
        maxBits > 64 ||
        pageBits > maxBits ||
        superBlocks < directSuperBlocks ||
        // Data blocks that the index block points to have no pages.
        (directSuperBlocks > 0 && 2 ** Math.ceil((directSuperBlocks - 1) / 2) * minEntries > 2 ** pageBits)
      ) {
        throw reader.invalid(
          `${HEADER} says maximum bits ${maxBits}, least entries ${minEntries}, least pointers ${minPointers}, page bits ${pageBits}, which do not fit together`,
          address,
        );
      }
      return {
        address,
        entries: unsignedAt(view, START + 6 + 4 * lengthSize, lengthSize),
        indexEntries,
        minEntries,
        directSuperBlocks,
        superBlocks,
        pageEntries: 2 ** pageBits,
        positionBytes: Math.ceil(maxBits / 8),
        indexBlock: addressAt(view, START + 6 + 6 * lengthSize, offsetSize),
      };
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

/** Checks all of a block that says nothing about chunks. */
function checkBlock(
  reader: IndexReader,
  bytes: Uint8Array,
  view: DataView,
  format: EntryFormat,
  header: Header,
  signature: string,
  address: number,
  what: string,
): void {
  reader.checkStart(bytes, signature, address, what);
  reader.checkSum(bytes, view, address, what);
  checkClient(reader, bytes, format, address, what);
  const owner = addressAt(view, START, format.offsetSize);
  if (owner !== header.address)
    throw reader.invalid(`${what} belongs to the header at ${owner}, expected ${header.address}`, address);
}

function readIndexBlock(
  reader: IndexReader,
  format: EntryFormat,
  header: Header,
  options: SourceReadOptions,
): Promise<IndexBlock> {
  const { offsetSize, entrySize } = format;
  const { indexBlock: address, indexEntries, directSuperBlocks } = header;
  const dataBlocks = firstDataBlock(directSuperBlocks);
  const superBlocks = header.superBlocks - directSuperBlocks;
  const length = START + offsetSize + indexEntries * entrySize + (dataBlocks + superBlocks) * offsetSize + CHECKSUM;
  return reader.block(
    address,
    length,
    INDEX_BLOCK,
    (bytes, view) => {
      checkBlock(reader, bytes, view, format, header, "EAIB", address, INDEX_BLOCK);
      const start = START + offsetSize;
      const pointers = start + indexEntries * entrySize;
      return {
        entries: decodeEntries(view, start, indexEntries, format),
        dataBlocks: addresses(view, pointers, dataBlocks, offsetSize),
        superBlocks: addresses(view, pointers + dataBlocks * offsetSize, superBlocks, offsetSize),
      };
    },
    options,
  );
}

function addresses(view: DataView, at: number, count: number, size: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => addressAt(view, at + i * size, size));
}

function readSuperBlock(
  reader: IndexReader,
  format: EntryFormat,
  header: Header,
  address: number,
  superBlock: number,
  options: SourceReadOptions,
): Promise<SuperBlock> {
  const { offsetSize } = format;
  const count = dataBlocksIn(superBlock);
  const size = dataBlockEntries(header, superBlock);
  const pages = size > header.pageEntries ? size / header.pageEntries : 0;
  const start = START + offsetSize + header.positionBytes;
  // Room for whole bytes per data block, though the bits of all of them follow each other without gaps.
  const bitmapBytes = count * Math.ceil(pages / 8);
  const length = start + bitmapBytes + count * offsetSize + CHECKSUM;
  return reader.block(
    address,
    length,
    SUPER_BLOCK,
    (bytes, view) => {
      checkBlock(reader, bytes, view, format, header, "EASB", address, SUPER_BLOCK);
      return {
        bitmap: bytes.slice(start, start + bitmapBytes),
        dataBlocks: addresses(view, start + bitmapBytes, count, offsetSize),
      };
    },
    options,
  );
}

/** Bytes of a data block before its entries or pages, checksum of a block with pages aside. */
function dataBlockPrefix({ offsetSize }: EntryFormat, { positionBytes }: Header): number {
  return START + offsetSize + positionBytes;
}

function readDataBlock(
  reader: IndexReader,
  format: EntryFormat,
  header: Header,
  address: number,
  entries: number,
  options: SourceReadOptions,
): Promise<ChunkEntries> {
  const prefix = dataBlockPrefix(format, header);
  return reader.block(
    address,
    prefix + entries * format.entrySize + CHECKSUM,
    DATA_BLOCK,
    (bytes, view) => {
      checkBlock(reader, bytes, view, format, header, "EADB", address, DATA_BLOCK);
      return decodeEntries(view, prefix, entries, format);
    },
    options,
  );
}

/** Checks the beginning of a data block with pages, which says nothing about chunks. */
function checkPagedBlock(
  reader: IndexReader,
  format: EntryFormat,
  header: Header,
  address: number,
  options: SourceReadOptions,
): Promise<void> {
  return reader.block(
    address,
    dataBlockPrefix(format, header) + CHECKSUM,
    DATA_BLOCK,
    (bytes, view) => checkBlock(reader, bytes, view, format, header, "EADB", address, DATA_BLOCK),
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
