import type { SourceReadOptions } from "../source/byte-source.js";
import type { BlockReader } from "./block-reader.js";
import { type Dataspace, readDataspace } from "./dataspace-message.js";
import { readDatatype } from "./datatype-message.js";
import type { Hdf5Space } from "./hdf5-space.js";
import type { Hdf5Type } from "./hdf5-type.js";
import { HEADER_MESSAGE } from "./header-message-types.js";
import { openMessage } from "./shared-message.js";
import { textOf } from "./text.js";

/** An attribute as the file has it. */
export interface StoredAttribute {
  readonly name: string;
  readonly type: Hdf5Type;
  /** `null` for a null dataspace. */
  readonly shape: readonly number[] | null;
  /** The elements' bytes. */
  readonly bytes: Uint8Array;
}

const SHARED_TYPE = 1;
const SHARED_SPACE = 2;

interface Head {
  readonly version: number;
  readonly flags: number;
  readonly typeLength: number;
  readonly spaceLength: number;
  readonly name: string;
}

function readHead(reader: BlockReader): Head {
  const version = reader.version(1, 3);
  const flags = reader.unsigned(1);
  if (version > 1 && flags & ~(SHARED_TYPE | SHARED_SPACE))
    throw reader.damage(`its flags are ${flags}, of which some are unknown`);
  const nameLength = reader.unsigned(2);
  const typeLength = reader.unsigned(2);
  const spaceLength = reader.unsigned(2);
  if (version > 2) reader.skip(1);
  const bytes = reader.bytes(nameLength);
  const end = bytes.indexOf(0);
  if (nameLength < 2 || (end >= 0 && end < nameLength - 1))
    throw reader.damage(`its name of ${nameLength} bytes ends before`);
  if (version === 1) reader.skip(padding(nameLength));
  const name = textOf(bytes.subarray(0, -1));
  return { version, flags: version > 1 ? flags : 0, typeLength, spaceLength, name };
}

/** Bytes after a part of that length, which version 1 pads to multiples of eight. */
function padding(length: number): number {
  return (8 - (length % 8)) % 8;
}

/**
 * Reads an attribute message.
 *
 * @see HDF5 File Format Specification, section IV.A.2.m, "The Attribute Message"
 */
export async function readAttribute(
  space: Hdf5Space,
  reader: BlockReader,
  options: SourceReadOptions,
): Promise<StoredAttribute> {
  const { version, flags, typeLength, spaceLength, name } = readHead(reader);
  /** A datatype or dataspace message within this one. */
  const part = async (type: number, length: number, shared: boolean): Promise<BlockReader> => {
    const address = reader.start + reader.position;
    const body = reader.bytes(length);
    if (version === 1) reader.skip(padding(length));
    return openMessage(space, { type, shared, body, address, guarded: reader.guarded }, options);
  };
  const type = readDatatype(await part(HEADER_MESSAGE.DATATYPE, typeLength, (flags & SHARED_TYPE) !== 0));
  const extent: Dataspace = readDataspace(
    await part(HEADER_MESSAGE.DATASPACE, spaceLength, (flags & SHARED_SPACE) !== 0),
  );
  const { shape } = extent;
  const size = shape === null ? 0 : shape.reduce((product, length) => product * length, type.size);
  if (size > reader.left) {
    throw reader.damage(`the attribute ${JSON.stringify(name)} has ${size} bytes, but ${reader.left} are left`);
  }
  return { name, type, shape, bytes: reader.bytes(size).slice() };
}
