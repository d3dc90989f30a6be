import type { BlockReader } from "./block-reader.js";
import { bytesFor } from "./datatype-message.js";
import type { ChunkIndexHeader, DataLayout } from "./stored-dataset.js";

const COMPACT = 0;
const CONTIGUOUS = 1;
const CHUNKED = 2;
const VIRTUAL = 3;

const MOST_DIMENSIONS = 33;

/** What layout messages before version 3 leave open: the size of contiguous data. */
export const SIZE_OF_VALUES = -1;

/**
 * Reads a data layout message.
 *
 * @see HDF5 File Format Specification, section IV.A.2.i, "The Data Layout Message"
 */
export function readLayout(reader: BlockReader): DataLayout {
  const version = reader.version(1, 5);
  if (version < 3) return readOldLayout(reader, version);
  const kind = reader.unsigned(1);
  switch (kind) {
    case COMPACT:
      return { kind: "compact", bytes: reader.bytes(reader.unsigned(2)).slice() };
    case CONTIGUOUS:
      return { kind: "contiguous", address: reader.address(), size: reader.length() };
    case CHUNKED:
      return version === 3 ? readChunked3(reader) : readChunked4(reader, version);
    case VIRTUAL:
      if (version < 4) throw reader.damage(`a virtual dataset needs version 4, but its version is ${version}`);
      return { kind: "virtual", mapping: { address: reader.address(), index: reader.unsigned(4) } };
    default:
      throw reader.damage(`its class is ${kind}, expected 0 to ${VIRTUAL}`);
  }
}

function readOldLayout(reader: BlockReader, version: number): DataLayout {
  const rank = reader.unsigned(1);
  if (rank === 0 || rank > MOST_DIMENSIONS) throw reader.damage(`it has ${rank} dimensions`);
  const kind = reader.unsigned(1);
  if (kind > CHUNKED) throw reader.damage(`its class is ${kind}, expected 0 to ${CHUNKED}`);
  reader.skip(5);
  const address = kind === COMPACT ? null : reader.address();
  const extents = Array.from({ length: rank }, () => reader.unsigned(4));
  switch (kind) {
    case COMPACT:
      return { kind: "compact", bytes: reader.bytes(reader.unsigned(4)).slice() };
    case CONTIGUOUS:
      return { kind: "contiguous", address, size: SIZE_OF_VALUES };
    default:
      return chunked(reader, extents, version, false, { kind: "btree1", address });
  }
}

function readChunked3(reader: BlockReader): DataLayout {
  const rank = checkRank(reader, reader.unsigned(1), 2);
  const address = reader.address();
  const extents = Array.from({ length: rank }, () => reader.unsigned(4));
  return chunked(reader, extents, 3, false, { kind: "btree1", address });
}

function readChunked4(reader: BlockReader, version: number): DataLayout {
  const flags = reader.unsigned(1);
  if (flags & ~3) throw reader.damage(`its flags are ${flags}, of which some are unknown`);
  const rank = checkRank(reader, reader.unsigned(1), 2);
  const extentBytes = reader.unsigned(1);
  const extents = Array.from({ length: rank }, () => reader.unsigned(extentBytes));
  const needed = extents.reduce((most, extent) => Math.max(most, bytesFor(Math.max(1, extent))), 0);
  if (extentBytes !== needed)
    throw reader.damage(`the extents of a chunk take ${extentBytes} bytes each, expected ${needed}`);
  const index = readIndex(reader, (flags & 2) !== 0, extents);
  return chunked(reader, extents, version, (flags & 1) !== 0, index);
}

function checkRank(reader: BlockReader, rank: number, least: number): number {
  if (rank >= least && rank <= MOST_DIMENSIONS) return rank;
  throw reader.damage(`a chunk has ${rank} dimensions with that of an element's bytes, expected ${least} to 33`);
}

function chunked(
  reader: BlockReader,
  extents: readonly number[],
  version: number,
  plainEdgeChunks: boolean,
  index: ChunkIndexHeader,
): DataLayout {
  checkRank(reader, extents.length, 2);
  if (extents.includes(0))
    throw reader.damage(`a chunk has the extents ${extents.join(" x ")}, of which none can be 0`);
  return {
    kind: "chunked",
    chunkShape: extents.slice(0, -1),
    elementSize: extents.at(-1)!,
    index,
    plainEdgeChunks,
    version,
  };
}

function readIndex(reader: BlockReader, filteredSingle: boolean, extents: readonly number[]): ChunkIndexHeader {
  const kind = reader.unsigned(1);
  /** A parameter of an index, which cannot be zero. */
  const parameter = (name: string): number => {
    const value = reader.unsigned(1);
    if (value === 0) throw reader.damage(`${name} is 0`);
    return value;
  };
  switch (kind) {
    case 1: {
      const size = filteredSingle ? reader.length() : extents.reduce((product, extent) => product * extent, 1);
      const filterMask = filteredSingle ? reader.unsigned(4) : 0;
      return { kind: "single", size, filterMask, address: reader.address() };
    }
    case 2:
      return { kind: "implicit", address: reader.address() };
    case 3: {
      const pageBits = parameter("the size of a page of the fixed array");
      return { kind: "fixed-array", pageBits, address: reader.address() };
    }
    case 4: {
      const maxBits = parameter("the most bits of an index in the extensible array");
      const indexElements = parameter("the number of elements in the extensible array's index block");
      const minPointers = parameter("the least number of pointers in a secondary block of the extensible array");
      const minElements = parameter("the least number of elements in a data block of the extensible array");
      const pageBits = parameter("the size of a page of the extensible array");
      return {
        kind: "extensible-array",
        maxBits,
        indexElements,
        minPointers,
        minElements,
        pageBits,
        address: reader.address(),
      };
    }
    case 5: {
      reader.skip(4);
      for (const name of ["a node is split", "two nodes are merged"]) {
        const percent = reader.unsigned(1);
        if (percent === 0 || percent > 100) throw reader.damage(`${name} at ${percent} %`);
      }
      return { kind: "btree2", address: reader.address() };
    }
    default:
      throw reader.damage(`the kind of index of its chunks is ${kind}, expected 1 to 5`);
  }
}
