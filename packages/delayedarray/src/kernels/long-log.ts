/** Splits a number into two halves of 26 bits each, so that products of halves are exact. */
const SPLITTER = 134217729;
/** The natural logarithm of 2 as the sum of two numbers. */
export const LN2_HIGH = Math.LN2;
export const LN2_LOW = 2.3190468138462996e-17;
const THIRD_LOW = 1.850371707708594e-17;

/** The rounding error of `a * b`, given its rounded value. Neither may be larger than 2^996. */
export function productError(a: number, b: number, product: number): number {
  const aSplit = a * SPLITTER;
  const aHigh = aSplit - (aSplit - a);
  const aLow = a - aHigh;
  const bSplit = b * SPLITTER;
  const bHigh = bSplit - (bSplit - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** The rounding error of `a + b`, given its rounded value. */
export function sumError(a: number, b: number, sum: number): number {
  const part = sum - a;
  return a - (sum - part) + (b - part);
}

/** `x * 2^n`, also where `2^n` alone is out of range. */
export function scaled(x: number, n: number): number {
  const half = Math.floor(n / 2);
  return x * 2 ** half * 2 ** (n - half);
}

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
/** Which of the two words holds the exponent depends on the machine's byte order. */
const HIGH = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** What {@link longLog} found besides the rounded logarithm: the rest of it, at index 0. */
export const logRest = new Float64Array(1);

/**
 * The natural logarithm of a positive, finite number with about 66 bits: the sum of what is returned and {@link logRest}.
 * These are two results of one function, and an object for each pair would take longer than the logarithm.
 *
 * Each half is held as the unevaluated sum of two numbers, as in T. J. Dekker, "A floating-point technique for extending
 * the available precision", Numerische Mathematik 18 (1971).
 */
export function longLog(x: number): number {
  // x = 2^exponent * m with m between sqrt(1/2) and sqrt(2).
  let exponent = 0;
  float[0] = x;
  if (x < 2.2250738585072014e-308) {
    float[0] = x * 18014398509481984;
    exponent = -54;
  }
  exponent += (words[HIGH]! >>> 20) - 1023;
  words[HIGH] = (words[HIGH]! & 0xfffff) | 0x3ff00000;
  let m = float[0]!;
  if (m > Math.SQRT2) {
    m /= 2;
    exponent++;
  }

  // s = (m - 1) / (m + 1) as high + low; log(m) = 2 (s + s^3/3 + s^5/5 + …).
  const f = m - 1;
  const g = m + 1;
  const gLow = m - (g - 1);
  const s = f / g;
  const sg = s * g;
  const sLow = (f - sg - productError(s, g, sg) - s * gLow) / g;
  const square = s * s;
  const squareLow = productError(s, s, square) + 2 * s * sLow;
  // The rest of the series after s/1 and s^2/3 needs no second half.
  const z = square;
  const tail =
    z *
    (1 / 5 +
      z *
        (1 / 7 +
          z *
            (1 / 9 +
              z *
                (1 / 11 +
                  z *
                    (1 / 13 +
                      z *
                        (1 / 15 +
                          z * (1 / 17 + z * (1 / 19 + z * (1 / 21 + z * (1 / 23 + z * (1 / 25 + z / 27)))))))))));
  // t = 1/3 + tail, u = square * t, so that log(m) = 2 s (1 + u).
  const t = 1 / 3 + tail;
  const tLow = 1 / 3 - t + tail + THIRD_LOW;
  const u = square * t;
  const uLow = productError(square, t, u) + square * tLow + squareLow * t;
  const su = s * u;
  const suLow = productError(s, u, su) + s * uLow + sLow * u;
  const log1 = s + su;
  const log1Low = s - log1 + su + suLow + sLow;

  // log(x) = exponent * ln 2 + 2 (log1 + log1Low).
  const shift = exponent * LN2_HIGH;
  const shiftLow = productError(exponent, LN2_HIGH, shift) + exponent * LN2_LOW;
  const a = 2 * log1;
  const sum = shift + a;
  const part = sum - shift;
  const log = sum + (shift - (sum - part) + (a - part) + shiftLow + 2 * log1Low);
  logRest[0] = sum - log + (shift - (sum - part) + (a - part) + shiftLow + 2 * log1Low);
  return log;
}
