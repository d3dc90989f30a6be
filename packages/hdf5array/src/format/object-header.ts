import type { SourceReadOptions } from "../source/byte-source.js";
import { BlockReader, damage } from "./block-reader.js";
import type { Hdf5Space } from "./hdf5-space.js";
import { HEADER_MESSAGE, isKnownMessage, isShareable } from "./header-message-types.js";
import { type ParsedCache, parsedKind } from "./parsed-cache.js";

/** One message of an object header. */
export interface HeaderMessage {
  readonly type: number;
  /** Whether the body says where the message is, instead of being it. */
  readonly shared: boolean;
  readonly body: Uint8Array;
  /** Address of the body. */
  readonly address: number;
  /** Whether a checksum guards it. */
  readonly guarded: boolean;
}

/** What is noted of an object: a group, a dataset or a committed datatype. */
export interface ObjectHeader {
  readonly address: number;
  /** 1 or 2. */
  readonly version: number;
  /** In the order of the file, without the empty ones and the continuations. */
  readonly messages: readonly HeaderMessage[];
}

const HEADERS = parsedKind<ObjectHeader>();

/** Bytes that are read at once, in which most headers fit whole. */
const FIRST_READ = 512;

/** Continuations that a header has at most; libhdf5's own have a few. */
const MOST_BLOCKS = 65536;

const WHAT = "object header";

// Flags of messages.
const SHARED = 0x02;
const NEVER_SHARED = 0x04;
const FAIL_IF_UNKNOWN_TO_WRITER = 0x08;
const MARK_IF_UNKNOWN = 0x10;
const WAS_UNKNOWN = 0x20;
const SHAREABLE = 0x40;
const FAIL_IF_UNKNOWN = 0x80;

/**
 * The header of the object at an address, with all its continuations.
 *
 * @see HDF5 File Format Specification, section IV.A.1, "Disk Format: Level 2A1 - Data Object Header Prefix"
 * @throws `FILE_INVALID`, `FILE_TRUNCATED`
 */
export async function readObjectHeader(
  space: Hdf5Space,
  address: number,
  options: SourceReadOptions,
): Promise<ObjectHeader> {
  return space.parsed.get(HEADERS, address, options, async (shared) => {
    const header = await parseObjectHeader(space, address, shared);
    // What is kept must not keep whole pages alive.
    const messages = header.messages.map((message) => ({ ...message, body: message.body.slice() }));
    const bytes = messages.reduce((sum, { body }) => sum + body.length + 64, 128);
    return { value: { ...header, messages }, bytes };
  });
}

/** The first message of a type, if there is one. */
export function findMessage(header: ObjectHeader, type: number): HeaderMessage | undefined {
  return header.messages.find((message) => message.type === type);
}

async function parseObjectHeader(space: Hdf5Space, address: number, options: SourceReadOptions): Promise<ObjectHeader> {
  const first = await space.upTo(address, FIRST_READ, WHAT, options);
  const prefix = new BlockReader(space, WHAT, address, first);
  const isNew = first[0] === 0x4f; // "OHDR"; version 1 begins with its number
  const { size, format, count } = isNew ? readNewPrefix(prefix) : readOldPrefix(prefix);
  const whole = prefix.position + size + (isNew ? CHECKSUM : 0);
  const bytes = whole <= first.length ? first.subarray(0, whole) : await space.metadata(address, whole, WHAT, options);
  const start = prefix.position;
  const messages: HeaderMessage[] = [];
  const blocks: { readonly address: number; readonly length: number }[] = [];
  readMessages(new BlockReader(space, WHAT, address, bytes), start, format, messages, blocks);
  if (count !== undefined && messages.length > count) {
    throw prefix.damage(`it has ${messages.length} messages in its first block, but says that it has ${count}`, 0);
  }
  const seen = new Set([address]);
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i]!;
    const what = `${WHAT}'s continuation`;
    if (seen.has(block.address) || i >= MOST_BLOCKS)
      throw damage(space, what, block.address, "it is reached again: the header goes in a circle");
    seen.add(block.address);
    const owner = ownerOf(space, block.address, address);
    if (owner !== address)
      throw damage(space, what, block.address, `it belongs to the object header at byte ${space.base + owner}, too`);
    const more = await space.metadata(block.address, block.length, what, options);
    const reader = new BlockReader(space, what, block.address, more);
    if (isNew) reader.signature("OCHK");
    readMessages(reader, reader.position, format, messages, blocks);
  }
  return {
    address,
    version: isNew ? 2 : 1,
    messages: messages.filter(({ type }) => type !== HEADER_MESSAGE.NIL && type !== HEADER_MESSAGE.CONTINUATION),
  };
}

/** To which header each continuation of a file belongs, as far as they have been read. */
const OWNERS = new WeakMap<ParsedCache, Map<number, number>>();
const MOST_OWNERS = 65536;

/** The header that was first seen to have a continuation: no other can have it. */
function ownerOf({ parsed }: Hdf5Space, continuation: number, address: number): number {
  const owners = OWNERS.get(parsed) ?? new Map<number, number>();
  OWNERS.set(parsed, owners);
  const owner = owners.get(continuation);
  if (owner === undefined && owners.size < MOST_OWNERS) owners.set(continuation, address);
  return owner ?? address;
}

const CHECKSUM = 4;

/** How messages are framed. */
interface MessageFormat {
  readonly isNew: boolean;
  /** Whether each message says when it was made. */
  readonly tracked: boolean;
}

interface Prefix {
  /** Bytes of the first block of messages. */
  readonly size: number;
  readonly format: MessageFormat;
  /** Messages of the whole header, as version 1 says. */
  readonly count: number | undefined;
}

function readOldPrefix(reader: BlockReader): Prefix {
  reader.version(1);
  reader.skip(1);
  const count = reader.unsigned(2);
  reader.skip(4);
  const size = reader.unsigned(4);
  if (count === 0 ? size > 0 : size < 8)
    throw reader.damage(`${count} messages in ${size} bytes cannot be`, reader.position - 4);
  reader.skip(4);
  return { size, format: { isNew: false, tracked: false }, count };
}

function readNewPrefix(reader: BlockReader): Prefix {
  reader.signature("OHDR");
  reader.version(2);
  const flags = reader.unsigned(1);
  if (flags & ~0x3f) throw reader.damage(`its flags are ${flags}, of which some are unknown`, reader.position - 1);
  if (flags & 0x20) reader.skip(16);
  if (flags & 0x10) {
    const mostCompact = reader.unsigned(2);
    const leastDense = reader.unsigned(2);
    if (mostCompact < leastDense) {
      throw reader.damage(
        `attributes are moved to a heap beyond ${mostCompact} and back below ${leastDense}: the first cannot be less`,
        reader.position - 4,
      );
    }
  }
  const sizeBytes = 1 << (flags & 3);
  const size = reader.unsigned(sizeBytes);
  const format = { isNew: true, tracked: (flags & 4) !== 0 };
  if (size > 0 && size < frameOf(format)) {
    throw reader.damage(`a block of messages of ${size} bytes cannot be`, reader.position - sizeBytes);
  }
  return { size, format, count: undefined };
}

/** Bytes that come before a message's body. */
function frameOf({ isNew, tracked }: MessageFormat): number {
  return isNew ? (tracked ? 6 : 4) : 8;
}

/** Reads the messages of a block from `start` on; the places of continuations go into `blocks`. */
function readMessages(
  reader: BlockReader,
  start: number,
  format: MessageFormat,
  messages: HeaderMessage[],
  blocks: { readonly address: number; readonly length: number }[],
): void {
  const { isNew, tracked } = format;
  const frame = frameOf(format);
  reader.position = start;
  const end = start + reader.left - (isNew ? CHECKSUM : 0);
  if (isNew) {
    if (end < start) throw reader.damage("it has no place for its checksum");
    reader.position = end;
    reader.checksum();
    reader.position = start;
  }
  let empty = 0;
  while (reader.position < end) {
    const left = end - reader.position;
    if (left < frame) {
      if (!isNew || empty > 0 || reader.position === start)
        throw reader.damage(`${left} bytes are left over after the last message`);
      return; // A gap, too small for an empty message.
    }
    const at = reader.position;
    const type = reader.unsigned(isNew ? 1 : 2);
    const size = reader.unsigned(2);
    const flags = reader.unsigned(1);
    if (!isNew) reader.skip(3);
    else if (tracked) reader.skip(2);
    if (!isNew && size % 8 !== 0) throw reader.damage(`a message of ${size} bytes is not a multiple of 8`, at);
    if (reader.position + size > end)
      throw reader.damage(`a message of ${size} bytes reaches beyond the block's end`, at);
    checkFlags(reader, type, flags, at);
    const address = reader.start + reader.position;
    const body = reader.bytes(size);
    if (type === HEADER_MESSAGE.NIL) empty++;
    const message = { type, shared: (flags & SHARED) !== 0, body, address, guarded: isNew };
    checkEarly(reader, message, isNew);
    if (type === HEADER_MESSAGE.CONTINUATION) blocks.push(readContinuation(reader, message));
    messages.push(message);
  }
}

function checkFlags(reader: BlockReader, type: number, flags: number, at: number): void {
  const contradict =
    (flags & SHARED && flags & NEVER_SHARED) ||
    (flags & WAS_UNKNOWN && (flags & FAIL_IF_UNKNOWN_TO_WRITER || !(flags & MARK_IF_UNKNOWN)));
  if (contradict) throw reader.damage(`a message's flags (${flags}) contradict each other`, at);
  if (!isKnownMessage(type)) {
    if (flags & FAIL_IF_UNKNOWN) throw reader.damage(`a message of unknown type ${type} must not be ignored`, at);
  } else if (flags & (SHARED | SHAREABLE) && !isShareable(type)) {
    throw reader.damage(`a message of type ${type} is marked as shared, which it cannot be`, at);
  }
}

function readContinuation(reader: BlockReader, { body, address }: HeaderMessage) {
  const fields = new BlockReader(reader.space, "continuation message", address, body);
  const to = fields.definedAddress("the continuation");
  const length = fields.length();
  if (length === 0) throw fields.damage("the continuation has no bytes");
  return { address: to, length };
}

/** Checks the small messages that libhdf5 reads with every header, whatever it is asked for. */
function checkEarly(reader: BlockReader, { type, body, address }: HeaderMessage, isNew: boolean): void {
  const fields = new BlockReader(reader.space, "message", address, body);
  switch (type) {
    case HEADER_MESSAGE.REFERENCE_COUNT:
      if (!isNew) throw fields.damage("a reference count is in a header of version 1, which has none");
      fields.version(0);
      fields.skip(4);
      break;
    case HEADER_MESSAGE.MODIFIED:
      fields.version(1);
      fields.skip(7);
      break;
    case HEADER_MESSAGE.OLD_MODIFIED:
      if (!/^\d{14}/.test(String.fromCharCode(...body.subarray(0, 14))))
        throw fields.damage("a time of modification is not made of digits");
      fields.skip(16);
      break;
  }
}
