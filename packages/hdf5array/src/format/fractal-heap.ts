import type { SourceReadOptions } from "../source/byte-source.js";
import { BlockReader } from "./block-reader.js";
import { findRecord, openBTree2, RECORDS } from "./btree2.js";
import { bytesFor } from "./datatype-message.js";
import { readFilters } from "./filters-message.js";
import type { Hdf5Space } from "./hdf5-space.js";
import { metadataChecksum } from "./metadata-checksum.js";
import { parsedKind } from "./parsed-cache.js";
import type { Address, StoredFilter } from "./stored-dataset.js";

/** A heap of objects of any size, as its header describes it. */
export interface FractalHeap {
  readonly address: number;
  /** Bytes of an object's id. */
  readonly idLength: number;
  readonly filters: readonly StoredFilter[];
  readonly checksummed: boolean;
  /** Bytes that an object within a block has at most. */
  readonly mostManaged: number;
  /** Index of the objects that lie outside of the blocks. */
  readonly hugeIndex: Address;
  /** Bytes that the blocks span. */
  readonly managedSize: number;
  readonly table: DoublingTable;
  readonly root: Address;
  /** Rows of the root when it is an indirect block; 0 when it is a direct one. */
  readonly rootRows: number;
  /** Stored size of the root when it is a direct block with filters, and the filters that it went without. */
  readonly rootSize: number;
  readonly rootFilterMask: number;
}

/** How blocks grow from row to row: the first two rows have blocks of the first size, then each twice as much. */
interface DoublingTable {
  readonly width: number;
  readonly firstSize: number;
  readonly mostDirect: number;
  /** Bits of an offset in the heap. */
  readonly maxBits: number;
  /** Rows that lead to direct blocks; those after them lead to indirect ones. */
  readonly directRows: number;
  /** Bytes that an offset, and a length, take in an id. */
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** An object of a heap, and where its bytes are; a copy that was made of them has the address of the block. */
export interface HeapObject {
  readonly address: number;
  readonly bytes: Uint8Array;
}

const HEAPS = parsedKind<FractalHeap>();
const BLOCKS = parsedKind<Uint8Array>();

/**
 * Reads the header of a fractal heap.
 *
 * @see HDF5 File Format Specification, section III.G, "Disk Format: Level 1G - Fractal Heap"
 */
export async function openFractalHeap(
  space: Hdf5Space,
  address: number,
  options: SourceReadOptions,
): Promise<FractalHeap> {
  return space.parsed.get(HEAPS, address, options, async (shared) => ({
    value: await readHeader(space, address, shared),
    bytes: 512,
  }));
}

async function readHeader(space: Hdf5Space, address: number, options: SourceReadOptions): Promise<FractalHeap> {
  const what = "header of a fractal heap";
  const { offsetSize, lengthSize } = space;
  const plainLength = 26 + 3 * offsetSize + 12 * lengthSize;
  const start = new BlockReader(space, what, address, await space.metadata(address, plainLength, what, options));
  start.signature("FRHP");
  start.version(0);
  const idLength = start.unsigned(2);
  const filterLength = start.unsigned(2);
  const length = plainLength + (filterLength > 0 ? lengthSize + 4 + filterLength : 0);
  const reader = new BlockReader(space, what, address, await space.metadata(address, length, what, options));
  reader.position = length - 4;
  reader.checksum();
  reader.position = start.position;
  const flags = reader.unsigned(1);
  const mostManaged = reader.unsigned(4);
  reader.skip(lengthSize); // Number of the next huge object.
  const hugeIndex = reader.address();
  reader.skip(lengthSize + offsetSize); // Free space, and who manages it.
  const managedSize = reader.length();
  reader.skip(4 * lengthSize); // How much of it is in use, and by how many objects; bytes of huge objects.
  const hugeCount = reader.length();
  reader.skip(2 * lengthSize); // Bytes and number of tiny objects.
  // HDF5 would begin to remove the index.
  if (hugeIndex !== null && hugeCount === 0) throw reader.damage("it has an index of huge objects, but none of these");
  const width = reader.unsigned(2);
  const firstSize = reader.length();
  const mostDirect = reader.length();
  const maxBits = reader.unsigned(2);
  reader.skip(2);
  const root = reader.address();
  const rootRows = reader.unsigned(2);
  const table = doublingTable(reader, width, firstSize, mostDirect, maxBits, mostManaged);
  const rootSize = filterLength > 0 ? reader.length() : 0;
  const rootFilterMask = filterLength > 0 ? reader.unsigned(4) : 0;
  const filters =
    filterLength > 0
      ? readFilters(new BlockReader(space, what, address + reader.position, reader.bytes(filterLength)))
      : [];
  const mostRows = maxBits - Math.log2(firstSize * width) + 1;
  if (rootRows > mostRows) throw reader.damage(`its root has ${rootRows} rows, at most ${mostRows} can be`);
  if (idLength < 1 + table.offsetBytes + table.lengthBytes)
    throw reader.damage(`ids of ${idLength} bytes are too short for offsets and lengths`);
  return {
    address,
    idLength,
    filters,
    checksummed: (flags & 2) !== 0,
    mostManaged,
    hugeIndex,
    managedSize,
    table,
    root,
    rootRows,
    rootSize,
    rootFilterMask,
  };
}

function doublingTable(
  reader: BlockReader,
  width: number,
  firstSize: number,
  mostDirect: number,
  maxBits: number,
  mostManaged: number,
): DoublingTable {
  const bits = [width, firstSize, mostDirect].map(Math.log2);
  const sane =
    bits.every(Number.isInteger) &&
    mostDirect >= firstSize &&
    mostDirect < 2 ** 32 &&
    maxBits <= 64 &&
    maxBits >= bits[0]! + bits[1]!;
  if (!sane) {
    throw reader.damage(
      `rows of ${width} blocks of ${firstSize} to ${mostDirect} bytes, with offsets of ${maxBits} bits, cannot be`,
    );
  }
  return {
    width,
    firstSize,
    mostDirect,
    maxBits,
    directRows: bits[2]! - bits[1]! + 2,
    offsetBytes: Math.ceil(maxBits / 8),
    lengthBytes: Math.min(Math.ceil(bits[2]! / 8), bytesFor(Math.max(1, mostManaged))),
  };
}

/** Bytes of each block of a row. */
function blockSize({ firstSize }: DoublingTable, row: number): number {
  return row === 0 ? firstSize : firstSize * 2 ** (row - 1);
}

/** Row and column of the block that holds an offset. */
function placeOf(table: DoublingTable, offset: number): { readonly row: number; readonly column: number } {
  const { firstSize, width } = table;
  const rowSize = firstSize * width;
  if (offset < rowSize) return { row: 0, column: Math.floor(offset / firstSize) };
  const doublings = Math.floor(Math.log2(offset / rowSize));
  const row = doublings + 1;
  return { row, column: Math.floor((offset - rowSize * 2 ** doublings) / blockSize(table, row)) };
}

/** The object with an id. */
export async function readHeapObject(
  space: Hdf5Space,
  heap: FractalHeap,
  id: Uint8Array,
  options: SourceReadOptions,
): Promise<HeapObject> {
  const reader = new BlockReader(space, "id of an object in a fractal heap", heap.address, id);
  const flags = reader.unsigned(1);
  if (flags >> 6 !== 0) throw reader.damage(`its version is ${flags >> 6}, expected 0`);
  switch ((flags >> 4) & 3) {
    case 0:
      return readManaged(space, heap, reader, options);
    case 1:
      return readHuge(space, heap, reader, options);
    case 2: {
      // Ids that are long enough need more bits for the length.
      const extended = heap.idLength - 1 > 17;
      const length = extended ? (flags & 15) * 256 + reader.unsigned(1) + 1 : (flags & 15) + 1;
      return { address: heap.address, bytes: reader.bytes(length).slice() };
    }
    default:
      throw reader.damage("its kind is 3, expected 0 to 2");
  }
}

async function readManaged(
  space: Hdf5Space,
  heap: FractalHeap,
  id: BlockReader,
  options: SourceReadOptions,
): Promise<HeapObject> {
  const { table, root, rootRows } = heap;
  const offset = id.unsigned(table.offsetBytes);
  const length = id.unsigned(table.lengthBytes);
  if (offset === 0 || offset > heap.managedSize)
    throw id.damage(`the object is at offset ${offset} of a heap of ${heap.managedSize} bytes`);
  if (length === 0 || length > table.mostDirect || length > heap.mostManaged)
    throw id.damage(`the object has ${length} bytes, at most ${Math.min(table.mostDirect, heap.mostManaged)} can be`);
  if (root === null) throw id.damage("the heap has no blocks");
  let block: DirectBlock = {
    address: root,
    size: table.firstSize,
    start: 0,
    storedSize: heap.rootSize,
    filterMask: heap.rootFilterMask,
  };
  if (rootRows > 0) block = await findBlock(space, heap, id, offset, options);
  const bytes = await readDirectBlock(space, heap, block, options);
  const at = offset - block.start;
  const overhead = 5 + space.offsetSize + table.offsetBytes + (heap.checksummed ? 4 : 0);
  if (at < overhead || at + length > block.size) {
    throw id.damage(
      `the object of ${length} bytes at offset ${at} does not lie within the ${block.size} bytes of its block`,
    );
  }
  return { address: block.address + at, bytes: bytes.subarray(at, at + length) };
}

/** A direct block, before it is read. */
interface DirectBlock {
  readonly address: number;
  /** Bytes, once filters are undone. */
  readonly size: number;
  /** Offset in the heap of its first byte. */
  readonly start: number;
  /** Bytes in the file, where the heap has filters. */
  readonly storedSize: number;
  readonly filterMask: number;
}

/** Follows indirect blocks from the root to the direct block that holds an offset. */
async function findBlock(
  space: Hdf5Space,
  heap: FractalHeap,
  id: BlockReader,
  offset: number,
  options: SourceReadOptions,
): Promise<DirectBlock> {
  const { table } = heap;
  const filtered = heap.filters.length > 0;
  const directEntry = space.offsetSize + (filtered ? space.lengthSize + 4 : 0);
  let address = heap.root;
  let rows = heap.rootRows;
  let start = 0;
  for (;;) {
    if (address === null) throw id.damage(`the object at offset ${offset} is in a block that was never made`);
    const { row, column } = placeOf(table, offset - start);
    if (row >= rows) throw id.damage(`the object at offset ${offset} is beyond the blocks of the heap`);
    const reader = await readIndirectBlock(space, heap, address, rows, directEntry, start, options);
    const directRows = Math.min(row, table.directRows);
    reader.skip(
      (directRows * directEntry + (row - directRows) * space.offsetSize) * table.width +
        column * (row < table.directRows ? directEntry : space.offsetSize),
    );
    const child = reader.address();
    const size = blockSize(table, row);
    const rowStart = row === 0 ? 0 : size * table.width;
    start += rowStart + column * size;
    if (row < table.directRows) {
      if (child === null) throw id.damage(`the object at offset ${offset} is in a block that was never made`);
      const storedSize = filtered ? reader.length() : 0;
      const filterMask = filtered ? reader.unsigned(4) : 0;
      return { address: child, size, start, storedSize, filterMask };
    }
    address = child;
    rows = Math.log2(size) - Math.log2(table.firstSize * table.width) + 1;
  }
}

/** A reader at an indirect block's first entry. */
async function readIndirectBlock(
  space: Hdf5Space,
  heap: FractalHeap,
  address: number,
  rows: number,
  directEntry: number,
  start: number,
  options: SourceReadOptions,
): Promise<BlockReader> {
  const what = "indirect block of a fractal heap";
  const { table } = heap;
  const directRows = Math.min(rows, table.directRows);
  const entries = (directRows * directEntry + (rows - directRows) * space.offsetSize) * table.width;
  const length = 9 + space.offsetSize + table.offsetBytes + entries;
  const reader = new BlockReader(space, what, address, await space.metadata(address, length, what, options));
  reader.position = length - 4;
  reader.checksum();
  reader.position = 0;
  readBlockFrame(reader, heap, "FHIB", start);
  return reader;
}

/** Reads what direct and indirect blocks begin with, and checks that the block is the one that was sought. */
function readBlockFrame(reader: BlockReader, heap: FractalHeap, signature: string, start: number): void {
  reader.signature(signature);
  reader.version(0);
  const owner = reader.address();
  if (owner !== heap.address) throw reader.damage(`it belongs to the heap at ${owner}, not to that at ${heap.address}`);
  const offset = reader.unsigned(heap.table.offsetBytes);
  if (offset !== start) throw reader.damage(`it is the block at offset ${offset} of the heap, expected ${start}`);
}

async function readDirectBlock(
  space: Hdf5Space,
  heap: FractalHeap,
  block: DirectBlock,
  options: SourceReadOptions,
): Promise<Uint8Array> {
  const what = "direct block of a fractal heap";
  const { address, size, storedSize, filterMask, start } = block;
  const filtered = heap.filters.length > 0;
  const bytes = await space.parsed.get(BLOCKS, address, options, async (shared) => {
    const stored = await space.metadata(address, filtered ? storedSize : size, what, shared);
    const where = `${space.name}: ${what} at byte ${space.base + address}`;
    // A copy: what is kept must not keep pages alive, and the checksum is taken with its own bytes at zero.
    const value = filtered
      ? await space.access.undoFilters(stored, heap.filters, filterMask, size, where, shared)
      : stored.slice();
    if (heap.checksummed) checkBlock(new BlockReader(space, what, address, value), value, heap);
    return { value, bytes: size };
  });
  const reader = new BlockReader(space, what, address, bytes);
  readBlockFrame(reader, heap, "FHDB", start);
  if (bytes.length !== size) throw reader.damage(`it has ${bytes.length} bytes in one place, ${size} in another`, 0);
  return bytes;
}

/** A direct block's checksum is among what it begins with, and is one of the block with zeros in its place. */
function checkBlock(reader: BlockReader, bytes: Uint8Array, heap: FractalHeap): void {
  const at = 5 + reader.space.offsetSize + heap.table.offsetBytes;
  reader.need(at + 4);
  const field = new DataView(bytes.buffer, bytes.byteOffset + at, 4);
  const stored = field.getUint32(0, true);
  field.setUint32(0, 0);
  const computed = metadataChecksum(bytes);
  field.setUint32(0, stored, true);
  if (stored !== computed) throw reader.damage(`its checksum is ${stored}, but that of its bytes is ${computed}`);
}

/** An object that has a place of its own in the file. */
async function readHuge(
  space: Hdf5Space,
  heap: FractalHeap,
  id: BlockReader,
  options: SourceReadOptions,
): Promise<HeapObject> {
  const { offsetSize, lengthSize } = space;
  const filtered = heap.filters.length > 0;
  const directBytes = offsetSize + lengthSize + (filtered ? 4 + lengthSize : 0);
  let place = id;
  if (heap.idLength - 1 < directBytes) {
    if (heap.hugeIndex === null) throw id.damage("the heap has no index of huge objects");
    const numberBytes = Math.min(8, heap.idLength - 1);
    const number = id.wide(numberBytes);
    const type = filtered ? RECORDS.HUGE_FILTERED : RECORDS.HUGE;
    const tree = await openBTree2(space, heap.hugeIndex, type, directBytes + lengthSize, options);
    const record = await findRecord(
      space,
      tree,
      (candidate) => {
        const reader = new BlockReader(space, "record of a huge object", heap.address, candidate);
        reader.skip(directBytes);
        const other = reader.wide(lengthSize);
        return number < other ? -1 : number > other ? 1 : 0;
      },
      options,
    );
    if (record === undefined) throw id.damage(`the heap has no huge object ${number}`);
    place = new BlockReader(space, "record of a huge object", heap.address, record);
  }
  const address = place.definedAddress("a huge object");
  const length = place.length();
  const what = "huge object of a fractal heap";
  const stored = await space.metadata(address, length, what, options);
  if (!filtered) return { address, bytes: stored };
  const filterMask = place.unsigned(4);
  const size = place.length();
  const where = `${space.name}: ${what} at byte ${space.base + address}`;
  return {
    address,
    bytes: await space.access.undoFilters(stored, heap.filters, filterMask, size, where, options),
  };
}
