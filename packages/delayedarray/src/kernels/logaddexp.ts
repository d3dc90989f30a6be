import { LN2_HIGH, LN2_LOW, logRest, longLog, scaled, sumError } from "./long-log.js";
import type { Kernel } from "./register.js";

/**
 * `log(exp(a) + exp(b))`, within 2 ulp.
 *
 * With m the larger operand and d the distance of the other, it is m + log1p(exp(-d)). These cancel where the sum of
 * exponentials is near 1, as it is for the logarithms of probabilities; there it is log1p(s) with s = exp(a) + exp(b) - 1
 * to as many bits as it takes.
 */
function logaddexpValue(a: number, b: number): number {
  if (a === b) return a + LN2_HIGH + LN2_LOW;
  if (a !== a || b !== b) return Number.NaN;
  const m = Math.max(a, b);
  const y = Math.min(a, b);
  const d = m - y;
  if (d > 746) return m === 0 ? 0 : m; // exp(-d) is 0
  const t = Math.exp(-d);
  const rest = Math.log1p(t - t * sumError(m, -y, d));
  const result = m + rest;
  if (m >= 0 || Math.abs(result) >= 0.5 || Math.abs(result) >= rest) return result;
  const e = Math.exp(m);
  const f = Math.exp(y);
  // What rounding the exponentials took away, relative to them, is how far their logarithms are from the operands.
  const eLow = e * (m - longLog(e) - logRest[0]!);
  const fLow = f > 1e-300 ? f * (y - longLog(f) - logRest[0]!) : 0;
  const less = e - 1;
  const s = less + f;
  const sLow = sumError(e, -1, less) + sumError(less, f, s) + eLow + fLow;
  // The logarithms have 66 bits.
  if (Math.abs(s) > 2 ** -9) return Math.log1p(s + sLow);
  return Math.log1p(exactSum(m, y));
}

export const logaddexp: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = logaddexpValue(a[i]!, b[i]!);
};

/** `exp(m) + exp(y) - 1` for operands below 0, in fixed point with as many bits as its cancellation needs. */
function exactSum(m: number, y: number): number {
  for (let bits = 192 + 64 * Math.ceil(-Math.log2(-m) / 64); ; bits *= 2) {
    const sum = fixedExp(m, bits) + fixedExp(y, bits) - (1n << BigInt(bits));
    const size = (sum < 0n ? -sum : sum).toString(16).length * 4;
    if (size < 96) continue;
    const cut = size - 72;
    return scaled(Number(sum >> BigInt(cut)), cut - bits);
  }
}

/** `exp(x)`, x negative, as a multiple of 2^-bits. */
function fixedExp(x: number, bits: number): bigint {
  const precision = bits + 24;
  const ln2 = fixedLn2(precision);
  const exponent = Math.round(x / LN2_HIGH);
  // exp(x) = 2^exponent exp(rest)^256: a small rest makes the series short.
  const rest = (fixed(x, precision) - BigInt(exponent) * ln2) >> 8n;
  const shift = BigInt(precision);
  let sum = 1n << shift;
  let term = sum;
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    term = ((term * rest) >> shift) / k;
    sum += term;
  }
  for (let i = 0; i < 8; i++) sum = (sum * sum) >> shift;
  return sum >> BigInt(24 - exponent);
}

/** A number as a multiple of 2^-bits; what is smaller is cut off. */
function fixed(x: number, bits: number): bigint {
  const exponent = Math.floor(Math.log2(Math.abs(x))) - 53;
  const significand = BigInt(scaled(x, -exponent));
  const shift = BigInt(bits + exponent);
  return shift >= 0n ? significand << shift : significand >> -shift;
}

const LN2_BY_BITS = new Map<number, bigint>();

/** ln 2 = 18 artanh(1/26) - 2 artanh(1/4801) + 8 artanh(1/8749), as a multiple of 2^-bits. */
function fixedLn2(bits: number): bigint {
  let ln2 = LN2_BY_BITS.get(bits);
  if (ln2 === undefined) {
    const one = 1n << BigInt(bits + 16);
    const artanh = (q: bigint): bigint => {
      let sum = 0n;
      for (let power = one / q, k = 1n; power !== 0n; power /= q * q, k += 2n) sum += power / k;
      return sum;
    };
    ln2 = (18n * artanh(26n) - 2n * artanh(4801n) + 8n * artanh(8749n)) >> 16n;
    LN2_BY_BITS.set(bits, ln2);
  }
  return ln2;
}
