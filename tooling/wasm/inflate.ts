// AssemblyScript, compiled by compile.mjs: inflates a zlib stream that lies whole in memory, into a buffer that is
// large enough, and is as strict as zlib itself. RFC 1950 and RFC 1951 describe the format.
//
// Addresses are those of the module's memory. The caller sees to it that PADDING bytes follow the stream and SLACK
// bytes the output: what is read or written there by vectors and words that stick out does not count.

/** What went wrong, as negative results. Named in the same order in packages/hdf5array/src/decode/inflate-errors.ts. */
const BAD_HEADER = -1;
const TRUNCATED = -2;
const TOO_LONG = -3;
const BAD_BLOCK = -4;
const BAD_STORED_LENGTH = -5;
const BAD_CODE = -6;
const BAD_SYMBOL = -7;
const BAD_DISTANCE = -8;
const BAD_CHECKSUM = -9;

// An entry of a table: bits 0 to 5 say how many bits it stands for, those of a code and those that follow it; bits 6 to 9
// how many the code has; from bit 10 on comes a byte, a symbol, or the base of a length or distance.
const LITERAL: u32 = 1 << 31;
const SPECIAL: u32 = 1 << 30; // not a symbol; where nothing else is set, no code begins so
const LONGER: u32 = 1 << 29; // continues in another table: its entry number from bit 10 on, the bits of its index in 6 to 9
const END: u32 = 1 << 28;

const LITERALS = 0;
const DISTANCES = 1;
const LENGTHS = 2;

/** Bits by which a table is entered; longer codes continue in another one. */
const LITERAL_BITS: u32 = 10;
const DISTANCE_BITS: u32 = 8;
const LENGTH_BITS: u32 = 7;

// The first page holds the tables. The most entries that codes of up to 15 bits need (as zlib's `enough` computes) are
// 1332 for 286 symbols by 10 bits, and 402 for 30 symbols by 8 bits.
const literals: usize = 1024;
const distances: usize = literals + 4 * 1332;
/** Lengths of the codes of all symbols, a byte each. */
const lengths: usize = 12288;
/** Symbols by the length of their codes, two bytes each. */
const sorted: usize = 12800;
/** Number of codes of each length, and where the next one goes in `sorted`, four bytes each. */
const counts: usize = 13440;
const offsets: usize = 13504;

/** Whether the tables are those of fixed codes, so that they need not be made again. */
let areFixed = false;

/**
 * Inflates the zlib stream `from` … `from + length` to `to` and following.
 *
 * @param room - bytes of output at most
 * @returns bytes of output, or what went wrong
 */
export function inflate(from: usize, length: usize, to: usize, room: usize): i32 {
  const end = from + length;
  const last = to + room;
  if (length < 2) return TRUNCATED;
  // The method is deflate with a window of at most 32 KiB, there is no dictionary, and the two bytes check each other.
  const header = bswap<u16>(load<u16>(from)) as u32;
  if ((header & 0x0f00) !== 0x0800 || header >> 12 > 7 || (header & 0x20) !== 0 || header % 31 !== 0) return BAD_HEADER;

  let at = from + 2; // the next byte to go into `bits`
  let bits: u64 = 0; // the low `count` bits are next; those above are garbage or the same bits that `at` will bring
  let count: u64 = 0;
  let out = to;
  for (let isLast = false; !isLast; ) {
    bits |= load<u64>(at) << count;
    at += ((63 - count) >> 3) as usize;
    count |= 56;
    isLast = (bits & 1) !== 0;
    const kind = ((bits as u32) >> 1) & 3;
    bits >>= 3;
    count -= 3;

    if (kind === 0) {
      // Stored: its length and that with all bits inverted begin at a whole byte.
      at -= (count >> 3) as usize;
      bits = 0;
      count = 0;
      if (at + 4 > end) return TRUNCATED;
      const size = load<u16>(at) as u32;
      if ((load<u16>(at, 2) as u32) !== (size ^ 0xffff)) return fault(BAD_STORED_LENGTH, at, count, end);
      at += 4;
      if (at + size > end) return TRUNCATED;
      if (out + size > last) return fault(TOO_LONG, at, count, end);
      memory.copy(out, at, size);
      at += size;
      out += size;
      continue;
    }

    if (kind === 1) {
      if (!areFixed) makeFixed();
      areFixed = true;
    } else if (kind === 2) {
      areFixed = false;
      const literalCount: u32 = 257 + ((bits as u32) & 31);
      const distanceCount: u32 = 1 + (((bits as u32) >> 5) & 31);
      const lengthCount: u32 = 4 + (((bits as u32) >> 10) & 15);
      bits >>= 14;
      count -= 14;
      if (literalCount > 286 || distanceCount > 30) return fault(BAD_CODE, at, count, end);
      memory.fill(lengths, 0, 19);
      for (let i: u32 = 0; i < lengthCount; i++) {
        if (count < 3) {
          bits |= load<u64>(at) << count;
          at += ((63 - count) >> 3) as usize;
          count |= 56;
        }
        store<u8>(lengths + orderOfLengths(i), (bits & 7) as u8);
        bits >>= 3;
        count -= 3;
      }
      if (!makeTable(LENGTHS, 19, lengths, literals, LENGTH_BITS)) return fault(BAD_CODE, at, count, end);
      const total: u32 = literalCount + distanceCount;
      for (let i: u32 = 0; i < total; ) {
        bits |= load<u64>(at) << count;
        at += ((63 - count) >> 3) as usize;
        count |= 56;
        if (at > end + 8) return TRUNCATED;
        const entry = load<u32>(literals + 4 * (((bits as u32) & 127) as usize));
        if (entry & SPECIAL) return fault(BAD_CODE, at, count, end);
        bits >>= entry as u64;
        count -= (entry & 63) as u64;
        const symbol = entry >> 10;
        if (symbol < 16) {
          store<u8>(lengths + i++, symbol as u8);
          continue;
        }
        let value: u32 = 0;
        let repeat: u32;
        let extra: u64 = 7;
        if (symbol === 16) {
          if (i === 0) return fault(BAD_CODE, at, count, end);
          value = load<u8>(lengths + i - 1);
          repeat = 3 + ((bits as u32) & 3);
          extra = 2;
        } else if (symbol === 17) {
          repeat = 3 + ((bits as u32) & 7);
          extra = 3;
        } else {
          repeat = 11 + ((bits as u32) & 127);
        }
        bits >>= extra;
        count -= extra;
        if (i + repeat > total) return fault(BAD_CODE, at, count, end);
        memory.fill(lengths + i, value as u8, repeat);
        i += repeat;
      }
      if (load<u8>(lengths, 256) === 0) return fault(BAD_CODE, at, count, end); // the end of the block has no code
      if (
        !makeTable(DISTANCES, distanceCount, lengths + literalCount, distances, DISTANCE_BITS) ||
        !makeTable(LITERALS, literalCount, lengths, literals, LITERAL_BITS)
      ) {
        return fault(BAD_CODE, at, count, end);
      }
    } else {
      return fault(BAD_BLOCK, at, count, end);
    }

    // A turn writes two literals and a match at most: less than SLACK.
    for (;;) {
      if (out > last) return fault(TOO_LONG, at, count, end);
      if (at > end + 8) return TRUNCATED;
      bits |= load<u64>(at) << count;
      at += ((63 - count) >> 3) as usize;
      count |= 56;
      let entry = load<u32>(literals + 4 * (((bits as u32) & ((1 << LITERAL_BITS) - 1)) as usize));
      if ((entry as i32) < 0) {
        bits >>= entry as u64;
        count -= (entry & 63) as u64;
        store<u8>(out++, (entry >> 10) as u8);
        entry = load<u32>(literals + 4 * (((bits as u32) & ((1 << LITERAL_BITS) - 1)) as usize));
        if ((entry as i32) < 0) {
          bits >>= entry as u64;
          count -= (entry & 63) as u64;
          store<u8>(out++, (entry >> 10) as u8);
          entry = load<u32>(literals + 4 * (((bits as u32) & ((1 << LITERAL_BITS) - 1)) as usize));
          if ((entry as i32) < 0) {
            bits >>= entry as u64;
            count -= (entry & 63) as u64;
            store<u8>(out++, (entry >> 10) as u8);
            continue;
          }
        }
      }
      if (entry & SPECIAL) {
        if (entry & LONGER) {
          const index = ((bits as u32) >> LITERAL_BITS) & ((1 << ((entry >> 6) & 15)) - 1);
          entry = load<u32>(literals + 4 * ((((entry >> 10) & 0xfff) + index) as usize));
          if ((entry as i32) < 0) {
            bits >>= entry as u64;
            count -= (entry & 63) as u64;
            store<u8>(out++, (entry >> 10) as u8);
            continue;
          }
        }
        if (entry & SPECIAL) {
          if ((entry & END) === 0) return fault(BAD_SYMBOL, at, count, end);
          bits >>= entry as u64;
          count -= (entry & 63) as u64;
          break;
        }
      }
      const size = fullValue(entry, bits);
      bits >>= entry as u64;
      count -= (entry & 63) as u64;

      bits |= load<u64>(at) << count;
      at += ((63 - count) >> 3) as usize;
      count |= 56;
      entry = load<u32>(distances + 4 * (((bits as u32) & ((1 << DISTANCE_BITS) - 1)) as usize));
      if (entry & SPECIAL) {
        if ((entry & LONGER) === 0) return fault(BAD_SYMBOL, at, count, end);
        const index = ((bits as u32) >> DISTANCE_BITS) & ((1 << ((entry >> 6) & 15)) - 1);
        entry = load<u32>(distances + 4 * ((((entry >> 10) & 0xfff) + index) as usize));
        if (entry & SPECIAL) return fault(BAD_SYMBOL, at, count, end);
      }
      const distance = fullValue(entry, bits);
      bits >>= entry as u64;
      count -= (entry & 63) as u64;
      if (distance > out - to) return fault(BAD_DISTANCE, at, count, end);
      copyMatch(out, distance, size);
      out += size;
    }
  }

  at -= (count >> 3) as usize;
  if (at + 4 > end) return TRUNCATED;
  if (out > last) return TOO_LONG;
  if (adler32(to, out - to) !== bswap<u32>(load<u32>(at))) return BAD_CHECKSUM;
  return (out - to) as i32;
}

/** What went wrong, unless it comes from reading beyond the end. */
function fault(code: i32, at: usize, count: u64, end: usize): i32 {
  return at - ((count >> 3) as usize) > end ? TRUNCATED : code;
}

/** The length or distance of an entry: its base and what the bits after the code add. */
function fullValue(entry: u32, bits: u64): usize {
  const extra = (bits & (((1 as u64) << (entry & 63)) - 1)) >> ((entry >> 6) & 15);
  return (((entry >> 10) & 0x7fff) as usize) + (extra as usize);
}

/** Repeats what begins `distance` bytes before; up to 15 bytes after it are overwritten too. */
function copyMatch(to: usize, distance: usize, size: usize): void {
  const end = to + size;
  let from = to - distance;
  if (distance >= 16) {
    do {
      v128.store(to, v128.load(from));
      to += 16;
      from += 16;
    } while (to < end);
    return;
  }
  if (distance === 1) {
    const byte = v128.load8_splat(from);
    do {
      v128.store(to, byte);
      to += 16;
    } while (to < end);
    return;
  }
  // The first bytes one by one, until the period, or a multiple of it, is as long as a word.
  while (distance < 8) {
    if (to >= end) return;
    for (let i: usize = 0; i < distance; i++) store<u8>(to + i, load<u8>(from + i));
    to += distance;
    distance += distance;
  }
  do {
    store<u64>(to, load<u64>(from));
    to += 8;
    from += 8;
  } while (to < end);
}

/** Symbol of the `i`-th length in a block's header: 16 17 18 0 8 7 9 6 10 5, then 11 4 12 3 13 2 14 1 15, 5 bits each. */
function orderOfLengths(i: u32): usize {
  const order: u64 = i < 10 ? 0xaa324e804a30 : 0xf0b84d1b08b;
  return ((order >> (5 * (i < 10 ? i : i - 10))) & 31) as usize;
}

function makeFixed(): void {
  memory.fill(lengths, 8, 144);
  memory.fill(lengths + 144, 9, 112);
  memory.fill(lengths + 256, 7, 24);
  memory.fill(lengths + 280, 8, 8);
  makeTable(LITERALS, 288, lengths, literals, LITERAL_BITS);
  memory.fill(lengths, 5, 32);
  makeTable(DISTANCES, 32, lengths, distances, DISTANCE_BITS);
}

/**
 * Makes the table of canonical codes.
 *
 * @param from - the length of each symbol's code, 0 for none
 * @param table - where it goes
 * @param rootBits - bits by which it is entered
 * @returns false for lengths that make no code: they leave something over, or not enough; but of literals or distances there
 * may be a single code of one bit, or none
 */
function makeTable(kind: i32, symbols: u32, from: usize, table: usize, rootBits: u32): bool {
  memory.fill(counts, 0, 64);
  for (let i: u32 = 0; i < symbols; i++) {
    const at = counts + 4 * (load<u8>(from + i) as usize);
    store<u32>(at, load<u32>(at) + 1);
  }
  let longest: u32 = 15;
  while (longest > 0 && load<u32>(counts + 4 * longest) === 0) longest--;
  let left: i32 = 1;
  let place: u32 = 0;
  for (let bits: u32 = 1; bits <= 15; bits++) {
    const count = load<u32>(counts + 4 * bits);
    left = (left << 1) - (count as i32);
    if (left < 0) return false;
    store<u32>(offsets + 4 * bits, place);
    place += count;
  }
  if (left > 0) {
    if (kind === LENGTHS || longest > 1) return false;
    for (let i: u32 = 0; i < 1 << rootBits; i++) store<u32>(table + 4 * i, SPECIAL);
    if (longest === 0) return true;
  }
  for (let i: u32 = 0; i < symbols; i++) {
    const bits = load<u8>(from + i) as usize;
    if (bits === 0) continue;
    const at = offsets + 4 * bits;
    const next = load<u32>(at);
    store<u16>(sorted + 2 * next, i as u16);
    store<u32>(at, next + 1);
  }

  // Codes in increasing order, their bits reversed, since streams begin with a code's first bit.
  const rootMask: u32 = (1 << rootBits) - 1;
  let code: u32 = 0;
  let sub = table; // the table that is written to, the bits by which it is entered, and those that lead to it
  let subBits = rootBits;
  let drop: u32 = 0;
  let prefix: u32 = 0xffffffff;
  for (let i: u32 = 0; i < place; i++) {
    const symbol = load<u16>(sorted + 2 * i) as u32;
    const bits = load<u8>(from + symbol) as u32;
    if (bits > rootBits && (code & rootMask) !== prefix) {
      sub += (4 as usize) << subBits;
      drop = rootBits;
      prefix = code & rootMask;
      // As many bits as it takes until the codes that are left of each length fill it.
      subBits = bits - rootBits;
      let room: i32 = 1 << subBits;
      while (subBits + rootBits < longest) {
        room -= load<u32>(counts + 4 * (subBits + rootBits)) as i32;
        if (room <= 0) break;
        subBits++;
        room <<= 1;
      }
      store<u32>(table + 4 * prefix, SPECIAL | LONGER | ((((sub - table) >> 2) as u32) << 10) | (subBits << 6));
    }
    const entry = entryOf(kind, symbol, bits);
    for (let k = code >> drop; k < 1 << subBits; k += 1 << (bits - drop)) store<u32>(sub + 4 * k, entry);
    const countAt = counts + 4 * bits;
    store<u32>(countAt, load<u32>(countAt) - 1);
    let bit: u32 = 1 << (bits - 1);
    while (code & bit) bit >>= 1;
    code = bit === 0 ? 0 : (code & (bit - 1)) | bit;
  }
  return true;
}

function entryOf(kind: i32, symbol: u32, bits: u32): u32 {
  if (kind === LENGTHS) return (symbol << 10) | bits;
  let base: u32;
  let extra: u32 = 0;
  if (kind === DISTANCES) {
    if (symbol > 29) return SPECIAL;
    if (symbol < 4) base = 1 + symbol;
    else {
      extra = (symbol >> 1) - 1;
      base = ((2 + (symbol & 1)) << extra) + 1;
    }
  } else {
    if (symbol < 256) return LITERAL | (symbol << 10) | bits;
    if (symbol === 256) return SPECIAL | END | bits;
    if (symbol > 285) return SPECIAL;
    if (symbol < 265) base = symbol - 254;
    else if (symbol === 285) base = 258;
    else {
      extra = ((symbol - 257) >> 2) - 1;
      base = ((4 + ((symbol - 257) & 3)) << extra) + 3;
    }
  }
  return (base << 10) | (bits << 6) | (bits + extra);
}

/** Bytes whose sums stay below 2^32. */
const RUN: usize = 5552;

/** Adler's checksum. */
function adler32(at: usize, length: usize): u32 {
  const end = at + length;
  let low: u32 = 1;
  let high: u32 = 0;
  while (at < end) {
    const vectors = (min(end - at, RUN) as u32) / 16;
    // Each byte counts once for every byte from itself to the end of the run.
    high += low * (16 * vectors);
    let sums = i32x4.splat(0);
    let sumsOfSums = i32x4.splat(0);
    let weighted = i32x4.splat(0);
    for (const stop = at + 16 * vectors; at < stop; at += 16) {
      const bytes = v128.load(at);
      sumsOfSums = i32x4.add(sumsOfSums, sums);
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes)));
      weighted = i32x4.add(
        weighted,
        i32x4.add(
          i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(bytes), i16x8(16, 15, 14, 13, 12, 11, 10, 9)),
          i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(bytes), i16x8(8, 7, 6, 5, 4, 3, 2, 1)),
        ),
      );
    }
    low += total(sums);
    high += 16 * total(sumsOfSums) + total(weighted);
    if (vectors === 0) {
      for (; at < end; at++) {
        low += load<u8>(at);
        high += low;
      }
    }
    low %= 65521;
    high %= 65521;
  }
  return (high << 16) | low;
}

function total(a: v128): u32 {
  return (i32x4.extract_lane(a, 0) +
    i32x4.extract_lane(a, 1) +
    i32x4.extract_lane(a, 2) +
    i32x4.extract_lane(a, 3)) as u32;
}
