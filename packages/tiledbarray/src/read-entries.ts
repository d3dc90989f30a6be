import { DelayedArrayError, type TypedArray } from "delayedarray";
import { type EntryBatch, type EntryReader, seedEntrySelection } from "delayedarray/internal";
import { TileDbError } from "libtiledb";
import { logicalCells } from "./meaning.js";
import { type Cells, readSparse } from "./read-sparse.js";
import type { Source } from "./source.js";

/** Tiles that TileDB holds at a time, in bytes: more make such a read no quicker, and there is no end to them. */
const TILE_BYTES = 64 * 2 ** 20;

/**
 * Reads all cells of a sparse array once, in TileDB's own order, which touches each tile once: whatever the order of cells,
 * the size of tiles and that of the domain, with memory for a few batches. Of an array without duplicates.
 *
 * @param cellsInArray - estimate of the number of cells there are
 * @param isLimited - whether to hold few tiles at a time, not as many as the settings allow
 */
export async function readEntries(
  source: Source,
  cellsInArray: () => Promise<number>,
  isLimited: boolean,
  visit: Parameters<EntryReader>[0],
  { signal, bufferSize }: Parameters<EntryReader>[1],
): Promise<void> {
  const { axes, attribute } = source;
  if (axes.some(({ extent }) => extent === 0)) return;
  const selections = axes.map(({ extent }) => seedEntrySelection({ start: 0, stop: extent, step: 1 }));
  const expected = await cellsInArray();
  const isLogical = attribute.meaning?.kind === "logical";
  // Two batches exist at a time, and what is computed of one.
  const bufferBytes = Math.ceil(bufferSize / (2 * axes.length + 4));
  let taken = 0;
  const read = async (memoryBytes: number | undefined, skip: number): Promise<void> => {
    let passed = 0;
    const take = async (cells: Cells): Promise<boolean> => {
      const from = Math.min(cells.count, Math.max(0, skip - passed));
      passed += cells.count;
      if (from === cells.count) return true;
      const batch = batchOf(isLogical ? logicalCells(cells) : cells, from, attribute.dtype === "bool", expected);
      const goesOn = await visit(batch);
      taken = passed;
      return goesOn;
    };
    await readSparse(source, selections, cellsInArray, take, { signal, bufferBytes, memoryBytes });
  };
  try {
    await read(isLimited ? TILE_BYTES : undefined, 0);
  } catch (error) {
    if (!isLimited || !isTooLittle(error)) throw error;
    // Tiles can be larger than that, and there can be one in use of each of many fragments. Cells come in the same order again.
    await read(undefined, taken);
  }
}

/** The cells of a batch from one on. */
function batchOf(cells: Cells, from: number, isBool: boolean, expected: number): EntryBatch {
  const { count, positions, values, validity } = cells;
  const part = <A extends TypedArray>(array: A): A => array.subarray(from, count) as A;
  const data = part(values);
  if (isBool) for (let i = 0; i < data.length; i++) data[i] = data[i] === 0 ? 0 : 1;
  const mask = validity && part(validity).map((flag) => (flag === 0 ? 1 : 0));
  return { count: count - from, coordinates: positions.map(part), data, mask, expected };
}

function isTooLittle(error: unknown): boolean {
  if (error instanceof DelayedArrayError) return error.code === "LIMIT_EXCEEDED";
  return error instanceof TileDbError && /memory/i.test(error.message);
}
