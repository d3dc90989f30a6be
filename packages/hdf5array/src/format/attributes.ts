import type { SourceReadOptions } from "../source/byte-source.js";
import { readAttribute, type StoredAttribute } from "./attribute-message.js";
import { BlockReader, damage } from "./block-reader.js";
import { findRecord, openBTree2, RECORDS } from "./btree2.js";
import { compareBytes } from "./compare-bytes.js";
import { type DenseIndex, readAttributeInfo } from "./dense-index.js";
import { openFractalHeap, readHeapObject } from "./fractal-heap.js";
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

/** An attribute of an object; `undefined` when it has none of that name. */
export async function findAttribute(
  space: Hdf5Space,
  object: ObjectHeader,
  name: string,
  options: SourceReadOptions,
): Promise<StoredAttribute | undefined> {
  const info = object.version > 1 ? findMessage(object, HEADER_MESSAGE.ATTRIBUTE_INFO) : undefined;
  if (info !== undefined) {
    const index = readAttributeInfo(new BlockReader(space, "attribute info message", info.address, info.body));
    if (index.heap !== null) return findDense(space, object, index, name, options);
  }
  for (const message of object.messages) {
    if (message.type !== HEADER_MESSAGE.ATTRIBUTE) continue;
    const reader = await openMessage(space, message, options);
    const attribute = await readAttribute(space, reader, options);
    if (attribute.name === name) return attribute;
  }
  return undefined;
}

async function findDense(
  space: Hdf5Space,
  object: ObjectHeader,
  index: DenseIndex,
  name: string,
  options: SourceReadOptions,
): Promise<StoredAttribute | undefined> {
  if (index.heap === null || index.names === null)
    throw damage(space, "object header", object.address, "its attributes are in a heap without an index");
  const own = await openFractalHeap(space, index.heap, options);
  const tree = await openBTree2(space, index.names, RECORDS.ATTRIBUTES_BY_NAME, RECORD_BYTES, options);
  const encoder = new TextEncoder();
  const bytes = encoder.encode(name);
  const hash = metadataChecksum(bytes);
  let found: StoredAttribute | undefined;
  await findRecord(
    space,
    tree,
    async (record) => {
      const reader = new BlockReader(space, "record of an attribute", object.address, record);
      const id = reader.bytes(ID_BYTES);
      const flags = reader.unsigned(1);
      reader.skip(4);
      const other = reader.unsigned(4);
      if (hash !== other) return hash - other;
      const heap =
        flags & SHARED ? await openFractalHeap(space, sharedHeap(space, HEADER_MESSAGE.ATTRIBUTE), options) : own;
      const { address, bytes: body } = await readHeapObject(space, heap, id, options);
      // Damage to an attribute with the same hash counts, whatever its name is.
      const attribute = await readAttribute(space, new BlockReader(space, "attribute message", address, body), options);
      const order = compareBytes(bytes, encoder.encode(attribute.name));
      if (order === 0) found = attribute;
      return order;
    },
    options,
  );
  return found;
}
