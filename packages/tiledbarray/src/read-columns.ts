import { DelayedArrayError } from "delayedarray";
import { type ArrayHandle, allocate, type Datatype, datatypeSize, Query, type TypedArray } from "libtiledb";
import { checkTiles } from "./check-tiles.js";
import { BUFFER_BYTES, type ReadLimits } from "./source.js";

/** Cells in one batch at most, and bytes for each text that room is made for at first. */
const BATCH_CELLS = 2 ** 16;
const TEXT_BYTES = 32;

/** More than this is not made room for, even if TileDB gives not one cell. */
const MOST_BYTES = 2 ** 31;

/** What some cells have in one dimension or attribute. */
export interface ColumnCells {
  readonly data: TypedArray;
  /** Where cell i begins in `data`, in elements; for `count` where the last one ends. */
  readonly start: (cell: number) => number;
  readonly isValid: (cell: number) => boolean;
}

interface Column {
  readonly name: string;
  readonly datatype: Datatype;
  /** Values in a cell. */
  readonly each: number | "var";
  readonly nullable: boolean;
}

/**
 * Reads dimensions and attributes of all cells of an array, which may have dimensions of any type, texts included; in no
 * order. The buffers are filled again after the next cells have been asked for.
 *
 * @param names - of dimensions and attributes that there are
 */
export async function* readColumns(
  array: ArrayHandle,
  names: readonly string[],
  { signal, bufferBytes = BUFFER_BYTES }: ReadLimits = {},
): AsyncGenerator<{ readonly count: number; readonly columns: readonly ColumnCells[] }, void, void> {
  const columns = names.map((name) => columnOf(array, name));
  const { dimensions } = array.schema.domain;
  await checkTiles(array, [...new Set([...names, ...dimensions.map(({ name }) => name)])]);
  using query = new Query(array);
  if (array.schema.arrayType === "sparse") query.sortCells();
  query.setLayout(array.schema.arrayType === "dense" ? "row-major" : "unordered");
  let room = Math.max(1, Math.min(BATCH_CELLS, Math.floor(bufferBytes / TEXT_BYTES)));
  let textRoom = room * TEXT_BYTES;
  for (;;) {
    signal?.throwIfAborted();
    const buffers = columns.map((column) => bufferFor(query, column, room, textRoom));
    const status = await query.submit();
    const used = columns.map(({ name }) => query.resultElements(name));
    const [first] = columns;
    const count = first === undefined ? 0 : cellsIn(first, used[0]!);
    if (count > 0) yield { count, columns: buffers.map((one, i) => cellsOf(columns[i]!, one, count, used[i]!.data)) };
    if (status === "completed") return;
    if (count > 0) continue;
    // Not one cell fitted: a text may be longer than all the room there was.
    textRoom *= 4;
    room = Math.max(room, 2);
    if (textRoom > MOST_BYTES) {
      throw new DelayedArrayError(
        "LIMIT_EXCEEDED",
        `${array.uri}: TileDB gave not even one cell (${query.incompleteReason}): raise "sm.mem.total_budget" in config`,
      );
    }
  }
}

/** Whether an array has a dimension or an attribute of that name. */
export function hasColumn({ schema }: ArrayHandle, name: string): boolean {
  return schema.hasAttribute(name) || schema.domain.dimensions.some((one) => one.name === name);
}

function columnOf({ schema }: ArrayHandle, name: string): Column {
  if (schema.hasAttribute(name)) {
    const { datatype, cellValNum, nullable } = schema.attribute(name);
    return { name, datatype, each: cellValNum, nullable };
  }
  const { datatype, isString } = schema.domain.dimension(name);
  return { name, datatype, each: isString ? "var" : 1, nullable: false };
}

interface Buffers {
  readonly data: TypedArray;
  readonly offsets: BigUint64Array | undefined;
  readonly validity: Uint8Array | undefined;
}

function bufferFor(query: Query, { name, datatype, each, nullable }: Column, room: number, textRoom: number): Buffers {
  const length = each === "var" ? Math.ceil(textRoom / datatypeSize(datatype)) : room * each;
  const data = allocate(datatype, length);
  const offsets = each === "var" ? new BigUint64Array(room) : undefined;
  const validity = nullable ? new Uint8Array(room) : undefined;
  query.setDataBuffer(name, data);
  if (offsets !== undefined) query.setOffsetsBuffer(name, offsets);
  if (validity !== undefined) query.setValidityBuffer(name, validity);
  return { data, offsets, validity };
}

function cellsIn({ each }: Column, used: { readonly data: number; readonly offsets?: number }): number {
  return each === "var" ? (used.offsets ?? 0) : used.data / each;
}

function cellsOf({ each }: Column, { data, offsets, validity }: Buffers, count: number, end: number): ColumnCells {
  const size = data.BYTES_PER_ELEMENT;
  const start = (cell: number): number => {
    if (each !== "var") return cell * each;
    return cell < count ? Number(offsets![cell]) / size : end;
  };
  return { data, start, isValid: (cell) => validity?.[cell] !== 0 };
}
