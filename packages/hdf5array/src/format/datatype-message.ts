import type { BlockReader } from "./block-reader.js";
import type { FloatFormat, Hdf5Field, Hdf5Type, IntegerType, StringPadding } from "./hdf5-type.js";
import { textOf } from "./text.js";

// Classes of types.
const INTEGER = 0;
const FLOAT = 1;
const TIME = 2;
const STRING = 3;
const BIT_FIELD = 4;
const OPAQUE = 5;
const COMPOUND = 6;
const REFERENCE = 7;
const ENUM = 8;
const SEQUENCE = 9;
const ARRAY = 10;
const COMPLEX = 11;

/** Types within types, as deep as anybody would nest them. */
const MOST_DEPTH = 64;
const MOST_DIMENSIONS = 32;

/** Size, precision, position and size of exponent and of mantissa, bias of the exponent. */
const FLOATS: Readonly<Record<string, FloatFormat>> = {
  "2 16 10 5 0 10 15": "binary16",
  "2 16 7 8 0 7 127": "bfloat16",
  "4 32 23 8 0 23 127": "binary32",
  "8 64 52 11 0 52 1023": "binary64",
};

/** An implied leading bit of the mantissa, as IEEE 754 has it. */
const IMPLIED_BIT = 2;

const PADDINGS: readonly StringPadding[] = ["null-terminated", "null-padded", "space-padded"];

/**
 * Reads a datatype message.
 *
 * @see HDF5 File Format Specification, section IV.A.2.d, "The Datatype Message"
 */
export function readDatatype(reader: BlockReader): Hdf5Type {
  return readType(reader, 0).type;
}

interface VersionedType {
  readonly type: Hdf5Type;
  /** Of the message. */
  readonly version: number;
}

function readType(reader: BlockReader, depth: number): VersionedType {
  if (depth > MOST_DEPTH) throw reader.damage(`types are nested more than ${MOST_DEPTH} deep`);
  const at = reader.position;
  const head = reader.unsigned(1);
  const version = head >> 4;
  if (version < 1 || version > 5) throw reader.damage(`its version is ${version}, expected 1 to 5`, at);
  const bits = reader.unsigned(3);
  const size = reader.unsigned(4);
  if (size === 0) throw reader.damage("a type has no size", at);
  return { type: readClass(reader, head & 15, version, bits, size, at, depth), version };
}

function readClass(
  reader: BlockReader,
  kind: number,
  version: number,
  bits: number,
  size: number,
  at: number,
  depth: number,
): Hdf5Type {
  const nestedType = () => readType(reader, depth + 1);
  const nested = () => nestedType().type;
  const other = (name: string): Hdf5Type => ({ kind: "other", name, size });
  switch (kind) {
    case INTEGER:
      return readInteger(reader, bits, size, at);
    case FLOAT:
      return readFloat(reader, version, bits, size, at);
    case TIME:
      reader.skip(2);
      return other("time");
    case STRING:
      checkEncoding(reader, bits >> 4, at);
      return { kind: "string", size, variable: false, padding: paddingOf(reader, bits & 15, at) };
    case BIT_FIELD: {
      const bitOffset = reader.unsigned(2);
      const precision = reader.unsigned(2);
      checkUnused(reader, size, bitOffset, precision, at);
      // HDF5 has no conversion of bit fields to integers, which those that use some of their bits would need.
      if (precision !== 8 * size || bitOffset !== 0) return other("bit field");
      return {
        kind: "integer",
        size,
        precision,
        bitOffset,
        signed: false,
        littleEndian: (bits & 1) === 0,
        isBitField: true,
      };
    }
    case OPAQUE: {
      const tag = bits & 255;
      if (tag % 8 !== 0) throw reader.damage(`the tag of an opaque type has ${tag} bytes, not a multiple of 8`, at);
      reader.skip(tag);
      return other("opaque bytes");
    }
    case COMPOUND:
      return readCompound(reader, version, bits & 0xffff, size, depth);
    case REFERENCE:
      checkReference(reader, bits, size, at);
      return other("reference");
    case ENUM:
      return readEnum(reader, version, bits & 0xffff, size, at, nestedType);
    case SEQUENCE: {
      const element = nested();
      const expected = 8 + reader.space.offsetSize;
      if (size !== expected)
        throw reader.damage(`a type of variable length has ${size} bytes in the file, expected ${expected}`, at);
      if ((bits & 15) !== 1) return other("variable-length sequence");
      checkEncoding(reader, bits >> 8, at);
      if (element.size !== 1)
        throw reader.damage(`the characters of a string have ${element.size} bytes, expected 1`, at);
      return { kind: "string", size, variable: true };
    }
    case ARRAY:
      return readArray(reader, version, size, at, nested);
    case COMPLEX: {
      if (bits !== 1) throw reader.damage(`a complex type has the flags ${bits}, of which only 1 is known`, at);
      nested();
      return other("complex number");
    }
    default:
      throw reader.damage(`the class of a type is ${kind}, expected 0 to ${COMPLEX}`, at);
  }
}

function paddingOf(reader: BlockReader, number: number, at: number): StringPadding {
  const padding = PADDINGS[number];
  if (padding === undefined) throw reader.damage(`the padding of a string is ${number}, expected 0 to 2`, at);
  return padding;
}

/** Characters are in ASCII or UTF-8. */
function checkEncoding(reader: BlockReader, bits: number, at: number): void {
  const encoding = bits & 15;
  if (encoding > 1) throw reader.damage(`the encoding of a string is ${encoding}, expected 0 or 1`, at);
}

function readInteger(reader: BlockReader, bits: number, size: number, at: number): IntegerType {
  const bitOffset = reader.unsigned(2);
  const precision = reader.unsigned(2);
  if (precision === 0 || bitOffset + precision > size * 8) {
    throw reader.damage(`an integer has ${precision} bits from bit ${bitOffset} on, of ${size * 8}`, at);
  }
  checkUnused(reader, size, bitOffset, precision, at);
  return {
    kind: "integer",
    size,
    precision,
    bitOffset,
    signed: (bits & 8) !== 0,
    littleEndian: (bits & 1) === 0,
  };
}

/** Numbers that use less than half of their bits are taken for damage where no checksum says otherwise, as HDF5 does. */
function checkUnused(reader: BlockReader, size: number, bitOffset: number, precision: number, at: number): void {
  if (!reader.guarded && size > 1 && precision < size * 8 && size * 8 > 2 * (precision + bitOffset)) {
    throw reader.damage(`a number uses only ${precision} of ${size * 8} bits, from bit ${bitOffset} on`, at);
  }
}

function readFloat(reader: BlockReader, version: number, bits: number, size: number, at: number): Hdf5Type {
  const isVax = version >= 3 && (bits & 0x40) !== 0;
  const littleEndian = (bits & 1) === 0;
  if (isVax && littleEndian) throw reader.damage("the order of a float's bytes is neither of the known ones", at);
  const normalization = (bits >> 4) & 3;
  if (normalization === 3) throw reader.damage("the leading bit of a float's mantissa is of an unknown kind", at);
  const bitOffset = reader.unsigned(2);
  const precision = reader.unsigned(2);
  if (precision === 0) throw reader.damage("a float has no bits", at);
  const exponent = { name: "exponent", from: reader.unsigned(1), bits: reader.unsigned(1) };
  const mantissa = { name: "mantissa", from: reader.unsigned(1), bits: reader.unsigned(1) };
  const sign = { name: "sign", from: (bits >> 8) & 255, bits: 1 };
  const bias = reader.unsigned(4);
  const parts = [exponent, mantissa, sign];
  for (const [i, part] of parts.entries()) {
    if (part.bits === 0 || part.from + part.bits > size * 8) {
      throw reader.damage(`a float's ${part.name} has ${part.bits} bits from bit ${part.from} on, of ${size * 8}`, at);
    }
    for (const other of parts.slice(0, i)) {
      if (part.from < other.from + other.bits && other.from < part.from + part.bits)
        throw reader.damage(`a float's ${part.name} overlaps its ${other.name}`, at);
    }
  }
  checkUnused(reader, size, bitOffset, precision, at);
  const standard = bitOffset === 0 && normalization === IMPLIED_BIT && sign.from === precision - 1 && !isVax;
  const key = [size, precision, exponent.from, exponent.bits, mantissa.from, mantissa.bits, bias].join(" ");
  return { kind: "float", format: (standard ? FLOATS[key] : undefined) ?? "other", size, littleEndian };
}

/** Reads a name, which older versions pad to a multiple of eight bytes with the zero that ends it. */
function readName(reader: BlockReader, version: number, of: string): string {
  const bytes = reader.zeroTerminated(of);
  if (version < 3) reader.skip(7 - (bytes.length % 8));
  return textOf(bytes);
}

function readCompound(reader: BlockReader, version: number, count: number, size: number, depth: number): Hdf5Type {
  if (count === 0) throw reader.damage("a compound type has no fields");
  const fields: Hdf5Field[] = [];
  const names = new Set<string>();
  const taken: { readonly from: number; readonly to: number }[] = [];
  let end = 0;
  for (let i = 0; i < count; i++) {
    const at = reader.position;
    const name = readName(reader, version, "the name of a field");
    if (names.has(name)) throw reader.damage(`two fields have the name ${JSON.stringify(name)}`, at);
    names.add(name);
    const from = reader.unsigned(version >= 3 ? bytesFor(size) : 4);
    const extents = version === 1 ? readOldExtents(reader) : [];
    // Whatever version this is of: the fields after it are as the compound's own version has them.
    const element = readType(reader, depth + 1).type;
    const type = extents.length === 0 ? element : arrayOf(element, extents);
    const to = from + type.size;
    if (to > size) throw reader.damage(`the field ${JSON.stringify(name)} reaches beyond its compound type`, at);
    if (from < end && taken.some((other) => from < other.to && other.from < to))
      throw reader.damage(`the field ${JSON.stringify(name)} overlaps another`, at);
    taken.push({ from, to });
    end = Math.max(end, to);
    fields.push({ name, type, offset: from });
  }
  return { kind: "compound", fields, size };
}

/** Extents of a field that is an array, as version 1 has them. */
function readOldExtents(reader: BlockReader): number[] {
  const rank = reader.unsigned(1);
  if (rank > 4) throw reader.damage(`a field has ${rank} dimensions, at most 4 can be`);
  reader.skip(11);
  const extents = Array.from({ length: 4 }, () => reader.unsigned(4)).slice(0, rank);
  if (extents.includes(0)) throw reader.damage("a field has a dimension of extent 0");
  return extents;
}

/** Bytes that numbers up to `most` take in the file. */
export function bytesFor(most: number): number {
  return Math.floor(Math.log2(most) / 8) + 1;
}

function arrayOf(element: Hdf5Type, extents: readonly number[]): Hdf5Type {
  const count = extents.reduce((product, extent) => product * extent, 1);
  return { kind: "array", element, extents, size: element.size * count };
}

function readArray(reader: BlockReader, version: number, size: number, at: number, nested: () => Hdf5Type): Hdf5Type {
  const rank = reader.unsigned(1);
  if (rank > MOST_DIMENSIONS) throw reader.damage(`an array type has ${rank} dimensions`, at);
  if (version < 3) reader.skip(3);
  const extents = Array.from({ length: rank }, () => reader.unsigned(4));
  if (version < 3) reader.skip(4 * rank);
  const type = arrayOf(nested(), extents);
  if (type.size !== size)
    throw reader.damage(`an array type has ${size} bytes, but its elements have ${type.size}`, at);
  return type;
}

function checkReference(reader: BlockReader, bits: number, size: number, at: number): void {
  const kind = bits & 15;
  const version = (bits >> 4) & 15;
  // Objects and regions as of old; objects, regions and attributes as of HDF5 1.12.
  if (kind > 4) throw reader.damage(`a reference is of kind ${kind}, expected 0 to 4`, at);
  if (kind >= 2 && version !== 1) throw reader.damage(`a reference's version is ${version}, expected 1`, at);
  // Of old: an address, which is that of an object or of what the global heap says of a region.
  const expected = kind === 0 ? reader.space.offsetSize : kind === 1 ? reader.space.offsetSize + 4 : size;
  if (size !== expected) throw reader.damage(`a reference has ${size} bytes, expected ${expected}`, at);
}

function readEnum(
  reader: BlockReader,
  version: number,
  count: number,
  size: number,
  at: number,
  nested: () => VersionedType,
): Hdf5Type {
  const { type: base, version: baseVersion } = nested();
  if (base.size !== size) throw reader.damage(`an enum has ${size} bytes, but its base type has ${base.size}`, at);
  const names: string[] = [];
  for (let i = 0; i < count; i++) {
    // What a type holds may be of a later version, and then all that follows is, too.
    const name = readName(reader, Math.max(version, baseVersion), "the name of an enum's member");
    if (name === "") throw reader.damage("a member of an enum has no name");
    names.push(name);
  }
  reader.need(count * size);
  if (base.kind !== "integer" || base.isBitField) {
    reader.skip(count * size);
    return { kind: "other", name: "enum of something else than integers", size };
  }
  const members = new Map(names.map((name) => [name, memberValue(reader.bytes(size), base)]));
  return { kind: "enum", base, members, size };
}

function memberValue(bytes: Uint8Array, { littleEndian, signed }: IntegerType): number {
  const ordered = littleEndian ? bytes : bytes.slice().reverse();
  let value = 0n;
  for (let i = ordered.length - 1; i >= 0; i--) value = value * 256n + BigInt(ordered[i]!);
  return Number(signed ? BigInt.asIntN(ordered.length * 8, value) : value);
}
