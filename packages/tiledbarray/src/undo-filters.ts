import { datatypeSize, type Filter } from "libtiledb";
import type { FilteredChunk, UndoFilter } from "./filtered-chunk.js";
import { CHECKSUM_BYTES, undoChecksum } from "./undo-checksum.js";
import { undoCompressor } from "./undo-compressor.js";
import { undoBitshuffle, undoByteshuffle, undoXor } from "./undo-shuffle.js";
import { undoBitWidthReduction, undoPositiveDelta } from "./undo-windows.js";

/** How the bytes are seen: offsets, or texts. */
export type Filtered = "uint64" | "uint8";

/**
 * How to undo what filters did, in the order in which they were applied; `undefined` where one of them is not known here.
 *
 * @see https://github.com/TileDB-Inc/TileDB/blob/main/format_spec/tile.md
 */
export async function undoFilters(filters: readonly Filter[], as: Filtered): Promise<UndoFilter | undefined> {
  const undo: UndoFilter[] = [];
  for (const filter of filters) {
    const one = await undoFilter(filter, as);
    if (one === undefined) return undefined;
    undo.unshift(one);
  }
  return (chunk, size) => {
    let current: FilteredChunk | undefined = chunk;
    for (const one of undo) {
      current = one(current, size);
      if (current === undefined) return undefined;
    }
    return current;
  };
}

async function undoFilter({ type, reinterpretAs }: Filter, as: Filtered): Promise<UndoFilter | undefined> {
  const width = datatypeSize(as);
  switch (type) {
    case "none":
      return unchanged;
    case "byteshuffle":
      return undoByteshuffle(width);
    case "bitshuffle":
      return undoBitshuffle(width);
    case "xor":
      return undoXor(width);
    case "checksum-md5":
    case "checksum-sha256":
      return undoChecksum(CHECKSUM_BYTES[type]);
    case "positive-delta":
      return as === "uint64" ? undoPositiveDelta : unchanged; // Texts these two leave alone.
    case "bit-width-reduction":
      return as === "uint64" ? undoBitWidthReduction : unchanged;
    case "rle":
      return as === "uint64" ? undoCompressor(type) : undefined;
    case "delta":
    case "double-delta":
      return as === "uint64" && (reinterpretAs === undefined || reinterpretAs === "any" || reinterpretAs === as)
        ? undoCompressor(type)
        : undefined;
    default:
      return undoCompressor(type);
  }
}

function unchanged(chunk: FilteredChunk): FilteredChunk {
  return chunk;
}
