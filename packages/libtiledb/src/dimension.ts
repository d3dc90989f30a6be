import type { Pointer } from "./c-types.js";
import {
  type Datatype,
  datatypeCode,
  datatypeOf,
  datatypeSize,
  decodeScalars,
  encodeScalars,
  isText,
  type Scalar,
} from "./datatype.js";
import { invalidArgument } from "./errors.js";
import { buildFilterList, type Filter, FilterList, readFilterList } from "./filter-list.js";
import { addressCell, addressIn, bytesAt, checkText, textIn, valueIn } from "./memory.js";
import type { Scope } from "./scope.js";

/** Says what a dimension is to be. */
export interface DimensionOptions {
  /** The name. */
  readonly name: string;
  /** Any integer, float or date; or "string_ascii", which has neither domain nor tile. */
  readonly datatype: Datatype;
  /** The first and the last coordinate, both inclusive. */
  readonly domain?: readonly [Scalar, Scalar];
  /** Extent of a tile, in coordinates. Dense arrays need one. */
  readonly tile?: Scalar;
  /** What the coordinates pass through before they are stored. */
  readonly filters?: FilterList | readonly Filter[];
}

/** One dimension of an array (`tiledb_dimension_t`), as a value. */
export class Dimension {
  /** The name. */
  readonly name: string;
  /** Type of the coordinates. */
  readonly datatype: Datatype;
  /** First and last coordinate, inclusive and exact; undefined for a dimension of strings. */
  readonly domain: readonly [Scalar, Scalar] | undefined;
  /** Extent of a tile; undefined when there is none. */
  readonly tile: Scalar | undefined;
  /** What the coordinates pass through before they are stored. */
  readonly filters: FilterList;

  /** @throws TileDbError INVALID_ARGUMENT when domain or tile are not values of the datatype. */
  constructor(options: DimensionOptions) {
    this.name = checkText(options.name, "the dimension's name");
    this.datatype = options.datatype;
    this.domain = options.domain;
    this.tile = options.tile;
    this.filters = FilterList.from(options.filters);
    if (this.isString) {
      if (this.domain !== undefined || this.tile !== undefined) {
        throw invalidArgument(`dimension "${this.name}" is of ${this.datatype}, which has no domain and no tile`);
      }
    } else if (this.domain === undefined) {
      throw invalidArgument(`dimension "${this.name}" of ${this.datatype} needs a domain`);
    } else {
      encodeScalars(this.datatype, this.domain, `the domain of dimension "${this.name}"`);
      if (this.tile !== undefined) encodeScalars(this.datatype, [this.tile], `the tile of dimension "${this.name}"`);
    }
    Object.freeze(this);
  }

  /** Whether coordinates are strings of any length. */
  get isString(): boolean {
    return isText(this.datatype);
  }
}

/** Reads the dimension in a cell. @internal */
export function readDimension(scope: Scope, cell: BigUint64Array): Dimension {
  const dimension = addressIn<"tiledb_dimension_t">(cell);
  const code = new Uint32Array(1);
  scope.call("tiledb_dimension_get_type", dimension, code);
  const datatype = datatypeOf(valueIn(code));
  const address = addressCell();
  scope.call("tiledb_dimension_get_name", dimension, address);
  const name = textIn(address);
  const filters = scope.cell("tiledb_filter_list_free");
  scope.call("tiledb_dimension_get_filter_list", dimension, filters);
  const size = datatypeSize(datatype);
  scope.call("tiledb_dimension_get_domain", dimension, address);
  const domain = decodeScalars(datatype, bytesAt(addressIn(address), 2 * size));
  scope.call("tiledb_dimension_get_tile_extent", dimension, address);
  const [tile] = decodeScalars(datatype, bytesAt(addressIn(address), size));
  const [first, last] = domain;
  return new Dimension({
    name,
    datatype,
    filters: readFilterList(scope, filters),
    ...(first === undefined || last === undefined ? {} : { domain: [first, last] as const }),
    ...(tile === undefined ? {} : { tile }),
  });
}

/** Makes the C object of a dimension, which the scope frees. @internal */
export function buildDimension(scope: Scope, dimension: Dimension): Pointer<"tiledb_dimension_t"> {
  const { name, datatype, domain, tile, filters } = dimension;
  const cell = scope.cell("tiledb_dimension_free");
  scope.call(
    "tiledb_dimension_alloc",
    name,
    datatypeCode(datatype),
    domain === undefined ? null : encodeScalars(datatype, domain, "the domain"),
    tile === undefined ? null : encodeScalars(datatype, [tile], "the tile"),
    cell,
  );
  const pointer = addressIn<"tiledb_dimension_t">(cell);
  if (dimension.isString) scope.call("tiledb_dimension_set_cell_val_num", pointer, 0xffffffff);
  if (filters.filters.length > 0) {
    scope.call("tiledb_dimension_set_filter_list", pointer, buildFilterList(scope, filters));
  }
  return pointer;
}
