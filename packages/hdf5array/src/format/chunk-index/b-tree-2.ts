import type { SourceReadOptions } from "../../source/byte-source.js";
import type { StoredDataset } from "../stored-dataset.js";
import type { ChunkBatch } from "./chunk-batch.js";
import { type ChunkEntries, decodeEntries, type EntryFormat, entryFormat, takeEntry } from "./chunk-entries.js";
import type { ChunkIndex } from "./chunk-index.js";
import { addressAt, bytesForLimit, unsignedAt } from "./fields.js";
import { CHECKSUM, type IndexReader, SIGNATURE } from "./index-reader.js";

const HEADER = "the header of the B-tree of chunks";
const INTERNAL = "the internal node of the B-tree of chunks";
const LEAF = "the leaf of the B-tree of chunks";

/** Types of the trees that hold chunks without filters and with. */
const PLAIN_CHUNKS = 10;
const FILTERED_CHUNKS = 11;

/** Bytes of a node besides records and pointers: signature, version, type and checksum. */
const FRAME = SIGNATURE + 1 + 1 + CHECKSUM;

/** Bytes of a chunk's number on an axis. */
const NUMBER = 8;

/** A tree's depth is limited by the number of records in it, which has 64 bits. */
const MAX_DEPTH = 64;

/** What the header says. */
interface Header {
  readonly nodeBytes: number;
  readonly depth: number;
  /** -1 for a tree without records. */
  readonly root: number;
  readonly rootRecords: number;
  /** By depth, from the leaves: most records in a node, bytes of a pointer to a child, and of the number of records below. */
  readonly levels: readonly Level[];
}

interface Level {
  readonly mostRecords: number;
  readonly pointerBytes: number;
  readonly totalBytes: number;
}

interface Node {
  readonly records: number;
  /** Per record: numbers of its chunk. */
  readonly numbers: Float64Array;
  readonly entries: ChunkEntries;
  /** One more than records; empty for a leaf. */
  readonly children: Float64Array;
  readonly childRecords: Float64Array;
}

/** Chunks of a batch, all of which are in one node or below it if anywhere. */
interface Step {
  readonly address: number;
  readonly records: number;
  readonly start: number;
  readonly stop: number;
}

/**
 * The index of datasets with several unlimited axes: a B-tree of version 2. Only nodes that may have wanted chunks in them
 * or below are read, all of one level at once.
 *
 * @see HDF5 File Format Specification, section III.A.2, "Disk Format: Level 1A2 - Version 2 B-trees", and section VII,
 * "Appendix C: Types of Indexes for Dataset Chunks"
 */
export function bTree2(reader: IndexReader, stored: StoredDataset, address: number): ChunkIndex {
  const format = entryFormat(reader, stored);
  const rank = stored.info.shape?.length ?? 0;
  return {
    async locate(batch, options) {
      const header = await readHeader(reader, format, rank, address, options);
      const { depth, root, rootRecords } = header;
      if (rootRecords === 0) return;
      let steps: Step[] = [{ address: root, records: rootRecords, start: 0, stop: batch.count }];
      for (let level = depth; level >= 0 && steps.length > 0; level--) {
        const next: Step[] = [];
        await reader.each(steps, async (step) => {
          const node = await readNode(reader, format, rank, step, header, level, options);
          descend(batch, step, node, format, level, next);
        });
        steps = next;
      }
    },
  };
}

function recordBytes({ entrySize }: EntryFormat, rank: number): number {
  return entrySize + rank * NUMBER;
}

function readHeader(
  reader: IndexReader,
  format: EntryFormat,
  rank: number,
  address: number,
  options: SourceReadOptions,
): Promise<Header> {
  const { offsetSize, lengthSize } = reader.space;
  const length = FRAME + 4 + 2 + 2 + 1 + 1 + offsetSize + 2 + lengthSize;
  return reader.block(
    address,
    length,
    HEADER,
    (bytes, view) => {
      reader.checkStart(bytes, "BTHD", address, HEADER);
      reader.checkSum(bytes, view, address, HEADER);
      checkType(reader, bytes, format, address, HEADER);
      const nodeBytes = view.getUint32(6, true);
      const size = view.getUint16(10, true);
      const depth = view.getUint16(12, true);
      const root = addressAt(view, 16, offsetSize);
      const rootRecords = view.getUint16(16 + offsetSize, true);
      const expected = recordBytes(format, rank);
      if (size !== expected)
        throw reader.invalid(`${HEADER} has records of ${size} bytes, expected ${expected}`, address);
      if (depth > MAX_DEPTH)
        throw reader.invalid(`${HEADER} has depth ${depth}, expected at most ${MAX_DEPTH}`, address);
      const levels = levelsOf(nodeBytes, size, depth, offsetSize);
      if (levels.some(({ mostRecords }) => mostRecords < 1 || mostRecords > 0xffff))
        throw reader.invalid(`${HEADER} has nodes of ${nodeBytes} bytes for records of ${size}`, address);
      if (rootRecords > 0 && root < 0) throw reader.invalid(`${HEADER} has records, but no root`, address);
      return { nodeBytes, depth, root, rootRecords, levels };
    },
    options,
  );
}

function checkType(
  reader: IndexReader,
  bytes: Uint8Array,
  { filtered }: EntryFormat,
  address: number,
  what: string,
): void {
  const expected = filtered ? FILTERED_CHUNKS : PLAIN_CHUNKS;
  const type = bytes[SIGNATURE + 1];
  if (type !== expected) throw reader.invalid(`${what} has type ${type}, expected ${expected}`, address);
}

function levelsOf(nodeBytes: number, size: number, depth: number, offsetSize: number): Level[] {
  const leaf = Math.floor((nodeBytes - FRAME) / size);
  const levels: Level[] = [{ mostRecords: leaf, pointerBytes: 0, totalBytes: 0 }];
  const countBytes = bytesForLimit(leaf);
  let total = leaf;
  for (let level = 1; level <= depth; level++) {
    // What is known of the children: where they are, their records, and, unless they are leaves, those below them too.
    const pointerBytes = offsetSize + countBytes + levels[level - 1]!.totalBytes;
    const mostRecords = Math.floor((nodeBytes - FRAME - pointerBytes) / (size + pointerBytes));
    total = (mostRecords + 1) * total + mostRecords;
    levels.push({ mostRecords, pointerBytes, totalBytes: Math.min(8, bytesForLimit(Math.min(total, 2 ** 63))) });
  }
  return levels;
}

function readNode(
  reader: IndexReader,
  format: EntryFormat,
  rank: number,
  { address, records }: Step,
  { nodeBytes, levels }: Header,
  level: number,
  options: SourceReadOptions,
): Promise<Node> {
  const what = level > 0 ? INTERNAL : LEAF;
  const { mostRecords, pointerBytes } = levels[level]!;
  if (records > mostRecords)
    throw reader.invalid(`${what} has ${records} records, expected at most ${mostRecords}`, address);
  const size = recordBytes(format, rank);
  const pointers = level > 0 ? records + 1 : 0;
  const length = FRAME + records * size + pointers * pointerBytes;
  return reader.block(
    address,
    nodeBytes,
    what,
    (bytes, view) => {
      reader.checkStart(bytes, level > 0 ? "BTIN" : "BTLF", address, what);
      reader.checkSum(bytes.subarray(0, length), view, address, what);
      checkType(reader, bytes, format, address, what);
      const start = SIGNATURE + 1 + 1;
      const numbers = new Float64Array(records * rank);
      for (let i = 0; i < records; i++) {
        for (let axis = 0; axis < rank; axis++)
          numbers[i * rank + axis] = unsignedAt(view, start + i * size + format.entrySize + axis * NUMBER, NUMBER);
        if (i > 0 && compare(numbers, i - 1, numbers, i, rank) >= 0)
          throw reader.invalid(`${what} has records that do not increase: record ${i}`, address);
      }
      const children = new Float64Array(pointers);
      const childRecords = new Float64Array(pointers);
      const { offsetSize } = format;
      const countBytes = bytesForLimit(levels[0]!.mostRecords);
      for (let i = 0, p = start + records * size; i < pointers; i++, p += pointerBytes) {
        children[i] = addressAt(view, p, offsetSize);
        childRecords[i] = unsignedAt(view, p + offsetSize, countBytes);
        if (children[i]! < 0) throw reader.invalid(`${what} has an undefined address for child ${i}`, address);
      }
      return { records, numbers, entries: decodeEntries(view, start, records, format, size), children, childRecords };
    },
    options,
  );
}

/** Notes the chunks that a node holds, and adds what to read below it to `next`. */
function descend(
  batch: ChunkBatch,
  { start, stop }: Step,
  { records, numbers, entries, children, childRecords }: Node,
  format: EntryFormat,
  level: number,
  next: Step[],
): void {
  const { rank } = batch;
  let i = start;
  for (let record = 0; record <= records && i < stop; record++) {
    const first = i;
    if (record === records) i = stop;
    else while (i < stop && compare(batch.numbers, i, numbers, record, rank) < 0) i++;
    if (i > first && level > 0)
      next.push({ address: children[record]!, records: childRecords[record]!, start: first, stop: i });
    if (record < records && i < stop && compare(batch.numbers, i, numbers, record, rank) === 0)
      takeEntry(batch, i++, entries, record, format);
  }
}

/** Below 0, 0 or above 0 as the numbers of one chunk are below, at or above those of another. */
function compare(a: Float64Array, i: number, b: Float64Array, j: number, rank: number): number {
  for (let axis = 0; axis < rank; axis++) {
    const difference = a[i * rank + axis]! - b[j * rank + axis]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
