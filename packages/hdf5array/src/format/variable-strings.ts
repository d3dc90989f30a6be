import type { SourceReadOptions } from "../source/byte-source.js";
import { BlockReader } from "./block-reader.js";
import { readHeapCollection } from "./global-heap.js";
import type { Hdf5Space } from "./hdf5-space.js";
import { textToZero } from "./text.js";

/** Bytes of a value of variable length where it is referred to: its length, and where in the global heap it is. */
export function variableSize(space: Pick<Hdf5Space, "offsetSize">): number {
  return 8 + space.offsetSize;
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
  const reader = new BlockReader(space, "reference to a string", 0, references);
  const strings: string[] = [];
  while (reader.left > 0) {
    const length = reader.unsigned(4);
    const address = reader.address();
    const index = reader.unsigned(4);
    // Where nothing was written there are zeros.
    if (address === 0) {
      strings.push("");
      continue;
    }
    if (address === null) throw reader.damage(`string ${strings.length} is at an undefined address`, 0);
    const collection = await readHeapCollection(space, address, options);
    const bytes = collection.get(index);
    if (bytes === undefined || bytes.length !== length) {
      const found = bytes === undefined ? "there is none" : `it has ${bytes.length} bytes`;
      throw new BlockReader(space, "global heap collection", address, references).damage(
        `string ${strings.length} is its object ${index} of ${length} bytes, but ${found}`,
      );
    }
    strings.push(textToZero(bytes));
  }
  return strings;
}
