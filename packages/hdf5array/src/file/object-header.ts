import { ByteReader } from "../format/byte-reader.js";

/** Fills an array from an offset of the file. */
export type ReadAt = (offset: number, target: Uint8Array) => void;

/** What is needed to follow addresses in a file. */
export interface AddressSpace {
  readonly read: ReadAt;
  /** Length of the file in bytes. */
  readonly size: number;
  /** Where address 0 is: the length of the user block. */
  readonly base: number;
  /** Bytes in an address and in a length. */
  readonly offsetSize: number;
  readonly lengthSize: number;
}

/** One message of an object header. */
interface Message {
  readonly type: number;
  /** Bit 1: the body says where the message is. */
  readonly flags: number;
  readonly body: Uint8Array;
}

const DATATYPE = 0x03;
const CONTINUATION = 0x10;
const SHARED = 0x02;
/** Where the message is of a committed datatype, as opposed to the heap of shared messages. */
const COMMITTED = 2;
const MAX_BLOCK = 2 ** 20;

/**
 * Reads from the superblock how long addresses and lengths are.
 *
 * @param base - offset of the HDF5 signature
 * @see HDF5 File Format Specification, section II.A, "Disk Format: Level 0A - Format Signature and Superblock"
 */
export function addressSpace(read: ReadAt, size: number, base: number): AddressSpace {
  const start = new Uint8Array(Math.min(16, size - base));
  read(base, start);
  const at = start[8]! < 2 ? 13 : 9;
  return { read, size, base, offsetSize: start[at] ?? 0, lengthSize: start[at + 1] ?? 0 };
}

/**
 * The datatype message of the object whose header is at an address; `undefined` when it cannot be found, as where it is in
 * the file's heap of shared messages.
 *
 * @throws `RangeError` when something does not lie within the file
 * @see HDF5 File Format Specification, sections IV.A.1, "Disk Format: Level 2A1 - Data Object Header Prefix", and
 * IV.A.2.d, "The Datatype Message"
 */
export function datatypeMessage(space: AddressSpace, address: number, depth = 0): Uint8Array | undefined {
  for (const { type, flags, body } of messages(space, address)) {
    if (type !== DATATYPE) continue;
    if ((flags & SHARED) === 0) return body;
    const shared = new ByteReader(body);
    const version = shared.unsigned(1);
    const kind = shared.unsigned(1);
    if (version === 1) shared.skip(6);
    if ((version === 3 && kind !== COMMITTED) || depth > 2) return undefined;
    return datatypeMessage(space, shared.unsigned(space.offsetSize), depth + 1);
  }
  return undefined;
}

function* messages(space: AddressSpace, address: number): Generator<Message, void, void> {
  const start = new ByteReader(block(space, address, Math.min(64, space.size - space.base - address)));
  const isNew = start.unsigned(1) === 0x4f; // "OHDR"; version 1 begins with its number
  let track = false;
  let length: number;
  if (isNew) {
    start.skip(4);
    const flags = start.unsigned(1);
    track = (flags & 4) !== 0;
    start.skip((flags & 32 ? 16 : 0) + (flags & 16 ? 4 : 0));
    length = start.unsigned(1 << (flags & 3));
  } else {
    start.skip(7);
    length = start.unsigned(4);
    start.skip(4);
  }
  const blocks = [{ address: address + start.position, length }];
  for (let i = 0; i < blocks.length && i < 1000; i++) {
    const reader = new ByteReader(block(space, blocks[i]!.address, blocks[i]!.length));
    const prefix = (isNew ? 4 : 8) + (track ? 2 : 0);
    while (reader.left >= prefix) {
      const type = reader.unsigned(isNew ? 1 : 2);
      const size = reader.unsigned(2);
      const flags = reader.unsigned(1);
      reader.skip(prefix - (isNew ? 4 : 5));
      const body = reader.bytes(size);
      if (type !== CONTINUATION) {
        yield { type, flags, body };
        continue;
      }
      const next = new ByteReader(body);
      const to = next.unsigned(space.offsetSize);
      const bytes = next.unsigned(space.lengthSize);
      // Version 2 frames a block by a signature and a checksum.
      blocks.push(isNew ? { address: to + 4, length: bytes - 8 } : { address: to, length: bytes });
    }
  }
}

function block({ read, size, base }: AddressSpace, address: number, length: number): Uint8Array {
  if (!(length >= 0 && length <= MAX_BLOCK && base + address + length <= size))
    throw new RangeError(`no block of ${length} bytes at ${address}`);
  const bytes = new Uint8Array(length);
  read(base + address, bytes);
  return bytes;
}
