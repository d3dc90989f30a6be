import type { Pointer } from "./c-types.js";
import { type Datatype, datatypeCode, datatypeOf } from "./datatype.js";
import { codeIn, nameIn } from "./enumerations.js";
import { invalidArgument } from "./errors.js";
import { addressIn, valueIn } from "./memory.js";
import type { Scope } from "./scope.js";

/** `tiledb_filter_type_t`. */
export const filterTypes = {
  none: 0,
  gzip: 1,
  zstd: 2,
  lz4: 3,
  rle: 4,
  bzip2: 5,
  "double-delta": 6,
  "bit-width-reduction": 7,
  bitshuffle: 8,
  byteshuffle: 9,
  "positive-delta": 10,
  "checksum-md5": 12,
  "checksum-sha256": 13,
  dictionary: 14,
  "scale-float": 15,
  xor: 16,
  webp: 18,
  delta: 19,
} as const;

/** What a filter does to the bytes of a tile. */
export type FilterType = keyof typeof filterTypes;

/** A filter and its options; an option that is left out has TileDB's default. */
export interface Filter {
  /** Which filter it is. */
  readonly type: FilterType;
  /** Compression level of gzip, zstd, lz4, rle, bzip2, dictionary, delta and double-delta; -1 is the default. */
  readonly level?: number;
  /** Most values that share a window of bit-width-reduction or positive-delta, in bytes. */
  readonly maxWindow?: number;
  /** Bytes of the integers that scale-float stores: 1, 2, 4 or 8. */
  readonly byteWidth?: number;
  /** What scale-float divides by. */
  readonly factor?: number;
  /** What scale-float subtracts. */
  readonly offset?: number;
  /** Quality of webp, 0 to 100. */
  readonly quality?: number;
  /** The pixels of webp: 1 RGB, 2 BGR, 3 RGBA, 4 BGRA; 0 is unset. */
  readonly inputFormat?: number;
  /** Whether webp loses nothing. */
  readonly lossless?: boolean;
  /** The datatype as which delta and double-delta take the bytes. */
  readonly reinterpretAs?: Datatype;
}

type OptionName = Exclude<keyof Filter, "type">;
type Cell = Int32Array | Uint32Array | BigUint64Array | Float64Array | Float32Array | Uint8Array;

interface Option {
  /** `tiledb_filter_option_t`. */
  readonly code: number;
  readonly Cell: new (length: 1) => Cell;
  readonly filters: readonly FilterType[];
}

const compressors = ["gzip", "zstd", "lz4", "rle", "bzip2", "dictionary", "delta", "double-delta"] as const;

const options: readonly (readonly [OptionName, Option])[] = [
  ["level", { code: 0, Cell: Int32Array, filters: compressors }],
  ["maxWindow", { code: 1, Cell: Uint32Array, filters: ["bit-width-reduction"] }],
  ["maxWindow", { code: 2, Cell: Uint32Array, filters: ["positive-delta"] }],
  ["byteWidth", { code: 3, Cell: BigUint64Array, filters: ["scale-float"] }],
  ["factor", { code: 4, Cell: Float64Array, filters: ["scale-float"] }],
  ["offset", { code: 5, Cell: Float64Array, filters: ["scale-float"] }],
  ["quality", { code: 6, Cell: Float32Array, filters: ["webp"] }],
  ["inputFormat", { code: 7, Cell: Uint8Array, filters: ["webp"] }],
  ["lossless", { code: 8, Cell: Uint8Array, filters: ["webp"] }],
  ["reinterpretAs", { code: 9, Cell: Uint8Array, filters: ["delta", "double-delta"] }],
];

/** Filters in the order in which they are applied when writing (`tiledb_filter_list_t`). */
export class FilterList {
  /** The filters, in the order in which writing applies them. */
  readonly filters: readonly Filter[];
  /** Bytes that are filtered at a time; undefined for TileDB's default. */
  readonly maxChunkSize: number | undefined;

  constructor(filters: readonly Filter[] = [], settings: { readonly maxChunkSize?: number } = {}) {
    this.filters = Object.freeze([...filters]);
    this.maxChunkSize = settings.maxChunkSize;
    Object.freeze(this);
  }

  /** A filter list from itself or from plain filters. */
  static from(filters: FilterList | readonly Filter[] | undefined): FilterList {
    return filters instanceof FilterList ? filters : new FilterList(filters);
  }
}

/** Reads the filter list in a cell. @internal */
export function readFilterList(scope: Scope, cell: BigUint64Array): FilterList {
  const list = addressIn<"tiledb_filter_list_t">(cell);
  const number = new Uint32Array(1);
  scope.call("tiledb_filter_list_get_max_chunk_size", list, number);
  const maxChunkSize = valueIn(number);
  scope.call("tiledb_filter_list_get_nfilters", list, number);
  const filters: Filter[] = [];
  for (let i = 0, count = valueIn(number); i < count; i++) {
    const filter = scope.cell("tiledb_filter_free");
    scope.call("tiledb_filter_list_get_filter_from_index", list, i, filter);
    filters.push(readFilter(scope, addressIn(filter)));
  }
  return new FilterList(filters, { maxChunkSize });
}

/** Makes the C object of a filter list, which the scope frees. @internal */
export function buildFilterList(scope: Scope, filterList: FilterList): Pointer<"tiledb_filter_list_t"> {
  const cell = scope.cell("tiledb_filter_list_free");
  scope.call("tiledb_filter_list_alloc", cell);
  const list = addressIn<"tiledb_filter_list_t">(cell);
  for (const filter of filterList.filters) {
    scope.call("tiledb_filter_list_add_filter", list, buildFilter(scope, filter));
  }
  if (filterList.maxChunkSize !== undefined) {
    scope.call("tiledb_filter_list_set_max_chunk_size", list, filterList.maxChunkSize);
  }
  return list;
}

function readFilter(scope: Scope, pointer: Pointer<"tiledb_filter_t">): Filter {
  const code = new Uint32Array(1);
  scope.call("tiledb_filter_get_type", pointer, code);
  const type = nameIn(filterTypes, valueIn(code));
  const values: Record<string, unknown> = { type };
  for (const [name, option] of options) {
    if (!option.filters.includes(type)) continue;
    const cell = new option.Cell(1);
    scope.call("tiledb_filter_get_option", pointer, option.code, cell);
    const number = Number(cell[0]);
    values[name] = name === "lossless" ? number !== 0 : name === "reinterpretAs" ? datatypeOf(number) : number;
  }
  return values as unknown as Filter;
}

function buildFilter(scope: Scope, filter: Filter): Pointer<"tiledb_filter_t"> {
  const cell = scope.cell("tiledb_filter_free");
  scope.call("tiledb_filter_alloc", codeIn(filterTypes, filter.type), cell);
  const pointer = addressIn<"tiledb_filter_t">(cell);
  for (const name of Object.keys(filter) as (keyof Filter)[]) {
    const value = filter[name];
    if (name === "type" || value === undefined) continue;
    const option = options.find(([optionName, { filters }]) => optionName === name && filters.includes(filter.type));
    if (option === undefined) throw invalidArgument(`the filter "${filter.type}" has no option "${name}"`);
    const number = name === "reinterpretAs" ? datatypeCode(value as Datatype) : Number(value);
    const memory = new option[1].Cell(1);
    if (memory instanceof BigUint64Array) memory[0] = BigInt(number);
    else memory[0] = number;
    scope.call("tiledb_filter_set_option", pointer, option[1].code, memory);
  }
  return pointer;
}
