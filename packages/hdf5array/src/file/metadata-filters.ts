import { withDecodedChunk } from "../decode/undo-filters.js";
import type { UndoFilters } from "../format/hdf5-space.js";

/** Undoes the filters of a block of metadata, into memory of its own. */
export const undoMetadataFilters: UndoFilters = async (stored, filters, filterMask, size, what, options) => {
  let bytes = new Uint8Array(0);
  await withDecodedChunk(
    stored,
    filters,
    filterMask,
    size,
    what,
    (decoded) => {
      bytes = decoded.slice();
    },
    options,
  );
  return bytes;
};
