import { ofLength, type UndoFilter } from "./filtered-chunk.js";
import { tileChunks } from "./tile-chunks.js";

/**
 * What is wrong with the offsets in a tile; `undefined` if nothing. TileDB copies from where they say, without a look at
 * whether that is within the tile, and ends the process if it is not.
 *
 * @param cells - in the tile
 * @param textBytes - of the texts in the same tile
 * @throws RangeError or another error when a chunk cannot be decoded
 */
export function damageOfOffsets(tile: Buffer, cells: number, textBytes: number, undo: UndoFilter): string | undefined {
  const chunks = tileChunks(tile);
  const size = chunks.reduce((sum, chunk) => sum + chunk.size, 0);
  if (size !== 8 * cells) return `there are ${size} bytes of offsets, expected 8 for each of ${cells} cells`;
  let last = 0;
  let cell = 0;
  for (const chunk of chunks) {
    const undone = undo(chunk, chunk.size);
    if (undone === undefined) return undefined;
    const offsets = ofLength(undone.data, chunk.size);
    const view = new DataView(offsets.buffer, offsets.byteOffset, offsets.byteLength);
    for (let i = 0; i + 8 <= chunk.size; i += 8, cell++) {
      const offset = view.getUint32(i + 4, true) * 2 ** 32 + view.getUint32(i, true);
      if (offset < last || offset > textBytes) {
        return `the text of cell ${cell} begins at byte ${offset}, expected ${last} to ${textBytes}`;
      }
      last = offset;
    }
  }
  return undefined;
}
