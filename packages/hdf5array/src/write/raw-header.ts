import { damage } from "../format/block-reader.js";
import type { Hdf5Space } from "../format/hdf5-space.js";
import { HEADER_MESSAGE } from "../format/header-message-types.js";
import { metadataChecksum } from "../format/metadata-checksum.js";
import type { RandomStorage } from "./random-storage.js";

/** A stretch of messages of an object header, as offsets in the file. */
export interface HeaderBlock {
  readonly start: number;
  /** End of the messages; where there is a checksum, it comes next. */
  readonly end: number;
  readonly isGuarded: boolean;
}

/** A message of an object header, where it lies in the file. */
export interface RawMessage {
  readonly type: number;
  /** Offset of what comes before the body. */
  readonly frame: number;
  /** Offset of the body. */
  readonly at: number;
  readonly size: number;
  readonly block: HeaderBlock;
}

/**
 * The messages of an object header by their places, so that they can be changed there. The header has been read by this
 * package before, so that it is known to be sound.
 *
 * @see HDF5 File Format Specification, section IV.A.1, "Disk Format: Level 2A1 - Data Object Header Prefix"
 */
export function rawMessages(storage: RandomStorage, space: Hdf5Space, address: number): readonly RawMessage[] {
  const begin = space.base + address;
  const head = bytesAt(storage, begin, Math.min(48, storage.size - begin));
  const isNew = head[0] === 0x4f; // "OHDR"
  const flags = isNew ? head[5]! : 0;
  const sizeAt = isNew ? 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0) : 8;
  const sizeBytes = isNew ? 1 << (flags & 3) : 4;
  const start = isNew ? sizeAt + sizeBytes : 16;
  const frame = isNew ? (flags & 4 ? 6 : 4) : 8;
  const blocks = [
    { start: begin, from: begin + start, end: begin + start + littleEndian(head, sizeAt, sizeBytes), isGuarded: isNew },
  ];
  const messages: RawMessage[] = [];
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i]!;
    const bytes = bytesAt(storage, block.start, block.end - block.start);
    for (let at = block.from; at + frame <= block.end; ) {
      const position = at - block.start;
      const type = littleEndian(bytes, position, isNew ? 1 : 2);
      const size = littleEndian(bytes, position + (isNew ? 1 : 2), 2);
      const body = at + frame;
      if (body + size > block.end) throw damage(space, "object header", address, "a message reaches beyond its block");
      messages.push({ type, frame: at, at: body, size, block });
      if (type === HEADER_MESSAGE.CONTINUATION) {
        const to = space.base + littleEndian(bytes, position + frame, space.offsetSize);
        const length = littleEndian(bytes, position + frame + space.offsetSize, space.lengthSize);
        blocks.push({ start: to, from: to + (isNew ? 4 : 0), end: to + length - (isNew ? 4 : 0), isGuarded: isNew });
      }
      at = body + size;
    }
  }
  return messages;
}

/** The body of a message. */
export function messageBody(storage: RandomStorage, { at, size }: RawMessage): Uint8Array {
  return bytesAt(storage, at, size);
}

/** Replaces the body of a message by one of the same length. */
export function replaceBody(storage: RandomStorage, message: RawMessage, body: Uint8Array): void {
  storage.writeSync(message.at, body);
  seal(storage, message.block);
}

/** Makes a message an empty one. */
export function emptyMessage(storage: RandomStorage, message: RawMessage): void {
  storage.writeSync(message.frame, new Uint8Array(message.block.isGuarded ? 1 : 2));
  seal(storage, message.block);
}

/** Computes the checksum of a block anew, where it has one. */
function seal(storage: RandomStorage, { start, end, isGuarded }: HeaderBlock): void {
  if (!isGuarded) return;
  const sum = new Uint8Array(4);
  new DataView(sum.buffer).setUint32(0, metadataChecksum(bytesAt(storage, start, end - start)), true);
  storage.writeSync(end, sum);
}

/** Bytes of a file. */
export function bytesAt(storage: RandomStorage, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  storage.readSync(offset, bytes);
  return bytes;
}

/** An unsigned integer, the low byte first. */
export function littleEndian(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + bytes[at + i]!;
  return value;
}
