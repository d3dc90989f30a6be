import type { Filter } from "libtiledb";
import { type FilteredChunk, Notes, type UndoFilter } from "./filtered-chunk.js";
import { tileChunks } from "./tile-chunks.js";

/** Whether texts are stored as places in a list of all that there are, from which their offsets follow as well. */
export function isDictionary([first]: readonly Filter[]): boolean {
  return first?.type === "dictionary";
}

/**
 * What is wrong with a tile of such texts; `undefined` if nothing. TileDB takes the sizes in it as they are, and writes past
 * the end of its memory when they are wrong.
 *
 * @param cells - in the tile
 * @param textBytes - of its texts
 * @param undo - undoes the filters behind the dictionary
 * @throws RangeError or another error when it cannot be decoded
 * @see https://github.com/TileDB-Inc/TileDB/blob/main/format_spec/filters/dictionary_encoding.md
 */
export function damageOfDictionary(
  tile: Buffer,
  cells: number,
  textBytes: number,
  undo: UndoFilter,
): string | undefined {
  const chunks = tileChunks(tile);
  if (chunks.length > 1) return `there are ${chunks.length} chunks, expected 1`;
  for (const chunk of chunks) {
    if (chunk.size !== textBytes) return `there are ${chunk.size} bytes of texts, expected ${textBytes}`;
    const undone = undo(chunk, chunk.size);
    if (undone === undefined) return undefined;
    const length = textLength(undone, cells, textBytes);
    if (length !== textBytes) return `its ${cells} texts have ${length} bytes, expected ${textBytes}`;
  }
  return undefined;
}

/** How many bytes all texts have. */
function textLength({ data, about }: FilteredChunk, cells: number, textBytes: number): number {
  const notes = new Notes(about);
  const [parts, wholes, size, stored, offsets] = [
    notes.uint32(),
    notes.uint32(),
    notes.uint32(),
    notes.uint32(),
    notes.uint32(),
  ];
  if (parts !== 0 || wholes !== 1) throw new RangeError(`it has ${parts} + ${wholes} parts, expected 0 + 1`);
  if (size !== textBytes || offsets !== 8 * cells) {
    throw new RangeError(`it says that it has ${size} + ${offsets} bytes, expected ${textBytes} + ${8 * cells}`);
  }
  const [placeBytes, lengthBytes] = [notes.uint8(), notes.uint8()];
  if (stored !== data.length || stored !== cells * placeBytes) {
    throw new RangeError(`it says that ${stored} bytes are stored, but there are ${data.length} for ${cells} texts`);
  }
  const lengths = lengthsOf(new Notes(notes.bytes(notes.uint32())), lengthBytes);
  const places = new Notes(data);
  let sum = 0;
  for (let i = 0; i < cells; i++) {
    const place = bigEndian(places.bytes(placeBytes));
    const length = lengths[place];
    if (length === undefined) throw new RangeError(`cell ${i} has text ${place} of ${lengths.length}`);
    sum += length;
  }
  return sum;
}

function lengthsOf(list: Notes, lengthBytes: number): number[] {
  if (![1, 2, 4, 8].includes(lengthBytes)) throw new RangeError(`lengths of texts take ${lengthBytes} bytes`);
  const lengths: number[] = [];
  while (list.rest().length > 0) {
    const length = bigEndian(list.bytes(lengthBytes));
    list.bytes(length);
    lengths.push(length);
  }
  return lengths;
}

function bigEndian(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}
