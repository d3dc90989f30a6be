import type { Memory } from "./c-types.js";
import { invalidArgument, TileDbError } from "./errors.js";

/** How the values of a datatype are stored and what they are in JavaScript. */
export type Storage =
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "float32"
  | "float64";

const arrays = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const satisfies Record<Storage, unknown>;

/** The typed array that holds values of a storage. */
export type ArrayOf<S extends Storage> = InstanceType<(typeof arrays)[S]>;

/** Every typed array that a query reads into or writes from. */
export type TypedArray = Memory;

/** A value of a datatype: exact, so a bigint where the storage has 64 bits and is no float. */
export type Scalar = number | bigint;

// Code in C, storage; the names are those of `tiledb_datatype_t` in lower case.
const table = {
  int32: [0, "int32"],
  int64: [1, "int64"],
  float32: [2, "float32"],
  float64: [3, "float64"],
  char: [4, "int8"],
  int8: [5, "int8"],
  uint8: [6, "uint8"],
  int16: [7, "int16"],
  uint16: [8, "uint16"],
  uint32: [9, "uint32"],
  uint64: [10, "uint64"],
  string_ascii: [11, "uint8"],
  string_utf8: [12, "uint8"],
  string_utf16: [13, "uint16"],
  string_utf32: [14, "uint32"],
  string_ucs2: [15, "uint16"],
  string_ucs4: [16, "uint32"],
  any: [17, "uint8"],
  datetime_year: [18, "int64"],
  datetime_month: [19, "int64"],
  datetime_week: [20, "int64"],
  datetime_day: [21, "int64"],
  datetime_hr: [22, "int64"],
  datetime_min: [23, "int64"],
  datetime_sec: [24, "int64"],
  datetime_ms: [25, "int64"],
  datetime_us: [26, "int64"],
  datetime_ns: [27, "int64"],
  datetime_ps: [28, "int64"],
  datetime_fs: [29, "int64"],
  datetime_as: [30, "int64"],
  time_hr: [31, "int64"],
  time_min: [32, "int64"],
  time_sec: [33, "int64"],
  time_ms: [34, "int64"],
  time_us: [35, "int64"],
  time_ns: [36, "int64"],
  time_ps: [37, "int64"],
  time_fs: [38, "int64"],
  time_as: [39, "int64"],
  blob: [40, "uint8"],
  bool: [41, "uint8"],
  geom_wkb: [42, "uint8"],
  geom_wkt: [43, "uint8"],
} as const satisfies Record<string, readonly [number, Storage]>;

/** A datatype of TileDB: the name in `tiledb_datatype_t`, in lower case. */
export type Datatype = keyof typeof table;

const byCode: readonly (Datatype | undefined)[] = Object.entries(table).reduce<Datatype[]>((names, [name, [code]]) => {
  names[code] = name as Datatype;
  return names;
}, []);

/** The datatype's code in C. @throws TileDbError DTYPE_UNSUPPORTED for a name that TileDB does not have. */
export function datatypeCode(datatype: Datatype): number {
  const row = table[datatype] as readonly [number, Storage] | undefined;
  if (row === undefined) throw new TileDbError("DTYPE_UNSUPPORTED", `TileDB has no datatype "${String(datatype)}"`);
  return row[0];
}

/** The datatype with a code of C. @throws TileDbError DTYPE_UNSUPPORTED for a code of a later version. */
export function datatypeOf(code: number): Datatype {
  const name = byCode[code];
  if (name === undefined) throw new TileDbError("DTYPE_UNSUPPORTED", `datatype ${code} of TileDB is not known`);
  return name;
}

/** How values of a datatype are stored: dates and times are int64, text and blobs bytes, bool a byte of 0 or 1. */
export function storageOf(datatype: Datatype): Storage {
  datatypeCode(datatype);
  return table[datatype][1];
}

/** Bytes of one value (`tiledb_datatype_size`). */
export function datatypeSize(datatype: Datatype): number {
  return arrays[storageOf(datatype)].BYTES_PER_ELEMENT;
}

/** Whether values are text of any encoding. */
export function isText(datatype: Datatype): boolean {
  return datatype.startsWith("string_") || datatype === "char";
}

/** A typed array of zeros for `length` values. */
export function allocate(datatype: Datatype, length: number): TypedArray {
  return new arrays[storageOf(datatype)](length);
}

/** Whether a typed array's elements are stored as values of the datatype are. */
export function fits(datatype: Datatype, array: TypedArray): boolean {
  if (array instanceof arrays[storageOf(datatype)]) return true;
  // Bytes of text, blobs and booleans have no sign of their own.
  const isByte = array instanceof Int8Array || array instanceof Uint8Array;
  return isByte && datatypeSize(datatype) === 1 && datatype !== "int8" && datatype !== "uint8";
}

/** The bytes of exact values, as C has them. @throws TileDbError INVALID_ARGUMENT for a value outside the datatype. */
export function encodeScalars(datatype: Datatype, values: readonly Scalar[], what: string): Uint8Array {
  const array = allocate(datatype, values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as Scalar;
    if (array instanceof BigInt64Array || array instanceof BigUint64Array) {
      const exact = typeof value === "bigint" ? value : Number.isSafeInteger(value) ? BigInt(value) : undefined;
      if (exact === undefined) throw outside(value, datatype, what);
      array[i] = exact;
      if (array[i] !== exact) throw outside(value, datatype, what);
    } else {
      const number = Number(value);
      array[i] = number;
      const exact = array instanceof Float32Array || array instanceof Float64Array || array[i] === number;
      if (!exact || (typeof value === "bigint" && BigInt(Math.trunc(number)) !== value)) {
        throw outside(value, datatype, what);
      }
    }
  }
  return new Uint8Array(array.buffer);
}

/** The exact values in bytes that C gave. */
export function decodeScalars(datatype: Datatype, bytes: Uint8Array): Scalar[] {
  return Array.from<Scalar>(new arrays[storageOf(datatype)](Uint8Array.from(bytes).buffer));
}

function outside(value: Scalar, datatype: Datatype, what: string): TileDbError {
  return invalidArgument(`${what} is ${value}, which is not a value of ${datatype}`);
}
