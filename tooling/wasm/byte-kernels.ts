// AssemblyScript, compiled by compile.mjs: the loops of decoding that SIMD makes several times as fast. Addresses are
// those of the module's memory; nothing here checks them, the callers in packages/hdf5array/src/decode do.

/** Bytes of a vector. */
const LANES: usize = 16;

// ---- Un-shuffle: all first bytes, all second bytes … become whole elements -------------------------------------------

/** Elements of 2 bytes. */
export function unshuffle2(from: usize, to: usize, count: usize): void {
  let i: usize = 0;
  for (; i + LANES <= count; i += LANES) {
    const a = v128.load(from + i);
    const b = v128.load(from + count + i);
    v128.store(to + 2 * i, lowBytes(a, b));
    v128.store(to + 2 * i, highBytes(a, b), 16);
  }
  gather(from, to, count, 2, i);
}

/** Elements of 4 bytes. */
export function unshuffle4(from: usize, to: usize, count: usize): void {
  let i: usize = 0;
  for (; i + LANES <= count; i += LANES) {
    const a = v128.load(from + i);
    const b = v128.load(from + count + i);
    const c = v128.load(from + 2 * count + i);
    const d = v128.load(from + 3 * count + i);
    const ab = lowBytes(a, b);
    const cd = lowBytes(c, d);
    const abHigh = highBytes(a, b);
    const cdHigh = highBytes(c, d);
    const at = to + 4 * i;
    v128.store(at, lowPairs(ab, cd));
    v128.store(at, highPairs(ab, cd), 16);
    v128.store(at, lowPairs(abHigh, cdHigh), 32);
    v128.store(at, highPairs(abHigh, cdHigh), 48);
  }
  gather(from, to, count, 4, i);
}

/** Elements of 8 bytes. */
export function unshuffle8(from: usize, to: usize, count: usize): void {
  let i: usize = 0;
  for (; i + LANES <= count; i += LANES) {
    const a = v128.load(from + i);
    const b = v128.load(from + count + i);
    const c = v128.load(from + 2 * count + i);
    const d = v128.load(from + 3 * count + i);
    const e = v128.load(from + 4 * count + i);
    const f = v128.load(from + 5 * count + i);
    const g = v128.load(from + 6 * count + i);
    const h = v128.load(from + 7 * count + i);
    const at = to + 8 * i;
    let ab = lowBytes(a, b);
    let cd = lowBytes(c, d);
    let ef = lowBytes(e, f);
    let gh = lowBytes(g, h);
    let abcd = lowPairs(ab, cd);
    let efgh = lowPairs(ef, gh);
    v128.store(at, lowQuads(abcd, efgh));
    v128.store(at, highQuads(abcd, efgh), 16);
    abcd = highPairs(ab, cd);
    efgh = highPairs(ef, gh);
    v128.store(at, lowQuads(abcd, efgh), 32);
    v128.store(at, highQuads(abcd, efgh), 48);
    ab = highBytes(a, b);
    cd = highBytes(c, d);
    ef = highBytes(e, f);
    gh = highBytes(g, h);
    abcd = lowPairs(ab, cd);
    efgh = lowPairs(ef, gh);
    v128.store(at, lowQuads(abcd, efgh), 64);
    v128.store(at, highQuads(abcd, efgh), 80);
    abcd = highPairs(ab, cd);
    efgh = highPairs(ef, gh);
    v128.store(at, lowQuads(abcd, efgh), 96);
    v128.store(at, highQuads(abcd, efgh), 112);
  }
  gather(from, to, count, 8, i);
}

/** Elements of any size. */
export function unshuffle(from: usize, to: usize, count: usize, size: usize): void {
  gather(from, to, count, size, 0);
}

/** Elements `first` and following, byte by byte. */
function gather(from: usize, to: usize, count: usize, size: usize, first: usize): void {
  for (let i = first; i < count; i++) {
    const at = to + i * size;
    for (let k: usize = 0, p = from + i; k < size; k++, p += count) store<u8>(at + k, load<u8>(p));
  }
}

function lowBytes(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

function highBytes(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

function lowPairs(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23);
}

function highPairs(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31);
}

function lowQuads(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
}

function highQuads(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
}

// ---- Order of bytes, in place ----------------------------------------------------------------------------------------

/** Elements of 2 bytes. */
export function swap2(at: usize, count: usize): void {
  const end = at + 2 * count;
  for (; at + LANES <= end; at += LANES) v128.store(at, swapped2(v128.load(at)));
  for (; at < end; at += 2) store<u16>(at, bswap<u16>(load<u16>(at)));
}

/** Elements of 4 bytes. */
export function swap4(at: usize, count: usize): void {
  const end = at + 4 * count;
  for (; at + LANES <= end; at += LANES) {
    const a = v128.load(at);
    v128.store(at, i8x16.shuffle(a, a, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
  }
  for (; at < end; at += 4) store<u32>(at, bswap<u32>(load<u32>(at)));
}

/** Elements of 8 bytes. */
export function swap8(at: usize, count: usize): void {
  const end = at + 8 * count;
  for (; at + LANES <= end; at += LANES) {
    const a = v128.load(at);
    v128.store(at, i8x16.shuffle(a, a, 7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8));
  }
  for (; at < end; at += 8) store<u64>(at, bswap<u64>(load<u64>(at)));
}

function swapped2(a: v128): v128 {
  return i8x16.shuffle(a, a, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
}

// ---- Checksum --------------------------------------------------------------------------------------------------------

/** Vectors whose sums of sums stay below 2^32. */
const RUN: usize = 360;

/** Fletcher's checksum of 16-bit big-endian words; a last odd byte is the upper half of a word. */
export function fletcher32(at: usize, length: usize): u32 {
  const end = at + length;
  let low: u64 = 0;
  let high: u64 = 0;
  while (at + LANES <= end) {
    const vectors = min((end - at) / LANES, RUN);
    // Lane l holds the words l, l + 8, …: their sum, and the sum of that after each vector.
    let sumA = i32x4.splat(0);
    let sumB = i32x4.splat(0);
    let sumsA = i32x4.splat(0);
    let sumsB = i32x4.splat(0);
    for (const stop = at + vectors * LANES; at < stop; at += LANES) {
      const words = swapped2(v128.load(at));
      sumA = i32x4.add(sumA, i32x4.extend_low_i16x8_u(words));
      sumB = i32x4.add(sumB, i32x4.extend_high_i16x8_u(words));
      sumsA = i32x4.add(sumsA, sumA);
      sumsB = i32x4.add(sumsB, sumB);
    }
    // A word counts once for each word from itself to the end: 8 for each vector, less its own place in the vector.
    const words = 8 * (vectors as u64);
    high += low * words + 8 * (total(sumsA) + total(sumsB)) - weighted(sumA, 0) - weighted(sumB, 4);
    low += total(sumA) + total(sumB);
    low = reduced(low);
    high = reduced(high);
  }
  for (; at + 2 <= end; at += 2) {
    low += bswap<u16>(load<u16>(at));
    high += low;
  }
  if (at < end) {
    low += (load<u8>(at) as u64) << 8;
    high += low;
  }
  return ((reduced(high) as u32) << 16) | (reduced(low) as u32);
}

function total(a: v128): u64 {
  return (
    (i32x4.extract_lane(a, 0) as u32 as u64) +
    (i32x4.extract_lane(a, 1) as u32 as u64) +
    (i32x4.extract_lane(a, 2) as u32 as u64) +
    (i32x4.extract_lane(a, 3) as u32 as u64)
  );
}

function weighted(a: v128, first: u64): u64 {
  return (
    (i32x4.extract_lane(a, 0) as u32 as u64) * first +
    (i32x4.extract_lane(a, 1) as u32 as u64) * (first + 1) +
    (i32x4.extract_lane(a, 2) as u32 as u64) * (first + 2) +
    (i32x4.extract_lane(a, 3) as u32 as u64) * (first + 3)
  );
}

/** What is left when carries are added back in: 0 for 0 alone, otherwise 1 to 65535. */
function reduced(sum: u64): u64 {
  return sum === 0 ? 0 : ((sum - 1) % 65535) + 1;
}

// ---- Conversions -----------------------------------------------------------------------------------------------------

/** Half-precision numbers as single-precision ones; what a NaN carries is kept. */
export function float16(from: usize, to: usize, count: usize): void {
  const sign = i32x4.splat(0x8000);
  const rest = i32x4.splat(0x7fff);
  const special = i32x4.splat(0x0f7fffff);
  const exponent = i32x4.splat(0x7f800000);
  const scale = i32x4.splat(0x77800000); // the float 2^112: what is between the exponents' biases
  for (let i: usize = 0; i < count; i += 4) {
    const bits = v128.load16x4_u(from + 2 * i);
    const magnitude = i32x4.shl(v128.and(bits, rest), 13);
    const infinite = v128.and(i32x4.gt_s(magnitude, special), exponent);
    const value = v128.or(f32x4.mul(magnitude, scale), infinite);
    v128.store(to + 4 * i, v128.or(value, i32x4.shl(v128.and(bits, sign), 16)));
  }
}

/** Floats that are the upper half of single-precision ones, as those. */
export function bfloat16(from: usize, to: usize, count: usize): void {
  for (let i: usize = 0; i < count; i += 4) v128.store(to + 4 * i, i32x4.shl(v128.load16x4_u(from + 2 * i), 16));
}

/** Signed integers of 8 bytes as floats of 8 bytes, rounded to nearest even, in place. */
export function int64ToFloat64(at: usize, count: usize): void {
  for (const end = at + 8 * count; at < end; at += 8) store<f64>(at, load<i64>(at) as f64);
}

/** Unsigned integers of 8 bytes as floats of 8 bytes, rounded to nearest even, in place. */
export function uint64ToFloat64(at: usize, count: usize): void {
  for (const end = at + 8 * count; at < end; at += 8) store<f64>(at, load<u64>(at) as f64);
}

/** 1 for each byte that is not 0, in place. */
export function truth(at: usize, count: usize): void {
  const zero = i8x16.splat(0);
  const one = i8x16.splat(1);
  const end = at + count;
  for (; at + LANES <= end; at += LANES) v128.store(at, v128.and(i8x16.ne(v128.load(at), zero), one));
  for (; at < end; at++) store<u8>(at, load<u8>(at) !== 0 ? 1 : 0);
}
