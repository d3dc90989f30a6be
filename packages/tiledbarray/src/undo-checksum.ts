import { Notes, type UndoFilter } from "./filtered-chunk.js";

/** Bytes of a checksum, of the filters that make them. */
export const CHECKSUM_BYTES = { "checksum-md5": 16, "checksum-sha256": 32 } as const;

/**
 * What is checked by a checksum TileDB looks at itself; but it makes room for as many of them as are said to follow.
 *
 * @param bytes - of a checksum
 */
export function undoChecksum(bytes: number): UndoFilter {
  return ({ about }) => {
    const notes = new Notes(about);
    const checksums = notes.uint32() + notes.uint32();
    if (checksums * (8 + bytes) > notes.rest().length) {
      throw new RangeError(`it says that it has ${checksums} checksums in ${about.length} bytes`);
    }
    return undefined;
  };
}
