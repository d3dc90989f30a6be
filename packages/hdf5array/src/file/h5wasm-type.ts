import type { Metadata } from "./h5wasm-module.js";
import type { FloatFormat, Hdf5Type, IntegerType } from "./hdf5-type.js";

// HDF5's H5T_class_t.
const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
const BITFIELD = 4;
const COMPOUND = 6;
const ENUM = 8;

const OTHERS: Readonly<Record<number, string>> = {
  2: "time",
  5: "opaque bytes",
  7: "reference",
  9: "variable-length sequence",
  10: "array",
  11: "complex number",
};

const FLOAT_FORMATS: Readonly<Record<number, FloatFormat>> = { 2: "binary16", 4: "binary32", 8: "binary64" };

/**
 * A type as h5wasm's reads give it. They convert numbers to little-endian, except enums: HDF5 refuses to change the order
 * of those, so their bytes come as they are in the file.
 */
export function typeOfMetadata(metadata: Metadata): Hdf5Type {
  const { size } = metadata;
  switch (metadata.type) {
    case INTEGER:
      return { kind: "integer", size, signed: metadata.signed, littleEndian: true };
    case BITFIELD:
      return { kind: "integer", size, signed: false, littleEndian: true };
    case FLOAT:
      return { kind: "float", size, format: FLOAT_FORMATS[size] ?? "other", littleEndian: true };
    case ENUM: {
      const base: IntegerType = { kind: "integer", size, signed: metadata.signed, littleEndian: metadata.littleEndian };
      return { kind: "enum", size, base, members: new Map(Object.entries(metadata.enum_type?.members ?? {})) };
    }
    case STRING:
      return { kind: "string", size, variable: metadata.vlen };
    case COMPOUND:
      return {
        kind: "compound",
        size,
        fields: (metadata.compound_type?.members ?? []).map((member) => ({
          name: member.name,
          type: typeOfMetadata(member),
        })),
      };
    default:
      return { kind: "other", size, name: OTHERS[metadata.type] ?? `type of class ${metadata.type}` };
  }
}
