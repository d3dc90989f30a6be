import { invalidArgument } from "./errors.js";

// The C enumerations by name; `check:declarations` holds the numbers against the pinned headers.

/** `tiledb_array_type_t`. */
export const arrayTypes = { dense: 0, sparse: 1 } as const;
/** `tiledb_layout_t`. */
export const layouts = { "row-major": 0, "column-major": 1, "global-order": 2, unordered: 3, hilbert: 4 } as const;
/** `tiledb_query_type_t`. */
export const queryTypes = { read: 0, write: 1 } as const;
/** `tiledb_query_status_t`. */
export const queryStatuses = {
  failed: 0,
  completed: 1,
  "in-progress": 2,
  incomplete: 3,
  uninitialized: 4,
  initialized: 5,
} as const;
/** `tiledb_query_status_details_t`: why a query is incomplete. */
export const incompleteReasons = { none: 0, "buffer-size": 1, "memory-budget": 2 } as const;
/** `tiledb_data_order_t`. */
export const dataOrders = { unordered: 0, increasing: 1, decreasing: 2 } as const;
/** `tiledb_object_t`. */
export const objectTypes = { none: 0, group: 1, array: 2 } as const;

/** Whether an array has a value in every cell. */
export type ArrayType = keyof typeof arrayTypes;
/** An order of cells. */
export type Layout = keyof typeof layouts;
/** What an array is opened for. */
export type ArrayMode = keyof typeof queryTypes;
/** How far a query is. */
export type QueryStatus = keyof typeof queryStatuses;
/** Why a query is incomplete: larger buffers are needed, or submitting it again is enough. */
export type IncompleteReason = keyof typeof incompleteReasons;
/** How the labels of a dimension follow each other. */
export type DataOrder = keyof typeof dataOrders;
/** What is at a URI. */
export type ObjectType = keyof typeof objectTypes;

/** The name of a value of an enumeration. @throws TileDbError INVALID_ARGUMENT for a value of a later version. */
export function nameIn<T extends Record<string, number>>(enumeration: T, value: number): keyof T {
  for (const name in enumeration) if (enumeration[name] === value) return name;
  throw invalidArgument(`${value} is not one of ${Object.keys(enumeration).join(", ")}`);
}

/** The value of a name. @throws TileDbError INVALID_ARGUMENT for another name, from code without types. */
export function codeIn<T extends Record<string, number>>(enumeration: T, name: keyof T): number {
  const value = enumeration[name];
  if (value === undefined) {
    throw invalidArgument(`"${String(name)}" is not one of ${Object.keys(enumeration).join(", ")}`);
  }
  return value;
}
