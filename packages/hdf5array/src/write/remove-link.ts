import { DelayedArrayError } from "delayedarray";
import { BlockReader, damage } from "../format/block-reader.js";
import { readLinkInfo } from "../format/dense-index.js";
import type { Hdf5Space } from "../format/hdf5-space.js";
import { HEADER_MESSAGE } from "../format/header-message-types.js";
import { readLink } from "../format/link-message.js";
import { heapName, readLocalHeap } from "../format/local-heap.js";
import type { ObjectHeader } from "../format/object-header.js";
import { entrySize, readSymbolTable } from "../format/symbol-table.js";
import type { RandomStorage } from "./random-storage.js";
import { bytesAt, emptyMessage, littleEndian, messageBody, type RawMessage, rawMessages } from "./raw-header.js";

/**
 * Takes a link out of a group, which h5wasm cannot do. What it leads to stays in the file, out of reach.
 *
 * @throws `UNSUPPORTED_FEATURE` for a group of so many links that they are in a heap
 */
export async function removeLink(
  storage: RandomStorage,
  space: Hdf5Space,
  group: ObjectHeader,
  name: string,
): Promise<void> {
  const messages = rawMessages(storage, space, group.address);
  const table = messages.find(({ type }) => type === HEADER_MESSAGE.SYMBOL_TABLE);
  if (table !== undefined) {
    const { tree, heap } = readSymbolTable(readerOf(storage, space, table, "symbol table message"));
    const { data, ...rest } = await readLocalHeap(space, heap, {});
    const nameAt = (offset: number) => new TextDecoder().decode(heapName(space, { data, ...rest }, offset));
    if (!removeSymbol(storage, space, tree, name, nameAt))
      throw damage(space, "object header", group.address, "a link of its is lost");
    return;
  }
  const info = messages.find(({ type }) => type === HEADER_MESSAGE.LINK_INFO);
  if (info !== undefined && readLinkInfo(readerOf(storage, space, info, "link info message")).heap !== null) {
    throw new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `${space.name}: "${name}" is in a group of many links in HDF5's newer format, from which it cannot be taken away; ` +
        "write it under another name, or delete it with h5py first",
    );
  }
  const link = messages.find(
    (message) =>
      message.type === HEADER_MESSAGE.LINK && readLink(readerOf(storage, space, message, "link message")).name === name,
  );
  if (link === undefined) throw damage(space, "object header", group.address, "a link of its is lost");
  emptyMessage(storage, link);
}

function readerOf(storage: RandomStorage, space: Hdf5Space, message: RawMessage, what: string): BlockReader {
  return new BlockReader(space, what, message.at - space.base, messageBody(storage, message));
}

/**
 * Takes an entry out of the symbol table nodes below a node of a B-tree. The names that are the tree's keys stay where
 * they are, so that they still tell where a name belongs.
 *
 * @see HDF5 File Format Specification, sections III.A.1, "Version 1 B-trees", and III.B, "Symbol Table Nodes"
 * @returns whether it was there
 */
function removeSymbol(
  storage: RandomStorage,
  space: Hdf5Space,
  address: number,
  name: string,
  nameAt: (offset: number) => string,
): boolean {
  const { base, offsetSize, lengthSize } = space;
  const at = base + address;
  const head = bytesAt(storage, at, 8);
  const level = head[5]!;
  const count = littleEndian(head, 6, 2);
  const stride = lengthSize + offsetSize;
  const children = bytesAt(storage, at + 8 + 2 * offsetSize, count * stride + lengthSize);
  for (let i = 0; i < count; i++) {
    const child = littleEndian(children, i * stride + lengthSize, offsetSize);
    if (level > 0) {
      if (removeSymbol(storage, space, child, name, nameAt)) return true;
      continue;
    }
    const left = removeEntry(storage, space, child, name, nameAt);
    if (left === undefined) continue;
    // HDF5 has no empty nodes: a group of nothing has a tree without children.
    if (left === 0) removeChild(storage, at, offsetSize, children, i, count, stride, lengthSize);
    return true;
  }
  return false;
}

/** @returns how many entries the node has then; `undefined` when it has none of that name */
function removeEntry(
  storage: RandomStorage,
  space: Hdf5Space,
  address: number,
  name: string,
  nameAt: (offset: number) => string,
): number | undefined {
  const at = space.base + address;
  const size = entrySize(space);
  const count = littleEndian(bytesAt(storage, at, 8), 6, 2);
  const entries = bytesAt(storage, at + 8, count * size);
  for (let i = 0; i < count; i++) {
    if (nameAt(littleEndian(entries, i * size, space.lengthSize)) !== name) continue;
    const rest = new Uint8Array(count * size);
    rest.set(entries.subarray(0, i * size));
    rest.set(entries.subarray((i + 1) * size), i * size);
    storage.writeSync(at + 8, rest);
    storage.writeSync(at + 6, Uint8Array.of((count - 1) & 255, (count - 1) >> 8));
    return count - 1;
  }
  return undefined;
}

/** Takes a child out of a node of a B-tree, with the key after it; of the last one, with the key before. */
function removeChild(
  storage: RandomStorage,
  node: number,
  offsetSize: number,
  children: Uint8Array,
  index: number,
  count: number,
  stride: number,
  keySize: number,
): void {
  const rest = new Uint8Array(children.length);
  // Keys and children alternate: a key, then child and key of each.
  const start = index === count - 1 ? index * stride : index * stride + keySize;
  rest.set(children.subarray(0, start));
  if (index === count - 1) rest.set(children.subarray(count * stride), Math.max(0, start));
  else rest.set(children.subarray(start + stride), start);
  storage.writeSync(node + 8 + 2 * offsetSize, rest);
  storage.writeSync(node + 6, Uint8Array.of((count - 1) & 255, (count - 1) >> 8));
}
