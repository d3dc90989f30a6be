import type { SourceReadOptions } from "../source/byte-source.js";
import { readAttribute, type StoredAttribute } from "./attribute-message.js";
import { BlockReader, damage } from "./block-reader.js";
import { type BTree2, findRecord, listRecords, openBTree2, RECORDS } from "./btree2.js";
import { compareBytes } from "./compare-bytes.js";
import { type DenseIndex, readAttributeInfo } from "./dense-index.js";
import { type FractalHeap, openFractalHeap, readHeapObject } from "./fractal-heap.js";
import type { Hdf5Space } from "./hdf5-space.js";
import { HEADER_MESSAGE } from "./header-message-types.js";
import { metadataChecksum } from "./metadata-checksum.js";
import { findMessage, type ObjectHeader } from "./object-header.js";
import { openMessage, sharedHeap } from "./shared-message.js";

/** Bytes of a record of a name: id in the heap, flags, number, hash. */
const RECORD_BYTES = 17;

const ID_BYTES = 8;

/** The attribute is in the file's heap of shared messages, not in the object's own. */
const SHARED = 2;

/** All attributes of an object, in the order of their names. */
export async function listAttributes(
  space: Hdf5Space,
  object: ObjectHeader,
  options: SourceReadOptions,
): Promise<readonly StoredAttribute[]> {
  const attributes: StoredAttribute[] = [];
  const index = denseIndex(space, object);
  if (index === undefined) {
    for (const message of object.messages) {
      if (message.type !== HEADER_MESSAGE.ATTRIBUTE) continue;
      attributes.push(await readAttribute(space, await openMessage(space, message, options), options));
    }
  } else {
    const { heap, tree } = await openDense(space, object, index, options);
    for (const record of await listRecords(space, tree, options)) {
      const { id, isShared } = readRecord(space, object, record);
      attributes.push(await heapAttribute(space, heap, id, isShared, options));
    }
  }
  const encoder = new TextEncoder();
  return attributes
    .map((attribute) => ({ attribute, bytes: encoder.encode(attribute.name) }))
    .sort((a, b) => compareBytes(a.bytes, b.bytes))
    .map(({ attribute }) => attribute);
}

/** Where the attributes are that are too many for the header; `undefined` when they are in it. */
function denseIndex(space: Hdf5Space, object: ObjectHeader): DenseIndex | undefined {
  const info = object.version > 1 ? findMessage(object, HEADER_MESSAGE.ATTRIBUTE_INFO) : undefined;
  if (info === undefined) return undefined;
  const index = readAttributeInfo(new BlockReader(space, "attribute info message", info.address, info.body));
  return index.heap === null ? undefined : index;
}

/** An attribute of an object; `undefined` when it has none of that name. */
export async function findAttribute(
  space: Hdf5Space,
  object: ObjectHeader,
  name: string,
  options: SourceReadOptions,
): Promise<StoredAttribute | undefined> {
  const index = denseIndex(space, object);
  if (index !== undefined) return findDense(space, object, index, name, options);
  for (const message of object.messages) {
    if (message.type !== HEADER_MESSAGE.ATTRIBUTE) continue;
    const reader = await openMessage(space, message, options);
    const attribute = await readAttribute(space, reader, options);
    if (attribute.name === name) return attribute;
  }
  return undefined;
}

async function openDense(
  space: Hdf5Space,
  object: ObjectHeader,
  index: DenseIndex,
  options: SourceReadOptions,
): Promise<{ readonly heap: FractalHeap; readonly tree: BTree2 }> {
  if (index.heap === null || index.names === null)
    throw damage(space, "object header", object.address, "its attributes are in a heap without an index");
  const heap = await openFractalHeap(space, index.heap, options);
  const tree = await openBTree2(space, index.names, RECORDS.ATTRIBUTES_BY_NAME, RECORD_BYTES, options);
  return { heap, tree };
}

interface AttributeRecord {
  /** In the heap. */
  readonly id: Uint8Array;
  readonly isShared: boolean;
  readonly hash: number;
}

function readRecord(space: Hdf5Space, object: ObjectHeader, record: Uint8Array): AttributeRecord {
  const reader = new BlockReader(space, "record of an attribute", object.address, record);
  const id = reader.bytes(ID_BYTES);
  const flags = reader.unsigned(1);
  reader.skip(4);
  return { id, isShared: (flags & SHARED) !== 0, hash: reader.unsigned(4) };
}

async function heapAttribute(
  space: Hdf5Space,
  own: FractalHeap,
  id: Uint8Array,
  isShared: boolean,
  options: SourceReadOptions,
): Promise<StoredAttribute> {
  const heap = isShared ? await openFractalHeap(space, sharedHeap(space, HEADER_MESSAGE.ATTRIBUTE), options) : own;
  const { address, bytes } = await readHeapObject(space, heap, id, options);
  return readAttribute(space, new BlockReader(space, "attribute message", address, bytes), options);
}

async function findDense(
  space: Hdf5Space,
  object: ObjectHeader,
  index: DenseIndex,
  name: string,
  options: SourceReadOptions,
): Promise<StoredAttribute | undefined> {
  const { heap, tree } = await openDense(space, object, index, options);
  const encoder = new TextEncoder();
  const bytes = encoder.encode(name);
  const hash = metadataChecksum(bytes);
  let found: StoredAttribute | undefined;
  await findRecord(
    space,
    tree,
    async (record) => {
      const { id, isShared, hash: other } = readRecord(space, object, record);
      if (hash !== other) return hash - other;
      // Damage to an attribute with the same hash counts, whatever its name is.
      const attribute = await heapAttribute(space, heap, id, isShared, options);
      const order = compareBytes(bytes, encoder.encode(attribute.name));
      if (order === 0) found = attribute;
      return order;
    },
    options,
  );
  return found;
}
