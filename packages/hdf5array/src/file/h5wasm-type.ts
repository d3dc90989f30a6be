import type { FloatFormat, Hdf5Type, IntegerType } from "../format/hdf5-type.js";
import type { BitLayout } from "./bit-layout.js";
import type { Metadata } from "./h5wasm-module.js";

// HDF5's H5T_class_t.
const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
const COMPOUND = 6;
const ENUM = 8;

const OTHERS: Readonly<Record<number, string>> = {
  2: "time",
  4: "bit field",
  5: "opaque bytes",
  7: "reference",
  9: "variable-length sequence",
  10: "array",
  11: "complex number",
};

/** Formats where the file's own words on its bits cannot be had; of 2 bytes there are two formats to choose from. */
const FLOAT_FORMATS: Readonly<Record<number, FloatFormat>> = { 4: "binary32", 8: "binary64" };

/**
 * A type as h5wasm's reads give it. They convert numbers to little-endian, except enums: HDF5 refuses to change the order
 * of those, so their bytes come as they are in the file.
 *
 * @param bits - how the bits lie in the bytes, which h5wasm does not tell
 */
export function typeOfMetadata(metadata: Metadata, bits?: BitLayout): Hdf5Type {
  const { size } = metadata;
  const integer = (littleEndian: boolean): IntegerType => {
    const { precision, bitOffset } = bits?.kind === "integer" ? bits : { precision: size * 8, bitOffset: 0 };
    return { kind: "integer", size, precision, bitOffset, signed: metadata.signed, littleEndian };
  };
  switch (metadata.type) {
    case INTEGER:
      return integer(true);
    case FLOAT:
      return {
        kind: "float",
        size,
        format: (bits?.kind === "float" ? bits.format : FLOAT_FORMATS[size]) ?? "other",
        littleEndian: true,
      };
    case ENUM: {
      const members = new Map(Object.entries(metadata.enum_type?.members ?? {}));
      // Of an enum without names HDF5 does change the order, and every value into -1, since none has a name.
      if (members.size === 0 && !metadata.littleEndian) return { kind: "other", size, name: "enum without names" };
      return { kind: "enum", size, base: integer(metadata.littleEndian), members };
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
