import { DelayedArrayError } from "delayedarray";
import { Pacer } from "delayedarray/internal";
import type { ArrayHandle } from "libtiledb";
import { chooseAttribute } from "./attribute.js";
import { translated } from "./errors.js";
import { openArray } from "./open-array.js";
import type { TileDbArrayOptions } from "./open-options.js";
import { type ColumnCells, hasColumn, readColumns } from "./read-columns.js";

/** The column by which the rows of a frame belong to the rows or columns of a matrix. */
const JOIN_ID = "soma_joinid";

/** The text of a cell; `undefined` for a missing one. */
type TextOf = (cells: ColumnCells, cell: number) => string | undefined;

/**
 * The ids of a data frame of TileDB-SOMA, by join id: `""` where the frame has no row, `null` where it has no such column, or
 * one of something else than texts. The column and the join ids may each be a dimension, as which TileDB-SOMA stores the
 * columns that a frame is indexed by, or an attribute.
 *
 * @param count - of ids
 * @throws `FILE_INVALID` when an id is missing, or two rows have the same join id
 */
export async function readIds(
  uri: string,
  column: string,
  count: number,
  options: TileDbArrayOptions,
): Promise<readonly string[] | null> {
  const { signal } = options;
  const array = await openArray(uri, options);
  try {
    return await translated(uri, async () => {
      const textOf = await textReader(array, column, uri);
      if (textOf === null || !hasColumn(array, JOIN_ID)) return null;
      const ids = new Array<string | undefined>(count).fill(undefined);
      const pacer = new Pacer(signal);
      let isEmpty = true;
      for await (const { count: rows, columns } of readColumns(array, [JOIN_ID, column], { signal })) {
        const [joinIds, texts] = columns as [ColumnCells, ColumnCells];
        for (let row = 0; row < rows; row++) {
          const at = Number(joinIds.data[row]);
          if (!(at >= 0 && at < count)) continue;
          const id = textOf(texts, row);
          if (id === undefined) {
            throw invalid(
              uri,
              `row ${at} has no ${column}: it is null, or a code that the column's enumeration has no text for`,
            );
          }
          if (ids[at] !== undefined) throw invalid(uri, `two rows have the ${JOIN_ID} ${at}`);
          ids[at] = id;
          isEmpty = false;
        }
        if (pacer.isDue) await pacer.rest();
      }
      return isEmpty ? null : Object.freeze(ids.map((id) => id ?? ""));
    });
  } finally {
    await array.close();
  }
}

/** How to make texts of the cells of a column; `null` when there is none, or it is of something else. */
async function textReader(array: ArrayHandle, column: string, uri: string): Promise<TextOf | null> {
  const decode: TextOf = (cells, cell) => {
    if (!cells.isValid(cell)) return undefined;
    return decoded((cells.data as Uint8Array).subarray(cells.start(cell), cells.start(cell + 1)), column, uri);
  };
  if (!hasColumn(array, column)) return null;
  if (!array.schema.hasAttribute(column)) return array.schema.domain.dimension(column).isString ? decode : null;
  try {
    const { meaning } = await chooseAttribute(array, column, uri);
    if (meaning?.kind === "texts") return decode;
    if (meaning?.kind !== "labels") return null;
    const { labels } = meaning;
    return (cells, cell) => (cells.isValid(cell) ? labels[Number(cells.data[cell])] : undefined);
  } catch (error) {
    if (error instanceof DelayedArrayError && error.code === "DTYPE_UNSUPPORTED") return null;
    throw error;
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decoded(bytes: Uint8Array, column: string, uri: string): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw invalid(uri, `a cell of ${column} holds bytes that are no UTF-8`, cause);
  }
}

function invalid(uri: string, message: string, cause?: unknown): DelayedArrayError {
  return new DelayedArrayError("FILE_INVALID", `${uri}: ${message}`, { cause });
}
