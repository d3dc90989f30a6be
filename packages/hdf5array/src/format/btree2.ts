import type { DelayedArrayError } from "delayedarray";
import { mapLimited } from "delayedarray/internal";
import type { SourceReadOptions } from "../source/byte-source.js";
import { BlockReader, damage } from "./block-reader.js";
import { bytesFor } from "./datatype-message.js";
import type { FileSpace } from "./file-space.js";

/** Types of the records of version 2 B-trees that are read here. */
export const RECORDS = {
  HUGE: 1,
  HUGE_FILTERED: 2,
  LINKS_BY_NAME: 5,
  ATTRIBUTES_BY_NAME: 8,
} as const;

/** Frame of a node: signature, version, type and checksum. */
const FRAME = 10;

/** Nodes that are read at once; those in the same page of the file cost one request together. */
const NODES_AT_ONCE = 16;

/** Levels that no tree exceeds whose records are counted in 64 bits. */
const MOST_DEPTH = 64;

const HEADER = "header of a version 2 B-tree";
const WHAT = "node of a version 2 B-tree";

/** A version 2 B-tree, as its header describes it. */
export interface BTree2 {
  /** Of the header. */
  readonly address: number;
  readonly type: number;
  readonly nodeSize: number;
  readonly recordSize: number;
  /** Levels of nodes below the root. */
  readonly depth: number;
  readonly root: NodePointer;
  /** Records in the whole tree. */
  readonly count: number;
  /** By height above the leaves. */
  readonly levels: readonly Level[];
}

interface NodePointer {
  /** `null` in an empty tree. */
  readonly address: number | null;
  /** Records in the node itself. */
  readonly records: number;
}

/** What is the same for all nodes of a height. */
interface Level {
  /** Records that a node has at most. */
  readonly mostRecords: number;
  /** Bytes in which the number of records below a node of this height is noted. */
  readonly countBytes: number;
  /** Bytes of a pointer to a child. */
  readonly pointerBytes: number;
}

/**
 * Reads the header of a version 2 B-tree.
 *
 * @param type - type of its records, one of {@link RECORDS}
 * @param recordSize - bytes of a record
 * @see HDF5 File Format Specification, section III.A.2, "Disk Format: Level 1A2 - Version 2 B-trees"
 */
export async function openBTree2(
  space: FileSpace,
  address: number,
  type: number,
  recordSize: number,
  options: SourceReadOptions,
): Promise<BTree2> {
  const length = 22 + space.offsetSize + space.lengthSize;
  const reader = new BlockReader(space, HEADER, address, await space.metadata(address, length, HEADER, options));
  reader.position = length - 4;
  reader.checksum();
  reader.position = 0;
  reader.signature("BTHD");
  reader.version(0);
  const found = reader.unsigned(1);
  if (found !== type) throw reader.damage(`its records are of type ${found}, expected ${type}`);
  const nodeSize = reader.unsigned(4);
  const size = reader.unsigned(2);
  if (size !== recordSize) throw reader.damage(`its records have ${size} bytes, expected ${recordSize}`);
  const depth = reader.unsigned(2);
  if (depth > MOST_DEPTH) throw reader.damage(`it has ${depth} levels`);
  reader.skip(2);
  const root = { address: reader.address(), records: reader.unsigned(2) };
  const count = reader.length();
  const levels = levelsOf(reader, nodeSize, recordSize, depth);
  if (count > 0 && root.address === null) throw reader.damage(`it has ${count} records, but no root`);
  return { address, type, nodeSize, recordSize, depth, root, count, levels };
}

function levelsOf(reader: BlockReader, nodeSize: number, recordSize: number, depth: number): Level[] {
  const levels: Level[] = [];
  let below = 0;
  for (let height = 0; height <= depth; height++) {
    const child = levels[height - 1];
    const pointerBytes =
      child === undefined
        ? 0
        : reader.space.offsetSize + bytesFor(levels[0]!.mostRecords) + (height > 1 ? child.countBytes : 0);
    const mostRecords = Math.floor((nodeSize - FRAME - pointerBytes) / (recordSize + pointerBytes));
    if (!(mostRecords > 0)) throw reader.damage(`nodes of ${nodeSize} bytes have no place for records`);
    below = child === undefined ? mostRecords : (mostRecords + 1) * below + mostRecords;
    if (below >= 2 ** 64) throw reader.damage(`its ${depth} levels could hold more records than can be counted`);
    levels.push({ mostRecords, countBytes: bytesFor(below), pointerBytes });
  }
  return levels;
}

interface Node {
  readonly reader: BlockReader;
  readonly records: readonly Uint8Array[];
  /** One more than there are records; none in a leaf. */
  readonly children: readonly NodePointer[];
}

async function readNode(
  space: FileSpace,
  tree: BTree2,
  pointer: NodePointer,
  height: number,
  parent: string,
  options: SourceReadOptions,
): Promise<Node> {
  const { address, records: count } = pointer;
  const level = tree.levels[height]!;
  const at = address ?? 0;
  if (address === null || count > level.mostRecords) {
    throw new BlockReader(space, WHAT, at, new Uint8Array(0)).damage(
      address === null
        ? `${parent} leads nowhere`
        : `${parent} says that it has ${count} records, at most ${level.mostRecords} can be`,
    );
  }
  const bytes = await space.metadata(address, tree.nodeSize, WHAT, options);
  const reader = new BlockReader(space, WHAT, address, bytes);
  const pointers = height > 0 ? count + 1 : 0;
  reader.position = FRAME - 4 + count * tree.recordSize + pointers * level.pointerBytes;
  reader.checksum();
  reader.position = 0;
  reader.signature(height > 0 ? "BTIN" : "BTLF");
  reader.version(0);
  const type = reader.unsigned(1);
  if (type !== tree.type) throw reader.damage(`its records are of type ${type}, expected ${tree.type}`);
  const records = Array.from({ length: count }, () => reader.bytes(tree.recordSize));
  const recordBytes = bytesFor(tree.levels[0]!.mostRecords);
  const children = Array.from({ length: pointers }, () => {
    const child = { address: reader.address(), records: reader.unsigned(recordBytes) };
    if (height > 1) reader.skip(tree.levels[height - 1]!.countBytes);
    return child;
  });
  return { reader, records, children };
}

/**
 * Finds the record for which `compare` gives 0.
 *
 * @param compare - less than 0 where what is sought comes before a record, more than 0 where it comes after
 */
export async function findRecord(
  space: FileSpace,
  tree: BTree2,
  compare: (record: Uint8Array) => number | Promise<number>,
  options: SourceReadOptions,
): Promise<Uint8Array | undefined> {
  let pointer = tree.root;
  if (pointer.records === 0) return undefined;
  for (let height = tree.depth; ; height--) {
    const { records, children } = await readNode(space, tree, pointer, height, "its parent", options);
    let low = 0;
    let high = records.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = await compare(records[middle]!);
      if (order === 0) return records[middle];
      if (order < 0) high = middle;
      else low = middle + 1;
    }
    if (height === 0) return undefined;
    pointer = children[low]!;
  }
}

function miscounted(space: FileSpace, tree: BTree2, found: number): DelayedArrayError {
  return damage(space, HEADER, tree.address, `${found} records were found, but it says that it has ${tree.count}`);
}

/** All records, level by level, from the left to the right. */
export async function listRecords(
  space: FileSpace,
  tree: BTree2,
  options: SourceReadOptions,
): Promise<readonly Uint8Array[]> {
  if (tree.root.records === 0) {
    if (tree.count > 0) throw miscounted(space, tree, 0);
    return [];
  }
  const records: Uint8Array[] = [];
  const seen = new Set<number>();
  let pointers: readonly NodePointer[] = [tree.root];
  for (let height = tree.depth; height >= 0; height--) {
    const nodes = await mapLimited(pointers, NODES_AT_ONCE, (pointer) =>
      readNode(space, tree, pointer, height, "its parent", options),
    );
    for (const { reader, records: own } of nodes) {
      if (seen.has(reader.start)) throw reader.damage("it is reached again: the tree goes in a circle", 0);
      seen.add(reader.start);
      // Copies, which do not keep pages alive.
      for (const record of own) records.push(record.slice());
      if (records.length > tree.count) throw miscounted(space, tree, records.length);
    }
    pointers = nodes.flatMap(({ children }) => children);
  }
  if (records.length < tree.count) throw miscounted(space, tree, records.length);
  return records;
}
