import { mapLimited } from "delayedarray/internal";
import type { SourceReadOptions } from "../source/byte-source.js";
import { BlockReader, damage } from "./block-reader.js";
import { type HeapCollection, readHeapCollection } from "./global-heap.js";
import type { Hdf5Space } from "./hdf5-space.js";
import { textToZero } from "./text.js";

/** Strings whose collections are in memory at the same time, and collections that are read at once. */
const STRINGS_AT_ONCE = 65536;
const COLLECTIONS_AT_ONCE = 16;

/** Where in the global heap a string is. */
interface Reference {
  readonly length: number;
  /** Of its collection; 0 where nothing was written. */
  readonly address: number;
  readonly index: number;
}

/**
 * The strings of variable length that `references` lead to.
 *
 * @param references - elements as they are in the file
 * @see HDF5 File Format Specification, section IV.B.1, "Disk Format: Level 2B - Data Object Data Storage"
 */
export async function readVariableStrings(
  space: Hdf5Space,
  references: Uint8Array,
  options: SourceReadOptions,
): Promise<string[]> {
  const strings: string[] = [];
  const size = 8 + space.offsetSize;
  for (let at = 0; at < references.length; at += STRINGS_AT_ONCE * size) {
    const part = readReferences(space, references.subarray(at, at + STRINGS_AT_ONCE * size));
    const addresses = [...new Set(part.map(({ address }) => address))].filter((address) => address !== 0);
    const read = await mapLimited(addresses, COLLECTIONS_AT_ONCE, (address) =>
      readHeapCollection(space, address, options),
    );
    const collections = new Map(addresses.map((address, i) => [address, read[i]!]));
    for (const reference of part) strings.push(stringAt(space, collections, reference));
  }
  return strings;
}

function readReferences(space: Hdf5Space, bytes: Uint8Array): Reference[] {
  const reader = new BlockReader(space, "reference to a string", 0, bytes);
  const references: Reference[] = [];
  while (reader.left > 0) {
    const length = reader.unsigned(4);
    const address = reader.definedAddress("a string");
    references.push({ length, address, index: reader.unsigned(4) });
  }
  return references;
}

function stringAt(
  space: Hdf5Space,
  collections: ReadonlyMap<number, HeapCollection>,
  { length, address, index }: Reference,
): string {
  if (address === 0) return "";
  const bytes = collections.get(address)?.get(index);
  if (bytes?.length === length) return textToZero(bytes);
  const found = bytes === undefined ? "there is none" : `it has ${bytes.length} bytes`;
  throw damage(
    space,
    "global heap collection",
    address,
    `a string is its object ${index} of ${length} bytes, but ${found}`,
  );
}
