import { mapLimited } from "delayedarray/internal";
import type { SourceReadOptions } from "../source/byte-source.js";
import { BlockReader } from "./block-reader.js";
import { compareBytes } from "./compare-bytes.js";
import type { Hdf5Space } from "./hdf5-space.js";
import type { Link } from "./link.js";
import { heapName, type LocalHeap, readLocalHeap } from "./local-heap.js";
import { textOf } from "./text.js";

/** A group of the older format: where its members are noted, and where their names are. */
export interface SymbolTable {
  readonly tree: number;
  readonly heap: number;
}

const TREE_NODE = "node of the B-tree of a group";
const SYMBOL_NODE = "symbol table node";

/** Nodes that are read at once; those in the same page of the file cost one request together. */
const NODES_AT_ONCE = 16;

/** Levels that no B-tree has. */
const MOST_LEVELS = 64;

/**
 * Reads a symbol table message.
 *
 * @see HDF5 File Format Specification, section IV.A.2.r, "The Symbol Table Message"
 */
export function readSymbolTable(reader: BlockReader): SymbolTable {
  return { tree: reader.definedAddress("its B-tree"), heap: reader.definedAddress("its heap of names") };
}

/** The link of a name, straight down the B-tree. */
export async function findSymbol(
  space: Hdf5Space,
  table: SymbolTable,
  name: Uint8Array,
  options: SourceReadOptions,
): Promise<Link | undefined> {
  const heap = await readLocalHeap(space, table.heap, options);
  let address = table.tree;
  for (let level: number | undefined; ; ) {
    const node = await readTreeNode(space, address, level, options);
    const child = childWith(space, heap, node, name);
    if (child === undefined) return undefined;
    address = child;
    level = node.level - 1;
    if (node.level === 0) break;
  }
  const entries = await readSymbols(space, address, options);
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle]!;
    const order = compareBytes(name, heapName(space, heap, entry.nameOffset));
    if (order === 0) return linkOf(space, heap, entry);
    if (order < 0) high = middle;
    else low = middle + 1;
  }
  return undefined;
}

/** All links, in the order of their names. */
export async function listSymbols(
  space: Hdf5Space,
  table: SymbolTable,
  options: SourceReadOptions,
): Promise<readonly Link[]> {
  const heap = await readLocalHeap(space, table.heap, options);
  const root = await readTreeNode(space, table.tree, undefined, options);
  const seen = new Set([table.tree]);
  let addresses = root.children;
  for (let level = root.level - 1; level >= 0; level--) {
    const nodes = await mapLimited(addresses, NODES_AT_ONCE, (address) => readTreeNode(space, address, level, options));
    for (const { reader } of nodes) {
      if (seen.has(reader.start)) throw reader.damage("it is reached again: the tree goes in a circle", 0);
      seen.add(reader.start);
    }
    addresses = nodes.flatMap(({ children }) => children);
  }
  const entries = await mapLimited(addresses, NODES_AT_ONCE, (address) => readSymbols(space, address, options));
  return entries.flat().map((entry) => linkOf(space, heap, entry));
}

interface TreeNode {
  readonly reader: BlockReader;
  /** 0 for those that lead to symbol table nodes. */
  readonly level: number;
  /** Offsets of names: one before the first child and one after each. */
  readonly keys: readonly number[];
  readonly children: readonly number[];
}

/** @see HDF5 File Format Specification, section III.A.1, "Disk Format: Level 1A1 - Version 1 B-trees" */
async function readTreeNode(
  space: Hdf5Space,
  address: number,
  level: number | undefined,
  options: SourceReadOptions,
): Promise<TreeNode> {
  const { offsetSize, lengthSize, facts } = space;
  const most = 2 * facts.groupTreeK;
  const length = 8 + 2 * offsetSize + (most + 1) * lengthSize + most * offsetSize;
  const reader = new BlockReader(space, TREE_NODE, address, await space.metadata(address, length, TREE_NODE, options));
  reader.signature("TREE");
  const type = reader.unsigned(1);
  if (type !== 0) throw reader.damage(`its type is ${type}, expected 0 for a group`);
  const found = reader.unsigned(1);
  if (found > MOST_LEVELS || (level !== undefined && found !== level))
    throw reader.damage(`its level is ${found}, expected ${level ?? `at most ${MOST_LEVELS}`}`);
  const count = reader.unsigned(2);
  if (count > most) throw reader.damage(`it has ${count} children, at most ${most} can be`);
  reader.skip(2 * offsetSize);
  const keys: number[] = [];
  const children: number[] = [];
  for (let i = 0; i < count; i++) {
    keys.push(reader.length());
    children.push(reader.definedAddress("a child"));
  }
  if (count > 0) keys.push(reader.length());
  return { reader, level: found, keys, children };
}

/** The child between whose keys a name lies: after the first of them, up to and with the second. */
function childWith(space: Hdf5Space, heap: LocalHeap, node: TreeNode, name: Uint8Array): number | undefined {
  let low = 0;
  let high = node.children.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareBytes(name, heapName(space, heap, node.keys[middle]!)) <= 0) high = middle;
    else if (compareBytes(name, heapName(space, heap, node.keys[middle + 1]!)) > 0) low = middle + 1;
    else return node.children[middle];
  }
  return undefined;
}

/** An entry of a symbol table node. */
export interface SymbolEntry {
  readonly nameOffset: number;
  readonly header: number | null;
  /** Offset of the path that a soft link leads to. */
  readonly softLink: number | undefined;
}

const NOTHING_CACHED = 0;
const GROUP_CACHED = 1;
const SOFT_LINK = 2;

/** Bytes of an entry. */
export function entrySize({ offsetSize, lengthSize }: Pick<Hdf5Space, "offsetSize" | "lengthSize">): number {
  return lengthSize + offsetSize + 24;
}

/**
 * Reads an entry of a symbol table node, or that of the root group in the superblock.
 *
 * @see HDF5 File Format Specification, section III.C, "Disk Format: Level 1C - Symbol Table Entry"
 */
export function readEntry(reader: BlockReader): SymbolEntry {
  const nameOffset = reader.length();
  const header = reader.address();
  const cached = reader.unsigned(4);
  reader.skip(4);
  const scratch = reader.bytes(16);
  if (cached !== NOTHING_CACHED && cached !== GROUP_CACHED && cached !== SOFT_LINK)
    throw reader.damage(`an entry notes something of the unknown kind ${cached}`);
  const softLink =
    cached === SOFT_LINK ? new DataView(scratch.buffer, scratch.byteOffset).getUint32(0, true) : undefined;
  return { nameOffset, header, softLink };
}

/** @see HDF5 File Format Specification, section III.B, "Disk Format: Level 1B - Group Symbol Table Nodes" */
async function readSymbols(
  space: Hdf5Space,
  address: number,
  options: SourceReadOptions,
): Promise<readonly SymbolEntry[]> {
  const most = 2 * space.facts.symbolNodeK;
  const length = 8 + most * entrySize(space);
  const bytes = await space.metadata(address, length, SYMBOL_NODE, options);
  const reader = new BlockReader(space, SYMBOL_NODE, address, bytes);
  reader.signature("SNOD");
  reader.version(1);
  reader.skip(1);
  const count = reader.unsigned(2);
  if (count > most) throw reader.damage(`it has ${count} entries, at most ${most} can be`);
  return Array.from({ length: count }, () => readEntry(reader));
}

function linkOf(space: Hdf5Space, heap: LocalHeap, { nameOffset, header, softLink }: SymbolEntry): Link {
  const bytes = heapName(space, heap, nameOffset);
  if (bytes.length === 0) {
    throw new BlockReader(space, "local heap", heap.address, heap.data).damage("a link in its group has no name", 0);
  }
  const name = textOf(bytes);
  return softLink === undefined
    ? { kind: "hard", name, address: header }
    : { kind: "soft", name, target: textOf(heapName(space, heap, softLink)) };
}
