import { DelayedArrayError, type DType, type NumericDType } from "delayedarray";
import {
  type ArrayHandle,
  type ArraySchema,
  type Attribute,
  type Datatype,
  getMetadata,
  readEnumeration,
} from "libtiledb";

/** What the cells of an attribute mean, where it is not the numbers that are stored. */
export type Meaning =
  /** Texts: bytes of UTF-8, any number of them or `bytes` for each cell. */
  | { readonly kind: "texts"; readonly bytes: number | "var" }
  /** Codes of an enumeration of texts. */
  | { readonly kind: "labels"; readonly labels: readonly string[] }
  /** R's logical values: integers, the smallest of which is NA. */
  | { readonly kind: "logical" };

/** What reading an attribute needs to know of it. */
export interface ReadAttribute {
  readonly name: string;
  /** Of what is stored; bytes for texts. */
  readonly dtype: NumericDType;
  readonly nullable: boolean;
  /** The bytes of a cell that was never written. */
  readonly fill: Uint8Array;
  /** Whether such a cell is valid, in a nullable attribute. */
  readonly fillValid: boolean;
  readonly meaning?: Meaning | undefined;
}

const dtypes: { readonly [T in Datatype]?: NumericDType } = {
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
  blob: "uint8",
};

/** Text in bytes; `char` is what TileDB-Py and others call bytes. */
const TEXTS: readonly Datatype[] = ["char", "string_ascii", "string_utf8"];

/** Under this key R's TileDBArray keeps R's type of the values. */
const R_TYPE = "type";

/**
 * Chooses the attribute to read; without a name, the only or first one.
 *
 * @throws `NOT_FOUND` naming the attributes there are, `DTYPE_UNSUPPORTED` when its cells are not single numbers, booleans
 * or texts
 */
export async function chooseAttribute(
  array: ArrayHandle,
  name: string | undefined,
  where: string,
): Promise<ReadAttribute> {
  const stored = storedAttribute(array.schema, name, where);
  if (stored.meaning !== undefined) return stored;
  return { ...stored, meaning: await meaningOf(array, array.schema.attribute(stored.name), stored.dtype) };
}

/** The attribute as `chooseAttribute` does, but codes of an enumeration and R's logical values as what is stored. */
export function storedAttribute(schema: ArraySchema, name: string | undefined, where: string): ReadAttribute {
  const attribute = findAttribute(schema, name, where);
  const isText = TEXTS.includes(attribute.datatype);
  const dtype = isText ? "uint8" : dtypeOf(attribute);
  if (dtype === undefined) throw unsupported(schema, attribute, where);
  if (isText && attribute.cellValNum === "var") refuseRuns(attribute, where);
  return {
    name: attribute.name,
    dtype,
    nullable: attribute.nullable,
    fill: attribute.fillValue ?? new Uint8Array(0),
    fillValid: attribute.fillValid,
    ...(isText ? { meaning: { kind: "texts", bytes: attribute.cellValNum } } : {}),
  };
}

/** The dtype of the array that is made of an attribute. */
export function dtypeOfCells({ dtype, meaning }: ReadAttribute): DType {
  if (meaning === undefined) return dtype;
  return meaning.kind === "logical" ? "bool" : "string";
}

/** Whether cells can be missing whatever the `missing` option says. */
export function canBeMissing({ nullable, meaning }: ReadAttribute): boolean {
  return nullable || meaning?.kind === "labels" || meaning?.kind === "logical";
}

/**
 * Refuses texts of any length that are stored as runs: TileDB 2.30 corrupts its memory when it reads some of more than 255
 * bytes.
 *
 * @throws `UNSUPPORTED_FEATURE`
 */
export function refuseRuns({ name, filters }: Pick<Attribute, "name" | "filters">, where: string): void {
  if (!filters.filters.some(({ type }) => type === "rle")) return;
  throw new DelayedArrayError(
    "UNSUPPORTED_FEATURE",
    `${where}: attribute ${JSON.stringify(name)} has texts of any length that go through the filter "rle", which TileDB 2.30 ` +
      "does not read without corrupting its memory",
  );
}

function findAttribute({ attributes }: ArraySchema, name: string | undefined, where: string): Attribute {
  const attribute = name === undefined ? attributes[0] : attributes.find((one) => one.name === name);
  if (attribute !== undefined) return attribute;
  const names = attributes.map((one) => JSON.stringify(one.name)).join(", ");
  const what = name === undefined ? "has no attributes" : `has no attribute ${JSON.stringify(name)}`;
  throw new DelayedArrayError("NOT_FOUND", `${where} ${what}${names === "" ? "" : `: there are ${names}`}`);
}

async function meaningOf(array: ArrayHandle, attribute: Attribute, dtype: DType): Promise<Meaning | undefined> {
  if (attribute.enumeration !== undefined) {
    const { datatype, values } = await readEnumeration(array, attribute.enumeration);
    // Codes of numbers stay codes: what they stand for may be of any type.
    return TEXTS.includes(datatype) && values.every(isString) ? { kind: "labels", labels: values } : undefined;
  }
  if (dtype === "int32" && (await getMetadata(array, R_TYPE)) === "logical") return { kind: "logical" };
  return undefined;
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

/** Dates and times are integers: counted in their unit, dates since 1970. */
function dtypeOf({ datatype, cellValNum }: Attribute): NumericDType | undefined {
  if (cellValNum !== 1) return undefined;
  return isTime(datatype) ? "int64" : dtypes[datatype];
}

/** Whether a datatype is of dates or times, which are stored as integers of 64 bits. */
export function isTime(datatype: Datatype): boolean {
  return datatype.startsWith("datetime_") || datatype.startsWith("time_");
}

function unsupported({ attributes }: ArraySchema, attribute: Attribute, where: string): DelayedArrayError {
  const readable = attributes.filter((one) => dtypeOf(one) !== undefined || TEXTS.includes(one.datatype));
  const others = readable.map((one) => `${JSON.stringify(one.name)} (${one.datatype})`).join(", ");
  return new DelayedArrayError(
    "DTYPE_UNSUPPORTED",
    `${where}: cells of attribute ${JSON.stringify(attribute.name)} hold ${describeCells(attribute)}, ` +
      `expected one boolean, integer, float, date, time or text each${others === "" ? "" : `, as in ${others}`}`,
  );
}

function describeCells({ datatype, cellValNum }: Attribute): string {
  if (cellValNum === "var") return `any number of values of type ${datatype}`;
  return cellValNum === 1 ? `a value of type ${datatype}` : `${cellValNum} values of type ${datatype}`;
}
