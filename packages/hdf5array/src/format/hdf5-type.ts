/** An integer of the file. */
export interface IntegerType {
  readonly kind: "integer";
  /** Bytes per element. */
  readonly size: number;
  /** Bits that count, and how many lie below them, once the bytes are in little-endian order. */
  readonly precision: number;
  readonly bitOffset: number;
  readonly signed: boolean;
  /** Order of the bytes that a read gives. */
  readonly littleEndian: boolean;
  /** Whether the file calls it a field of bits, as which PyTables stores booleans; h5py reads those as unsigned integers, too. */
  readonly isBitField?: true;
}

/** A field of a compound type. */
export interface Hdf5Field {
  readonly name: string;
  readonly type: Hdf5Type;
  /** Bytes of an element before the field. */
  readonly offset: number;
}

/**
 * What an element of a dataset or attribute is, as the file says.
 *
 * @see HDF5 File Format Specification, section IV.A.2.d, "The Datatype Message"
 */
export type Hdf5Type =
  | IntegerType
  | { readonly kind: "float"; readonly format: FloatFormat; readonly size: number; readonly littleEndian: boolean }
  | {
      readonly kind: "enum";
      readonly base: IntegerType;
      readonly members: ReadonlyMap<string, number>;
      readonly size: number;
    }
  | {
      readonly kind: "string";
      readonly size: number;
      readonly variable: boolean;
      /** How a string of fixed size is filled up. */
      readonly padding?: StringPadding;
    }
  | { readonly kind: "compound"; readonly fields: readonly Hdf5Field[]; readonly size: number }
  | { readonly kind: "array"; readonly element: Hdf5Type; readonly extents: readonly number[]; readonly size: number }
  | { readonly kind: "other"; readonly name: string; readonly size: number };

/** How a float's bits are divided: IEEE 754's interchange formats, the upper half of binary32, or anything else. */
export type FloatFormat = "binary16" | "bfloat16" | "binary32" | "binary64" | "other";

/** How a string that is shorter than its type is filled up. */
export type StringPadding = "null-terminated" | "null-padded" | "space-padded";

/** A type in words, for messages: `16-bit integer`, `compound {r: 64-bit float, i: 64-bit float}`. */
export function describeType(type: Hdf5Type): string {
  switch (type.kind) {
    case "integer":
      if (type.isBitField) return `field of ${type.precision} bits`;
      return `${type.precision}-bit ${type.signed ? "" : "unsigned "}integer${type.precision === type.size * 8 ? "" : ` in ${type.size} bytes`}`;
    case "float":
      return `${type.size * 8}-bit float${type.format === "other" ? " of an unusual format" : ""}`;
    case "enum":
      return `enum of ${describeType(type.base)}`;
    case "string":
      return type.variable ? "variable-length string" : `string of ${type.size} bytes`;
    case "compound":
      return `${isComplex(type.fields) ? "complex number, stored as " : ""}compound {${type.fields.map((field) => `${field.name}: ${describeType(field.type)}`).join(", ")}}`;
    case "array":
      return `array <${type.extents.join(" x ")}> of ${describeType(type.element)}`;
    case "other":
      return type.name;
  }
}

/** Whether fields are those that h5py, and others after it, store complex numbers in. */
function isComplex(fields: readonly Hdf5Field[]): boolean {
  const [real, imaginary] = fields;
  return (
    fields.length === 2 &&
    real?.name === "r" &&
    imaginary?.name === "i" &&
    real.type.kind === "float" &&
    imaginary.type.kind === "float"
  );
}
