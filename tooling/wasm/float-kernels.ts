// AssemblyScript, compiled by compile.mjs for packages/delayedarray: loops over float64 that SIMD makes several times as fast.
// Addresses are those of the module's memory; nothing here checks them, the callers in packages/delayedarray/src/kernels do.
//
// Constants are loaded from memory: V8 would put constants of vectors together anew in each pass of a loop.

const CONSTANTS: usize = memory.data<f64>([
  1.0, // ONE
  2.0, // TWO
  0.5, // HALF
  6755399441055744.0, // MAGIC: 1.5 * 2^52, to which integers are added to become floats
  6755399441056767.0, // MAGIC_BIASED: that plus 1023
  6.93147180369123816490e-1, // LN2_HIGH
  1.90821492927058770002e-10, // LN2_LOW
  6.666666666666735130e-1, // P1, the coefficients of fdlibm's polynomial
  3.999999999940941908e-1, // P2
  2.857142874366239149e-1, // P3
  2.222219843214978396e-1, // P4
  1.818357216161805012e-1, // P5
  1.531383769920937332e-1, // P6
  1.479819860511658591e-1, // P7
]);
const ONE: usize = 0;
const TWO: usize = 8;
const HALF: usize = 16;
const MAGIC: usize = 24;
const MAGIC_BIASED: usize = 32;
const LN2_HIGH: usize = 40;
const LN2_LOW: usize = 48;
const P1: usize = 56;
const P2: usize = 64;
const P3: usize = 72;
const P4: usize = 80;
const P5: usize = 88;
const P6: usize = 96;
const P7: usize = 104;

const BITS: usize = memory.data<i64>([
  0x95f6200000000, // TO_ROOT: what takes the bits of sqrt(2) to those of 2
  2046, // TWICE_BIAS: this minus the biased exponent of 2^k is that of 1 / 2^k
  -9223372036854775808, // SIGN
  1, // ABOVE_ZERO: the bits of the smallest number
  0x43afffffffffffff, // BELOW_FAR: the bits of the number below 2^60
]);
const TO_ROOT: usize = 0;
const TWICE_BIAS: usize = 8;
const SIGN: usize = 16;
const ABOVE_ZERO: usize = 24;
const BELOW_FAR: usize = 32;

/** A constant in both lanes. */
// @ts-ignore: decorator
@inline
function float(which: usize): v128 {
  return v128.load64_splat(CONSTANTS + which);
}

// @ts-ignore: decorator
@inline
function bits(which: usize): v128 {
  return v128.load64_splat(BITS + which);
}

/**
 * log(1 + x) of `count` numbers in place, in pairs, so that one behind the last may be changed. Returns 1 if a number was
 * met that is not above -1 and below 2^60; its place then holds nothing of use.
 *
 * The method is fdlibm's (s_log1p.c, Sun Microsystems 1993), each step on two numbers at once and without branches:
 * 1 + x = 2^k * (1 + f) with 1 + f between sqrt(1/2) and sqrt(2), s = f / (2 + f), and
 * log(1 + f) = f - (f²/2 - s * (f²/2 + R(s²))). What rounding takes from 1 + x is no loss, since it only serves to find k:
 * f = x / 2^k + (1 / 2^k - 1) is rounded once, and not at all near 0, where k is 0.
 */
export function log1p(at: usize, count: i32): i32 {
  let strange = i64x2.splat(0);
  for (let end = at + ((<usize>count) << 3); at < end; at += 16) {
    const x = v128.load(at);
    const u = f64x2.add(float(ONE), x);
    // Of what lies between, both differences are positive.
    strange = v128.or(strange, v128.or(i64x2.sub(u, bits(ABOVE_ZERO)), i64x2.sub(bits(BELOW_FAR), u)));
    const biased = i64x2.shr_u(i64x2.add(u, bits(TO_ROOT)), 52);
    const k = f64x2.sub(v128.or(biased, float(MAGIC)), float(MAGIC_BIASED));
    const scale = i64x2.shl(i64x2.sub(bits(TWICE_BIAS), biased), 52);
    const f = f64x2.add(f64x2.mul(x, scale), f64x2.sub(scale, float(ONE)));
    const halfSquare = f64x2.mul(f64x2.mul(float(HALF), f), f);
    const s = f64x2.div(f, f64x2.add(float(TWO), f));
    const z = f64x2.mul(s, s);
    const w = f64x2.mul(z, z);
    const p12 = f64x2.add(float(P1), f64x2.mul(float(P2), z));
    const p34 = f64x2.add(float(P3), f64x2.mul(float(P4), z));
    const p56 = f64x2.add(float(P5), f64x2.mul(float(P6), z));
    const p567 = f64x2.add(p56, f64x2.mul(w, float(P7)));
    const r = f64x2.mul(z, f64x2.add(p12, f64x2.mul(w, f64x2.add(p34, f64x2.mul(w, p567)))));
    const sum = f64x2.add(f64x2.mul(s, f64x2.add(halfSquare, r)), f64x2.mul(k, float(LN2_LOW)));
    const y = f64x2.sub(f64x2.mul(k, float(LN2_HIGH)), f64x2.sub(f64x2.sub(halfSquare, sum), f));
    // The result has the sign of x, also for -0.
    v128.store(at, v128.or(y, v128.and(x, bits(SIGN))));
  }
  return i64x2.bitmask(strange) ? 1 : 0;
}

/** Divides `count` numbers by as many others, in place and in pairs. */
export function divide(at: usize, count: i32, by: usize): void {
  for (let end = at + ((<usize>count) << 3); at < end; at += 16, by += 16)
    v128.store(at, f64x2.div(v128.load(at), v128.load(by)));
}

/**
 * Adds `count` numbers, a multiple of 4, to four compensated sums: number i to sum i % 4. `sums` holds the four sums, then
 * the four errors of theirs, then the four errors of those; see `FloatSum` for the method.
 */
export function compensatedSum(at: usize, count: i32, sums: usize): void {
  let s0 = v128.load(sums);
  let s1 = v128.load(sums, 16);
  let c0 = v128.load(sums, 32);
  let c1 = v128.load(sums, 48);
  let d0 = v128.load(sums, 64);
  let d1 = v128.load(sums, 80);
  for (let end = at + ((<usize>count) << 3); at < end; at += 32) {
    const x0 = v128.load(at);
    const t0 = f64x2.add(s0, x0);
    const z0 = f64x2.sub(t0, s0);
    const e0 = f64x2.add(f64x2.sub(s0, f64x2.sub(t0, z0)), f64x2.sub(x0, z0));
    const u0 = f64x2.add(c0, e0);
    const y0 = f64x2.sub(u0, c0);
    d0 = f64x2.add(d0, f64x2.add(f64x2.sub(c0, f64x2.sub(u0, y0)), f64x2.sub(e0, y0)));
    s0 = t0;
    c0 = u0;
    const x1 = v128.load(at, 16);
    const t1 = f64x2.add(s1, x1);
    const z1 = f64x2.sub(t1, s1);
    const e1 = f64x2.add(f64x2.sub(s1, f64x2.sub(t1, z1)), f64x2.sub(x1, z1));
    const u1 = f64x2.add(c1, e1);
    const y1 = f64x2.sub(u1, c1);
    d1 = f64x2.add(d1, f64x2.add(f64x2.sub(c1, f64x2.sub(u1, y1)), f64x2.sub(e1, y1)));
    s1 = t1;
    c1 = u1;
  }
  v128.store(sums, s0);
  v128.store(sums, s1, 16);
  v128.store(sums, c0, 32);
  v128.store(sums, c1, 48);
  v128.store(sums, d0, 64);
  v128.store(sums, d1, 80);
}
