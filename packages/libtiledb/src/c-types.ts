/**
 * The C types of TileDB's API as TypeScript types. A declaration names its types as the C header does; what a caller
 * passes follows from the name. Every pointer is a bigint with a brand, so that an array cannot be passed for a query.
 */

declare const pointee: unique symbol;

/** The address of an opaque C object. */
export type Pointer<Name extends string = string> = bigint & { readonly [pointee]: Name };

/** Memory that C reads or fills in place. */
export type Memory =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** C enumerations, each of which is a 32-bit integer. */
export type EnumName =
  | "tiledb_array_type_t"
  | "tiledb_data_order_t"
  | "tiledb_datatype_t"
  | "tiledb_filter_option_t"
  | "tiledb_filter_type_t"
  | "tiledb_layout_t"
  | "tiledb_object_t"
  | "tiledb_query_status_details_t"
  | "tiledb_query_status_t"
  | "tiledb_query_type_t";

interface Scalars {
  int: number;
  int32_t: number;
  uint8_t: number;
  uint32_t: number;
  uint64_t: number | bigint;
  size_t: number | bigint;
}

interface Pointers {
  "const char*": string;
  "const void*": Memory | bigint | null;
  "void*": Memory | bigint;
  "uint8_t*": Uint8Array;
  "int*": Int32Array;
  "int32_t*": Int32Array;
  "uint32_t*": Uint32Array;
  "uint64_t*": BigUint64Array;
  "size_t*": BigUint64Array;
  "tiledb_range_t*": BigUint64Array;
  /** Texts one after the other, each by its address; also a cell that receives the address of one text. */
  "const char**": BigUint64Array;
  /** A function that is registered for C to call. */
  "int32_t (*)(const char*, void*)": bigint;
}

/** What is passed for a parameter of the C type `C`. A pointer to a pointer is a cell that receives an address. */
export type Argument<C extends string> = C extends keyof Scalars
  ? Scalars[C]
  : C extends EnumName
    ? number
    : C extends keyof Pointers
      ? Pointers[C]
      : C extends `${EnumName}*`
        ? Uint32Array
        : C extends `${string}**`
          ? BigUint64Array
          : C extends `const ${infer Name}*`
            ? Pointer<Name>
            : C extends `${infer Name}*`
              ? Pointer<Name>
              : never;

/** What a function of the C return type `C` gives back. */
export type Result<C extends string> = C extends "void" ? undefined : C extends "uint64_t" ? number | bigint : number;

/** A C function: its return type, then the types of its parameters, spelled as in the header. */
export type Declaration = readonly [returns: string, parameters: readonly string[]];

/** The arguments for parameters of the C types `P`. */
export type Arguments<P extends readonly string[]> = { -readonly [I in keyof P]: Argument<P[I]> };

const scalars: ReadonlySet<string> = new Set(["void", "int", "int32_t", "uint8_t", "uint32_t", "uint64_t", "size_t"]);

/** The name by which the foreign function interface knows a C type. */
export function foreignType(type: string): string {
  if (scalars.has(type)) return type;
  if (type === "capi_return_t") return "int32_t";
  if (type === "const char*") return "str";
  return type.endsWith("*") || type.endsWith(")") ? "void *" : "uint32_t";
}
