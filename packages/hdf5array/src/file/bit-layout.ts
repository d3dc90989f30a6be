import { ByteReader } from "../format/byte-reader.js";
import type { FloatFormat } from "../format/hdf5-type.js";
import { type AddressSpace, datatypeMessage } from "./object-header.js";

/** How the bits of a number are laid out within its bytes. */
export type BitLayout =
  | { readonly kind: "integer"; readonly bitOffset: number; readonly precision: number }
  | { readonly kind: "float"; readonly format: FloatFormat };

const INTEGER = 0;
const FLOAT = 1;
const ENUM = 8;

/** Size, precision, position and size of exponent and of mantissa, bias of the exponent. */
const FLOATS: Readonly<Record<string, FloatFormat>> = {
  "2 16 10 5 0 10 15": "binary16",
  "2 16 7 8 0 7 127": "bfloat16",
  "4 32 23 8 0 23 127": "binary32",
  "8 64 52 11 0 52 1023": "binary64",
};

/** An implied leading bit of the mantissa, as IEEE 754 has it. */
const IMPLIED_BIT = 2;

/**
 * What a datatype message says of the bits of an integer, a float or an enum; `undefined` for other types.
 *
 * @see HDF5 File Format Specification, section IV.A.2.d, "The Datatype Message"
 * @throws `RangeError` when the message ends too early
 */
export function bitLayout(message: Uint8Array): BitLayout | undefined {
  const reader = new ByteReader(message);
  const kind = reader.unsigned(1) & 15;
  const bits = reader.unsigned(3);
  const size = reader.unsigned(4);
  if (kind === ENUM) return bitLayout(reader.bytes(reader.left));
  if (kind !== INTEGER && kind !== FLOAT) return undefined;
  const bitOffset = reader.unsigned(2);
  const precision = reader.unsigned(2);
  if (kind === INTEGER) return { kind: "integer", bitOffset, precision };
  const fields = [1, 1, 1, 1, 4].map((bytes) => reader.unsigned(bytes));
  const standard = bitOffset === 0 && ((bits >> 4) & 3) === IMPLIED_BIT && ((bits >> 8) & 255) === precision - 1;
  return { kind: "float", format: (standard ? FLOATS[[size, precision, ...fields].join(" ")] : undefined) ?? "other" };
}

/** The same of the object whose header is at an address; `undefined` also where the header cannot be made out. */
export function bitLayoutAt(space: AddressSpace, address: number): BitLayout | undefined {
  try {
    const message = datatypeMessage(space, address);
    return message === undefined ? undefined : bitLayout(message);
  } catch (error) {
    // HDF5 itself has read this header, so it is for this shorter reader to give in.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
