import type { BitReader } from "./bit-reader.js";
import { becomesTooMuch, CodecFault } from "./codec-fault.js";

/** Symbols that one table is used for, before the next one is chosen. */
const GROUP = 50;

const MOST_BITS = 20;

/** Symbols for the two digits of the length of a run. */
const RUN_B = 1;

/** Reads a block behind its mark and checksum: the bytes as they were before they were sorted. @see bzip2, decompress.c */
export function readBzip2Block(bits: BitReader, most: number): Uint8Array {
  if (bits.bit() === 1) throw new CodecFault("it is randomized, as only bzip2 before 0.9.5 did", "UNSUPPORTED_FEATURE");
  const origin = bits.read(24);
  const used = usedBytes(bits);
  const tables = bits.read(3);
  const groups = bits.read(15);
  if (tables < 2 || tables > 6 || groups === 0)
    throw new CodecFault(`a block has ${tables} tables for ${groups} groups`);
  const selectors = readSelectors(bits, tables, groups);
  const symbols = used.length + 2;
  const codes = Array.from({ length: tables }, () => readCode(bits, symbols));
  return unsorted(readSorted(bits, selectors, codes, used, most), origin);
}

function usedBytes(bits: BitReader): number[] {
  const groups = bits.read(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group++) {
    if (((groups >> (15 - group)) & 1) === 0) continue;
    const bytes = bits.read(16);
    for (let i = 0; i < 16; i++) if (((bytes >> (15 - i)) & 1) === 1) used.push(group * 16 + i);
  }
  if (used.length === 0) throw new CodecFault("a block uses no bytes");
  return used;
}

/** Which table each group of symbols uses, written by its place in a list that is moved to the front. */
function readSelectors(bits: BitReader, tables: number, groups: number): Uint8Array {
  const order = Array.from({ length: tables }, (_, i) => i);
  return Uint8Array.from({ length: groups }, () => {
    let place = 0;
    while (bits.bit() === 1) if (++place >= tables) throw new CodecFault("a group uses a table that does not exist");
    const [table] = order.splice(place, 1);
    order.unshift(table!);
    return table!;
  });
}

/** A prefix code: per length of codes, where they end, what they begin with, and their symbols in order. */
interface PrefixCode {
  readonly limit: Int32Array;
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
}

function readCode(bits: BitReader, count: number): PrefixCode {
  const lengths = new Uint8Array(count);
  let length = bits.read(5);
  for (let symbol = 0; symbol < count; symbol++) {
    for (;;) {
      if (length < 1 || length > MOST_BITS)
        throw new CodecFault(`a code has ${length} bits, expected 1 to ${MOST_BITS}`);
      if (bits.bit() === 0) break;
      length += bits.bit() === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  const symbols = new Uint16Array(count);
  const limit = new Int32Array(MOST_BITS + 1).fill(-1);
  const base = new Int32Array(MOST_BITS + 1);
  let place = 0;
  let code = 0;
  for (let bitCount = 1; bitCount <= MOST_BITS; bitCount++) {
    base[bitCount] = place - code;
    for (let symbol = 0; symbol < count; symbol++) if (lengths[symbol] === bitCount) symbols[place++] = symbol;
    code = place - base[bitCount]!;
    limit[bitCount] = code - 1;
    code <<= 1;
  }
  return { limit, base, symbols };
}

function readSymbol(bits: BitReader, { limit, base, symbols }: PrefixCode): number {
  let code = 0;
  for (let length = 1; length <= MOST_BITS; length++) {
    code = (code << 1) | bits.bit();
    if (code <= limit[length]!) {
      const symbol = symbols[code + base[length]!];
      if (symbol !== undefined) return symbol;
      break;
    }
  }
  throw new CodecFault("a code stands for nothing");
}

/** The bytes of a block in sorted order: runs and places in a list that is moved to the front are undone. */
function readSorted(
  bits: BitReader,
  selectors: Uint8Array,
  codes: readonly PrefixCode[],
  used: number[],
  most: number,
): Uint8Array {
  const sorted = new Uint8Array(most);
  const recent = Uint8Array.from(used);
  const end = used.length + 1;
  let at = 0;
  let run = 0;
  let weight = 1;
  for (let i = 0; ; i++) {
    const selector = selectors[Math.floor(i / GROUP)];
    if (selector === undefined) throw new CodecFault("a block goes on after its last group");
    const symbol = readSymbol(bits, codes[selector]!);
    if (symbol <= RUN_B) {
      run += weight * (symbol + 1);
      weight *= 2;
      if (run > most - at) throw becomesTooMuch(most);
      continue;
    }
    if (run > 0) {
      sorted.fill(recent[0]!, at, at + run);
      at += run;
      run = 0;
      weight = 1;
    }
    if (symbol === end) return sorted.subarray(0, at);
    if (at === most) throw becomesTooMuch(most);
    const place = symbol - 1;
    const byte = recent[place]!;
    recent.copyWithin(1, 0, place);
    recent[0] = byte;
    sorted[at++] = byte;
  }
}

/** Undoes the transform of Burrows and Wheeler. */
function unsorted(sorted: Uint8Array, origin: number): Uint8Array {
  const count = sorted.length;
  if (origin >= count) throw new CodecFault(`a block begins at ${origin} of ${count} bytes`);
  const starts = new Uint32Array(257);
  for (const byte of sorted) starts[byte + 1]!++;
  for (let byte = 0; byte < 256; byte++) starts[byte + 1]! += starts[byte]!;
  const next = new Uint32Array(count);
  for (let i = 0; i < count; i++) next[starts[sorted[i]!]!++] = i;
  const out = new Uint8Array(count);
  for (let i = 0, at = next[origin]!; i < count; i++, at = next[at]!) out[i] = sorted[at]!;
  return out;
}
