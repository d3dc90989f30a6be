import { DelayedArrayError, type DType } from "delayedarray";
import type { ArraySchema, Attribute, Datatype } from "libtiledb";

/** What reading an attribute needs to know of it. */
export interface ReadAttribute {
  readonly name: string;
  readonly dtype: DType;
  readonly nullable: boolean;
  /** The bytes of a cell that was never written. */
  readonly fill: Uint8Array;
  /** Whether such a cell is valid, in a nullable attribute. */
  readonly fillValid: boolean;
}

const dtypes: { readonly [T in Datatype]?: DType } = {
  bool: "bool",
  int8: "int8",
  uint8: "uint8",
  int16: "int16",
  uint16: "uint16",
  int32: "int32",
  uint32: "uint32",
  int64: "int64",
  uint64: "uint64",
  float32: "float32",
  float64: "float64",
};

/**
 * Chooses the attribute to read; without a name, the only or first one.
 *
 * @throws `NOT_FOUND` naming the attributes there are, `DTYPE_UNSUPPORTED` when its cells are not single numbers or booleans
 */
export function chooseAttribute(schema: ArraySchema, name: string | undefined, where: string): ReadAttribute {
  const { attributes } = schema;
  const attribute = name === undefined ? attributes[0] : attributes.find((one) => one.name === name);
  if (attribute === undefined) {
    const names = attributes.map((one) => JSON.stringify(one.name)).join(", ");
    const what = name === undefined ? "has no attributes" : `has no attribute ${JSON.stringify(name)}`;
    throw new DelayedArrayError("NOT_FOUND", `${where} ${what}${names === "" ? "" : `: there are ${names}`}`);
  }
  const dtype = dtypes[attribute.datatype];
  if (dtype === undefined || attribute.cellValNum !== 1) {
    const readable = attributes.filter((one) => one.cellValNum === 1 && dtypes[one.datatype] !== undefined);
    const others = readable.map((one) => `${JSON.stringify(one.name)} (${one.datatype})`).join(", ");
    throw new DelayedArrayError(
      "DTYPE_UNSUPPORTED",
      `${where}: cells of attribute ${JSON.stringify(attribute.name)} hold ${describeCells(attribute)}, ` +
        `expected one boolean, integer or float each${others === "" ? "" : `, as in ${others}`}`,
    );
  }
  return {
    name: attribute.name,
    dtype,
    nullable: attribute.nullable,
    fill: attribute.fillValue ?? new Uint8Array(0),
    fillValid: attribute.fillValid,
  };
}

function describeCells({ datatype, cellValNum }: Attribute): string {
  if (cellValNum === "var") return `any number of values of type ${datatype}`;
  return cellValNum === 1 ? `a value of type ${datatype}` : `${cellValNum} values of type ${datatype}`;
}
