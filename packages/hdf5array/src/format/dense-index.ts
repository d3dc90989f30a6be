import type { BlockReader } from "./block-reader.js";

/** Where the links of a group, or the attributes of an object, are that are too many for the object header. */
export interface DenseIndex {
  /** Address of the fractal heap that holds them; `null` when they are in the header. */
  readonly heap: number | null;
  /** Address of the B-tree of their names. */
  readonly names: number | null;
}

/**
 * Reads a link info message.
 *
 * @see HDF5 File Format Specification, section IV.A.2.c, "The Link Info Message"
 */
export function readLinkInfo(reader: BlockReader): DenseIndex {
  return readIndex(reader, 8);
}

/**
 * Reads an attribute info message.
 *
 * @see HDF5 File Format Specification, section IV.A.2.v, "The Attribute Info Message"
 */
export function readAttributeInfo(reader: BlockReader): DenseIndex {
  return readIndex(reader, 2);
}

/** @param orderBytes - bytes of the number of the next link or attribute, where their order is tracked */
function readIndex(reader: BlockReader, orderBytes: number): DenseIndex {
  reader.version(0);
  const flags = reader.unsigned(1);
  if (flags & ~3) throw reader.damage(`its flags are ${flags}, of which some are unknown`);
  if (flags & 1) {
    const next = reader.wide(orderBytes);
    if (orderBytes === 8 && next >= 2n ** 63n) throw reader.damage("the number of its next link is negative");
  }
  const index = { heap: reader.address(), names: reader.address() };
  if (flags & 2) reader.skip(reader.space.offsetSize);
  return index;
}
