import { DelayedArrayError } from "delayedarray";
import type { H5adColumn } from "./h5ad-column.js";

/** A data frame of an h5ad file: `obs`, `var`, `raw/var` and so on. */
export interface H5adFrame {
  /** Names of the rows. */
  readonly index: readonly string[];
  /** What the file calls the index; `null` for the names that anndata gives to one without. */
  readonly indexName: string | null;
  /** The other columns in their order. A map, because an object would move names such as `"0"` to the front. */
  readonly columns: ReadonlyMap<string, H5adColumn>;
}

/** The columns that are wanted, of those that there are. @throws `NOT_FOUND` */
export function pick(wanted: readonly string[] | undefined, there: readonly string[], what: string): readonly string[] {
  const absent = wanted?.find((name) => !there.includes(name));
  if (absent === undefined) return wanted ?? there;
  throw new DelayedArrayError(
    "NOT_FOUND",
    `${what} has no column ${JSON.stringify(absent)}: it has ${there.map((name) => JSON.stringify(name)).join(", ")}`,
  );
}

/** A column's values as Python's `str` writes them, which is what pandas does with an index of something else. */
export function textsOf(column: H5adColumn): readonly string[] {
  switch (column.kind) {
    case "strings":
      return column.values.map((text) => text ?? "<NA>");
    case "categorical":
      return Array.from(column.codes, (code) => (code < 0 ? "nan" : textOf(column.levels[code]!, false)));
    case "numbers": {
      const isFloat = column.values.dtype.startsWith("float");
      return Array.from({ length: column.values.size }, (_, row) => textOf(column.values.get(row), isFloat));
    }
  }
}

function textOf(value: unknown, isFloat: boolean): string {
  if (value === null) return "<NA>";
  if (typeof value === "boolean") return value ? "True" : "False";
  return isFloat && Number.isInteger(value) ? `${value}.0` : String(value);
}
