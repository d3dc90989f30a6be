import { CodecFault } from "./codec-fault.js";
import { StreamBytes } from "./stream-bytes.js";

/** What Blosc writes before the blocks, in its two versions. */
const HEADER = 16;
const EXTENDED_HEADER = 32;

/** Versions of the format: Blosc 1 until this one, Blosc 2 afterwards, as far as it is known here. */
const BLOSC_1 = 2;
const NEWEST = 6;

/** Numbers of filters within Blosc. */
export const BLOSC_FILTER = { NONE: 0, SHUFFLE: 1, BITSHUFFLE: 2, DELTA: 3, TRUNCATE: 4 } as const;

/** Bits of the flags. */
const SHUFFLED = 1;
const PLAIN = 2;
const BITSHUFFLED = 4;
const DELTA = 8;
const NOT_SPLIT = 16;
const HAS_DICTIONARY = 1;

/** How all values of a chunk are written that has no blocks. */
export type Special = "none" | "zeros" | "nan" | "value";

const SPECIALS: readonly Special[] = ["none", "zeros", "nan", "value", "zeros"];

/** A filter within Blosc and its own parameter. */
export interface BloscFilter {
  readonly id: number;
  readonly meta: number;
}

/** What the header of a chunk says, checked. */
export interface BloscChunk {
  readonly stream: StreamBytes;
  readonly version: number;
  readonly headerBytes: number;
  readonly typeSize: number;
  /** Bytes that it becomes, and bytes of a block of them. */
  readonly bytes: number;
  readonly blockBytes: number;
  readonly codec: number;
  /** Whether its bytes follow the header as they are. */
  readonly isPlain: boolean;
  readonly special: Special;
  /** Streams of a whole block; the last block, if it is shorter, has one. */
  readonly streams: number;
  /** In the order in which they were applied. */
  readonly filters: readonly BloscFilter[];
}

/**
 * Reads the header of a chunk of Blosc 1 or 2.
 *
 * @throws `CodecFault` where it contradicts itself, and for what no writer of HDF5 files uses
 * @see c-blosc2, README_CHUNK_FORMAT.rst
 */
export function readBloscChunk(chunk: Uint8Array): BloscChunk {
  const head = new StreamBytes(chunk);
  const version = head.byte(0);
  if (version === 0 || version > NEWEST) throw new CodecFault(`version ${version} of Blosc's chunks is not known`);
  const codecVersion = head.byte(1);
  if (version <= BLOSC_1 && codecVersion !== 1)
    throw new CodecFault(`version ${codecVersion} of its codec is not known`);
  const flags = head.byte(2);
  const typeSize = head.byte(3);
  const bytes = head.uint32(4, true);
  const stored = head.uint32(12, true);
  const isExtended = version > BLOSC_1 && (flags & SHUFFLED) !== 0 && (flags & BITSHUFFLED) !== 0;
  const headerBytes = isExtended ? EXTENDED_HEADER : HEADER;
  const given = head.uint32(8, true);
  // Blosc 2 takes larger ones for the chunk.
  if (version <= BLOSC_1 && given > bytes)
    throw new CodecFault(`its blocks are said to have ${given} of ${bytes} bytes`);
  const blockBytes = Math.min(given, bytes);
  if (stored < headerBytes || stored > chunk.length)
    throw new CodecFault(`it is said to take ${stored} bytes, of ${chunk.length}`);
  if (typeSize === 0) throw new CodecFault("its elements are said to have 0 bytes");
  if (bytes > 0 && blockBytes === 0) throw new CodecFault("its blocks are said to have 0 bytes");
  const stream = new StreamBytes(head.part(0, stored));
  const special = isExtended ? specialOf(stream.byte(31)) : "none";
  return {
    stream,
    version,
    headerBytes,
    typeSize,
    bytes,
    blockBytes,
    codec: flags >> 5,
    isPlain: (flags & PLAIN) !== 0,
    special,
    streams: streamsOf(flags, typeSize, blockBytes, isExtended),
    filters: isExtended ? pipeline(stream) : flagged(flags, typeSize),
  };
}

function specialOf(flags: number): Special {
  if ((flags & HAS_DICTIONARY) !== 0)
    throw new CodecFault("dictionaries within Blosc are not read", "UNSUPPORTED_FEATURE");
  const special = SPECIALS[(flags >> 4) & 7];
  if (special === undefined) throw new CodecFault(`special values ${(flags >> 4) & 7} are not known`);
  return special;
}

/** Blosc 1 splits blocks only where the parts do not become too many or too short. */
function streamsOf(flags: number, typeSize: number, blockBytes: number, isExtended: boolean): number {
  if ((flags & NOT_SPLIT) !== 0) return 1;
  return isExtended || (typeSize <= 16 && Math.floor(blockBytes / typeSize) >= 128) ? typeSize : 1;
}

function pipeline(stream: StreamBytes): BloscFilter[] {
  if ((stream.byte(30) & 1) !== 0)
    throw new CodecFault("blocks of different lengths are not read", "UNSUPPORTED_FEATURE");
  const filters: BloscFilter[] = [];
  for (let i = 0; i < 6; i++) {
    const filter = { id: stream.byte(16 + i), meta: stream.byte(24 + i) };
    if (filter.id > BLOSC_FILTER.TRUNCATE)
      throw new CodecFault(`filter ${filter.id} within Blosc is not known`, "UNSUPPORTED_FEATURE");
    if (filter.id !== BLOSC_FILTER.NONE) filters.push(filter);
  }
  return filters;
}

function flagged(flags: number, typeSize: number): BloscFilter[] {
  const filters: BloscFilter[] = [];
  if ((flags & DELTA) !== 0) filters.push({ id: BLOSC_FILTER.DELTA, meta: 0 });
  if ((flags & BITSHUFFLED) !== 0) filters.push({ id: BLOSC_FILTER.BITSHUFFLE, meta: 0 });
  else if ((flags & SHUFFLED) !== 0 && typeSize > 1) filters.push({ id: BLOSC_FILTER.SHUFFLE, meta: 0 });
  return filters;
}
