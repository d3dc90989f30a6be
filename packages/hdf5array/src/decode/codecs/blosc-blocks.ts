import { breathe } from "../breathe.js";
import { BLOSC_FILTER, type BloscChunk } from "./blosc-chunk.js";
import { undoBloscFilters } from "./blosc-filters.js";
import { blosclz } from "./blosclz.js";
import type { BlockCodec } from "./codec.js";
import { CodecFault } from "./codec-fault.js";
import { lz4Block } from "./lz4-block.js";
import { snappy } from "./snappy.js";
import { zlibBlock } from "./zlib-block.js";
import { loadZstd } from "./zstd.js";

/**
 * Decodes a chunk of Blosc, block by block.
 *
 * @param receive - called with each block in turn and where it begins; its memory is used again
 * @throws `CodecFault`
 */
export async function decodeBloscBlocks(
  chunk: BloscChunk,
  receive: (at: number, block: Uint8Array) => void,
): Promise<void> {
  const { bytes, blockBytes, filters } = chunk;
  if (bytes === 0) return;
  const read = await blockReader(chunk);
  const blocks = [new Uint8Array(blockBytes), new Uint8Array(blockBytes)] as const;
  let first: Uint8Array | undefined;
  const hasDelta = filters.some(({ id }) => id === BLOSC_FILTER.DELTA);
  for (let at = 0, i = 0; at < bytes; at += blockBytes, i++) {
    const length = Math.min(blockBytes, bytes - at);
    const block = blocks[0].subarray(0, length);
    const isFiltered = await read(i, at, block);
    const done = isFiltered ? undoBloscFilters(chunk, block, blocks[1].subarray(0, length), first) : block;
    if (hasDelta) first ??= done.slice();
    receive(at, done);
    await breathe();
  }
}

/** Fills a block with what is stored of it, and says whether filters are to be undone. */
type ReadBlock = (i: number, at: number, block: Uint8Array) => Promise<boolean>;

async function blockReader(chunk: BloscChunk): Promise<ReadBlock> {
  const { stream, headerBytes, bytes, isPlain, special } = chunk;
  if (special !== "none") {
    const value = specialValue(chunk);
    return async (_, at, block) => {
      for (let k = 0; k < block.length; k++) block[k] = value[(at + k) % value.length]!;
      return false;
    };
  }
  if (isPlain) {
    const plain = stream.part(headerBytes, bytes);
    return async (_, at, block) => {
      block.set(plain.subarray(at, at + block.length));
      return false;
    };
  }
  const decode = await codecOf(chunk.codec);
  return async (i, _, block) => {
    await readStreams(chunk, decode, stream.uint32(headerBytes + 4 * i, true), block);
    return true;
  };
}

/** The bytes that are repeated in a chunk without blocks. */
function specialValue({ stream, headerBytes, typeSize, special }: BloscChunk): Uint8Array {
  if (special === "zeros") return new Uint8Array(1);
  if (special === "value") {
    const value = stream.part(headerBytes, stream.length - headerBytes);
    if (value.length === 0) throw new CodecFault("the value that it repeats is missing");
    return value;
  }
  const value = new DataView(new ArrayBuffer(typeSize));
  if (typeSize === 4) value.setUint32(0, 0x7fc00000, true);
  else if (typeSize === 8) value.setUint32(4, 0x7ff80000, true);
  else throw new CodecFault(`NaN of ${typeSize} bytes is not known`);
  return new Uint8Array(value.buffer);
}

/** Decodes the streams of a block, which follow each other. */
async function readStreams(chunk: BloscChunk, decode: BlockCodec, start: number, block: Uint8Array): Promise<void> {
  const { stream, blockBytes, headerBytes, version } = chunk;
  const count = block.length === blockBytes ? chunk.streams : 1;
  const each = Math.floor(block.length / count);
  if (each === 0 || each * count !== block.length)
    throw new CodecFault(`a block of ${block.length} bytes is said to have ${count} streams`);
  if (start < headerBytes) throw new CodecFault("a block begins within the header");
  let from = start;
  for (let at = 0; at < block.length; at += each) {
    const target = block.subarray(at, at + each);
    const length = stream.int32(from, true);
    from += 4;
    if (length > 0) {
      const part = stream.part(from, length);
      from += length;
      if (length === each) target.set(part);
      else if ((await decode(part, target)) !== each) throw new CodecFault("a stream has too few bytes");
    } else if (version <= 2) throw new CodecFault(`a stream is said to take ${length} bytes`);
    else if (length === 0) target.fill(0);
    else {
      // A run of one byte, which is in the length.
      if ((stream.byte(from) & 1) === 0 || length < -255)
        throw new CodecFault("a stream is of a kind that is not known");
      from += 1;
      target.fill(-length);
    }
  }
}

async function codecOf(codec: number): Promise<BlockCodec> {
  switch (codec) {
    case 0:
      return blosclz;
    case 1:
      return lz4Block;
    case 2:
      return snappy;
    case 3:
      return zlibBlock;
    case 4:
      return loadZstd();
    default:
      throw new CodecFault(`codec ${codec} within Blosc is not known`, "UNSUPPORTED_FEATURE");
  }
}
