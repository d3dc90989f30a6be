import { BitReader } from "./bit-reader.js";
import type { CodecRequest } from "./codec.js";
import { becomesTooMuch, CodecFault, ENDS_EARLY } from "./codec-fault.js";

// Options, as SZIP's encoder takes them.
const BIG_ENDIAN = 16;
const NEAREST_NEIGHBOUR = 32;

/** Bytes before the stream: the length of what it holds. */
const HEAD = 4;

/** Blocks of a segment, at whose end a run of zeros may end. */
const SEGMENT = 64;
/** The length of a run that stands for all blocks up to the end of the segment. */
const REST_OF_SEGMENT = 5;
/** The largest number that stands for two small ones. */
const MOST_PAIR = 90;

/** How samples are coded. */
interface Coding {
  readonly bits: number;
  readonly block: number;
  /** Blocks between samples that are stored whole, where what is stored are differences. */
  readonly blocks: number;
  readonly differences: boolean;
}

/**
 * Undoes szip (4): the extended Rice coding of CCSDS 121.0-B. The stream comes after the length of the values.
 *
 * @see libaec, decode.c and sz_compat.c
 */
export function szip(stored: Uint8Array, { parameters, most }: CodecRequest): Uint8Array {
  if (stored.length < HEAD) throw new CodecFault(ENDS_EARLY);
  const [options = 0, block = 0, pixelBits = 0, line = 0] = parameters;
  if (block < 1 || pixelBits < 1 || pixelBits > 64 || line < 1)
    throw new CodecFault(`its parameters are ${parameters.join(", ")}`);
  const view = new DataView(stored.buffer, stored.byteOffset, stored.length);
  const size = view.getUint32(0, true);
  if (size > most) throw becomesTooMuch(most);
  // Wide samples are stored byte by byte, the first of all of them first.
  const planes = pixelBits === 32 || pixelBits === 64 ? pixelBits / 8 : 1;
  const bits = planes > 1 ? 8 : pixelBits;
  const sampleBytes = bits > 16 ? 4 : bits > 8 ? 2 : 1;
  const blocks = Math.ceil(line / block);
  const count = Math.floor(size / sampleBytes);
  // Lines that are no whole number of blocks were filled up.
  const padded = blocks * block;
  const lines = Math.ceil(count / line);
  const coding = { bits, block, blocks, differences: (options & NEAREST_NEIGHBOUR) !== 0 };
  const decoded = decodeSamples(new BitReader(stored.subarray(HEAD)), padded === line ? count : lines * padded, coding);
  const out = new Uint8Array(size);
  const bigEndian = (options & BIG_ENDIAN) !== 0;
  const perPlane = Math.floor(size / planes);
  for (let i = 0; i < count; i++) {
    const value = decoded[padded === line ? i : Math.floor(i / line) * padded + (i % line)]!;
    if (planes > 1) out[(i % perPlane) * planes + Math.floor(i / perPlane)] = value;
    else
      for (let j = 0; j < sampleBytes; j++)
        out[i * sampleBytes + (bigEndian ? sampleBytes - 1 - j : j)] = value >>> (8 * j);
  }
  return out;
}

function decodeSamples(input: BitReader, count: number, coding: Coding): Uint32Array {
  const { block, blocks, differences, bits } = coding;
  const perReference = block * blocks;
  const out = new Uint32Array(Math.ceil(count / block) * block);
  for (let start = 0; start < count; start += perReference) {
    const end = Math.min(start + perReference, out.length);
    for (let at = start; at < end; ) at = decodeBlock(input, out, start, at, coding);
    if (differences) integrate(out, start, end, bits);
  }
  return out;
}

/** Decodes a block, or a run of blocks of zeros; returns where the next one begins. */
function decodeBlock(
  input: BitReader,
  out: Uint32Array,
  start: number,
  at: number,
  { bits, block, blocks, differences }: Coding,
): number {
  const idBits = bits > 16 ? 5 : bits > 8 ? 4 : 3;
  const id = input.read(idBits);
  const isLow = id === 0;
  const isPairs = isLow && input.read(1) === 1;
  const end = at + block;
  if (id === (1 << idBits) - 1) {
    for (let i = at; i < end; i++) out[i] = input.read(bits);
    return end;
  }
  let first = at;
  if (differences && at === start) out[first++] = input.read(bits);
  if (isPairs) {
    for (let i = first; i < end; i++) {
      const pair = input.zeros();
      if (pair > MOST_PAIR) throw new CodecFault(`the pair ${pair} cannot be`);
      const sum = Math.floor((Math.sqrt(8 * pair + 1) - 1) / 2);
      const second = pair - (sum * (sum + 1)) / 2;
      if ((i - at) % 2 === 0) out[i++] = sum - second;
      out[i] = second;
    }
    return end;
  }
  if (isLow) {
    const before = (at - start) / block;
    const code = input.zeros() + 1;
    const run =
      code === REST_OF_SEGMENT
        ? Math.min(blocks - before, SEGMENT - (before % SEGMENT))
        : code > REST_OF_SEGMENT
          ? code - 1
          : code;
    if (before + run > blocks) throw new CodecFault(`${run} blocks of zeros reach beyond the line`);
    // What was there before is zero: each element is written once.
    return at + run * block;
  }
  const split = id - 1;
  for (let i = first; i < end; i++) out[i] = input.zeros() * 2 ** split;
  if (split > 0) for (let i = first; i < end; i++) out[i] = out[i]! + input.read(split);
  return end;
}

/** Turns differences, of which small ones of either sign have small numbers, into samples. */
function integrate(out: Uint32Array, start: number, end: number, bits: number): void {
  const most = 2 ** bits - 1;
  const middle = 2 ** (bits - 1);
  let value = out[start]!;
  for (let i = start + 1; i < end; i++) {
    const difference = out[i]!;
    const half = Math.floor(difference / 2) + (difference & 1);
    const mask = (value & middle) === 0 ? 0 : most;
    if (half <= (mask ^ value) >>> 0) value = (difference & 1 ? value - half : value + half) >>> 0;
    else value = (mask ^ difference) >>> 0;
    out[i] = value;
  }
}
