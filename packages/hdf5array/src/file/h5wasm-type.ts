import type { Hdf5Type } from "../format/hdf5-type.js";

/**
 * A type as h5wasm's reads give it. They convert numbers to little-endian, except enums: HDF5 refuses to change the order
 * of those, so their bytes come as they are in the file.
 *
 * @param type - as the file has it
 */
export function typeOfRead(type: Hdf5Type): Hdf5Type {
  switch (type.kind) {
    case "integer":
    case "float":
      return { ...type, littleEndian: true };
    case "enum":
      // Of an enum without names HDF5 does change the order, and every value into -1, since none has a name.
      return type.members.size === 0 && !type.base.littleEndian
        ? { kind: "other", size: type.size, name: "enum without names" }
        : type;
    default:
      return type;
  }
}
