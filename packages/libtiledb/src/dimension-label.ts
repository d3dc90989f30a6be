import type { Pointer } from "./c-types.js";
import { type Datatype, datatypeCode, datatypeOf } from "./datatype.js";
import { codeIn, type DataOrder, dataOrders, nameIn } from "./enumerations.js";
import { addressCell, addressIn, checkText, textIn, valueIn } from "./memory.js";
import type { Scope } from "./scope.js";

/** Says what a label of a dimension is to be. */
export interface DimensionLabelOptions {
  /** The name, which no dimension or attribute has. */
  readonly name: string;
  /** The index of the dimension. */
  readonly dimension: number;
  /** Type of the labels: any integer, float or date, or "string_ascii" for texts of any length. */
  readonly datatype: Datatype;
  /** How labels follow each other along the dimension; TileDB 2.30 makes no unordered ones. */
  readonly order: DataOrder;
}

/**
 * A label for each coordinate of a dimension (`tiledb_dimension_label_t`), as a value. The labels are an array of their own,
 * of one dimension with the same coordinates.
 */
export interface DimensionLabel extends DimensionLabelOptions {
  /** Where that array is. */
  readonly uri: string;
  /** Its attribute that holds the labels. */
  readonly attributeName: string;
}

/** Reads the labels of a schema. @internal */
export function readDimensionLabels(scope: Scope, schema: Pointer<"tiledb_array_schema_t">): readonly DimensionLabel[] {
  const count = new BigUint64Array(1);
  scope.call("tiledb_array_schema_get_dimension_label_num", schema, count);
  const labels = Array.from({ length: Number(count[0]) }, (_, index) => {
    const cell = scope.cell("tiledb_dimension_label_free");
    scope.call("tiledb_array_schema_get_dimension_label_from_index", schema, index, cell);
    return readDimensionLabel(scope, addressIn(cell));
  });
  return Object.freeze(labels);
}

function readDimensionLabel(scope: Scope, label: Pointer<"tiledb_dimension_label_t">): DimensionLabel {
  const number = new Uint32Array(1);
  scope.call("tiledb_dimension_label_get_dimension_index", label, number);
  const dimension = valueIn(number);
  scope.call("tiledb_dimension_label_get_label_type", label, number);
  const datatype = datatypeOf(valueIn(number));
  scope.call("tiledb_dimension_label_get_label_order", label, number);
  const order = nameIn(dataOrders, valueIn(number));
  const address = addressCell();
  scope.call("tiledb_dimension_label_get_name", label, address);
  const name = textIn(address);
  scope.call("tiledb_dimension_label_get_label_attr_name", label, address);
  const attributeName = textIn(address);
  scope.call("tiledb_dimension_label_get_uri", label, address);
  return Object.freeze({ name, dimension, datatype, order, uri: textIn(address), attributeName });
}

/** Adds a label to the C object of a schema. @internal */
export function addDimensionLabel(
  scope: Scope,
  schema: Pointer<"tiledb_array_schema_t">,
  { name, dimension, datatype, order }: DimensionLabelOptions,
): void {
  const add = "tiledb_array_schema_add_dimension_label";
  const text = checkText(name, "the label's name");
  scope.call(add, schema, dimension, text, codeIn(dataOrders, order), datatypeCode(datatype));
}
