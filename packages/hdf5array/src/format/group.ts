import { mapLimited } from "delayedarray/internal";
import type { SourceReadOptions } from "../source/byte-source.js";
import { BlockReader, damage } from "./block-reader.js";
import { type BTree2, findRecord, listRecords, openBTree2, RECORDS } from "./btree2.js";
import { compareBytes } from "./compare-bytes.js";
import { type DenseIndex, readLinkInfo } from "./dense-index.js";
import { readFilters } from "./filters-message.js";
import { type FractalHeap, openFractalHeap, readHeapObject } from "./fractal-heap.js";
import type { Hdf5Space } from "./hdf5-space.js";
import { HEADER_MESSAGE } from "./header-message-types.js";
import type { Link } from "./link.js";
import { readLink } from "./link-message.js";
import { metadataChecksum } from "./metadata-checksum.js";
import { findMessage, type HeaderMessage, type ObjectHeader } from "./object-header.js";
import { openMessage } from "./shared-message.js";
import { findSymbol, listSymbols, readSymbolTable, type SymbolTable } from "./symbol-table.js";

/** Bytes of a record of a name: its hash, and the id of the link in the heap. */
const RECORD_BYTES = 11;
const HASH_BYTES = 4;

/** Links that are read from a heap at once; those in the same block cost one read together. */
const LINKS_AT_ONCE = 16;

/**
 * The link of a name in a group, without listing the others; `undefined` when there is none.
 *
 * @param name - as it is in the file: UTF-8
 * @see HDF5 File Format Specification, section IV.A.2, on how groups store their links
 */
export async function findLink(
  space: Hdf5Space,
  group: ObjectHeader,
  name: Uint8Array,
  options: SourceReadOptions,
): Promise<Link | undefined> {
  const storage = groupStorage(space, group);
  if (storage.kind === "symbol-table") return findSymbol(space, storage.table, name, options);
  if (storage.index.heap === null) return linksOf(space, group).find((link) => sameName(link, name));
  const { heap, tree } = await openIndex(space, group, storage.index, options);
  const hash = metadataChecksum(name);
  let found: Link | undefined;
  await findRecord(
    space,
    tree,
    async (record) => {
      const reader = new BlockReader(space, "record of a link", group.address, record);
      const other = reader.unsigned(HASH_BYTES);
      if (hash !== other) return hash - other;
      const link = await heapLink(space, heap, reader.bytes(reader.left), options);
      const order = compareBytes(name, new TextEncoder().encode(link.name));
      if (order === 0) found = link;
      return order;
    },
    options,
  );
  return found;
}

/** All links of a group, in the order of their names' bytes. */
export async function listLinks(
  space: Hdf5Space,
  group: ObjectHeader,
  options: SourceReadOptions,
): Promise<readonly Link[]> {
  const storage = groupStorage(space, group);
  await checkCreation(space, group, options);
  if (storage.kind === "symbol-table") return listSymbols(space, storage.table, options);
  const links =
    storage.index.heap === null ? linksOf(space, group) : await listDense(space, group, storage.index, options);
  const encoder = new TextEncoder();
  return links
    .map((link) => ({ link, bytes: encoder.encode(link.name) }))
    .sort((a, b) => compareBytes(a.bytes, b.bytes))
    .map(({ link }) => link);
}

/** Checks what a group notes of how it is to be written to, as those do who ask it for its members' order. */
async function checkCreation(space: Hdf5Space, group: ObjectHeader, options: SourceReadOptions): Promise<void> {
  const info = findMessage(group, HEADER_MESSAGE.GROUP_INFO);
  if (info !== undefined) checkGroupInfo(messageReader(space, "group info message", info));
  const filters = findMessage(group, HEADER_MESSAGE.FILTERS);
  if (filters !== undefined) readFilters(await openMessage(space, filters, options));
}

/** @see HDF5 File Format Specification, section IV.A.2.k, "The Group Info Message" */
function checkGroupInfo(reader: BlockReader): void {
  reader.version(0);
  const flags = reader.unsigned(1);
  if (flags & ~3) throw reader.damage(`its flags are ${flags}, of which some are unknown`);
  reader.skip((flags & 1 ? 4 : 0) + (flags & 2 ? 4 : 0));
}

/** The links of a group that are in a heap, in no order. */
async function listDense(
  space: Hdf5Space,
  group: ObjectHeader,
  index: DenseIndex,
  options: SourceReadOptions,
): Promise<readonly Link[]> {
  const { heap, tree } = await openIndex(space, group, index, options);
  const records = await listRecords(space, tree, options);
  return mapLimited(records, LINKS_AT_ONCE, (record) => heapLink(space, heap, record.subarray(HASH_BYTES), options));
}

type GroupStorage =
  | { readonly kind: "symbol-table"; readonly table: SymbolTable }
  | { readonly kind: "links"; readonly index: DenseIndex };

function groupStorage(space: Hdf5Space, group: ObjectHeader): GroupStorage {
  const info = findMessage(group, HEADER_MESSAGE.LINK_INFO);
  if (info !== undefined)
    return { kind: "links", index: readLinkInfo(messageReader(space, "link info message", info)) };
  const table = findMessage(group, HEADER_MESSAGE.SYMBOL_TABLE);
  if (table !== undefined)
    return { kind: "symbol-table", table: readSymbolTable(messageReader(space, "symbol table message", table)) };
  throw damage(space, "object header", group.address, "it is no group's");
}

function messageReader(space: Hdf5Space, what: string, { address, body }: HeaderMessage): BlockReader {
  return new BlockReader(space, what, address, body);
}

/** The links in an object header. */
function linksOf(space: Hdf5Space, group: ObjectHeader): Link[] {
  return group.messages
    .filter(({ type }) => type === HEADER_MESSAGE.LINK)
    .map((message) => readLink(messageReader(space, "link message", message)));
}

function sameName(link: Link, name: Uint8Array): boolean {
  return compareBytes(new TextEncoder().encode(link.name), name) === 0;
}

async function openIndex(
  space: Hdf5Space,
  group: ObjectHeader,
  index: DenseIndex,
  options: SourceReadOptions,
): Promise<{ heap: FractalHeap; tree: BTree2 }> {
  if (index.heap === null || index.names === null)
    throw damage(space, "object header", group.address, "its links are in a heap without an index");
  const heap = await openFractalHeap(space, index.heap, options);
  const tree = await openBTree2(space, index.names, RECORDS.LINKS_BY_NAME, RECORD_BYTES, options);
  return { heap, tree };
}

async function heapLink(
  space: Hdf5Space,
  heap: FractalHeap,
  id: Uint8Array,
  options: SourceReadOptions,
): Promise<Link> {
  const { address, bytes } = await readHeapObject(space, heap, id, options);
  return readLink(new BlockReader(space, "link message", address, bytes));
}
