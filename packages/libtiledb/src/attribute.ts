import type { Pointer } from "./c-types.js";
import { type Datatype, datatypeCode, datatypeOf, datatypeSize } from "./datatype.js";
import { invalidArgument } from "./errors.js";
import { buildFilterList, type Filter, FilterList, readFilterList } from "./filter-list.js";
import { addressCell, addressIn, bytesAt, checkText, textIn, valueIn } from "./memory.js";
import { native } from "./native.js";
import type { Scope } from "./scope.js";

/** `TILEDB_VAR_NUM`: the number of values in a cell that holds any number of them. */
const VARIABLE = 0xffffffff;

/** Says what an attribute is to be. */
export interface AttributeOptions {
  /** May be empty: an array's only attribute often is without name. */
  readonly name: string;
  /** Type of the values. */
  readonly datatype: Datatype;
  /** Whether cells may be missing. */
  readonly nullable?: boolean;
  /** Values in each cell, or "var" for any number of them. */
  readonly cellValNum?: number | "var";
  /** The bytes of cells that were not written; TileDB has a default for each datatype. */
  readonly fillValue?: Uint8Array;
  /** Whether cells that were not written are valid; for nullable attributes. */
  readonly fillValid?: boolean;
  /** What the values pass through before they are stored. */
  readonly filters?: FilterList | readonly Filter[];
}

/** One attribute of an array (`tiledb_attribute_t`), as a value. */
export class Attribute {
  /** The name; it may be empty. */
  readonly name: string;
  /** Type of the values. */
  readonly datatype: Datatype;
  /** Whether values may be null. */
  readonly nullable: boolean;
  /** Values in a cell. */
  readonly cellValNum: number | "var";
  /** The raw bytes of the fill value; undefined in a new attribute that takes TileDB's default. */
  readonly fillValue: Uint8Array | undefined;
  /** Whether a cell that was never written is not null. */
  readonly fillValid: boolean;
  /** What the values pass through before they are stored. */
  readonly filters: FilterList;
  /** The name of the enumeration that the values are indices into, if there is one. */
  readonly enumeration: string | undefined;

  constructor(options: AttributeOptions, enumeration?: string) {
    this.name = checkText(options.name, "the attribute's name");
    datatypeCode(options.datatype);
    this.datatype = options.datatype;
    this.nullable = options.nullable ?? false;
    this.cellValNum = options.cellValNum ?? 1;
    this.fillValue = options.fillValue;
    this.fillValid = options.fillValid ?? false;
    this.filters = FilterList.from(options.filters);
    this.enumeration = enumeration;
    const bytes = typeof this.cellValNum === "number" ? this.cellValNum * datatypeSize(this.datatype) : undefined;
    if (this.fillValue !== undefined && bytes !== undefined && this.fillValue.byteLength !== bytes) {
      throw invalidArgument(
        `the fill value of attribute "${this.name}" has ${this.fillValue.byteLength} bytes; a cell has ${bytes}`,
      );
    }
    Object.freeze(this);
  }
}

/** Reads the attribute in a cell. @internal */
export function readAttribute(scope: Scope, cell: BigUint64Array): Attribute {
  const attribute = addressIn<"tiledb_attribute_t">(cell);
  const number = new Uint32Array(1);
  scope.call("tiledb_attribute_get_type", attribute, number);
  const datatype = datatypeOf(valueIn(number));
  scope.call("tiledb_attribute_get_cell_val_num", attribute, number);
  const cellValNum = valueIn(number) === VARIABLE ? "var" : valueIn(number);
  const address = addressCell();
  scope.call("tiledb_attribute_get_name", attribute, address);
  const name = textIn(address);
  const flag = new Uint8Array(1);
  scope.call("tiledb_attribute_get_nullable", attribute, flag);
  const nullable = valueIn(flag) !== 0;
  const filters = scope.cell("tiledb_filter_list_free");
  scope.call("tiledb_attribute_get_filter_list", attribute, filters);
  const size = new BigUint64Array(1);
  flag[0] = 0;
  if (nullable) scope.call("tiledb_attribute_get_fill_value_nullable", attribute, address, size, flag);
  else scope.call("tiledb_attribute_get_fill_value", attribute, address, size);
  const options: AttributeOptions = {
    name,
    datatype,
    nullable,
    cellValNum,
    fillValue: bytesAt(addressIn(address), Number(size[0])),
    fillValid: valueIn(flag) !== 0,
    filters: readFilterList(scope, filters),
  };
  return new Attribute(options, enumerationName(scope, attribute));
}

/** Makes the C object of an attribute, which the scope frees. @internal */
export function buildAttribute(scope: Scope, attribute: Attribute): Pointer<"tiledb_attribute_t"> {
  const { name, datatype, nullable, cellValNum, fillValue, fillValid, filters } = attribute;
  const cell = scope.cell("tiledb_attribute_free");
  scope.call("tiledb_attribute_alloc", name, datatypeCode(datatype), cell);
  const pointer = addressIn<"tiledb_attribute_t">(cell);
  if (nullable) scope.call("tiledb_attribute_set_nullable", pointer, 1);
  scope.call("tiledb_attribute_set_cell_val_num", pointer, cellValNum === "var" ? VARIABLE : cellValNum);
  if (fillValue !== undefined) {
    const size = fillValue.byteLength;
    if (nullable) {
      scope.call("tiledb_attribute_set_fill_value_nullable", pointer, fillValue, size, fillValid ? 1 : 0);
    } else {
      scope.call("tiledb_attribute_set_fill_value", pointer, fillValue, size);
    }
  }
  if (filters.filters.length > 0) {
    scope.call("tiledb_attribute_set_filter_list", pointer, buildFilterList(scope, filters));
  }
  return pointer;
}

function enumerationName(scope: Scope, attribute: Pointer<"tiledb_attribute_t">): string | undefined {
  const text = scope.cell("tiledb_string_free");
  scope.call("tiledb_attribute_get_enumeration_name", attribute, text);
  if (addressIn(text) === 0n) return undefined;
  const data = addressCell();
  const length = new BigUint64Array(1);
  native().tiledb_string_view(addressIn(text), data, length);
  return new TextDecoder().decode(bytesAt(addressIn(data), Number(length[0])));
}
