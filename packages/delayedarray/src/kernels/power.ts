/**
 * `x` to the power of `y` for float64, within 1 ulp of the exact value.
 *
 * JavaScript's `**` may be many ulp off for large and small results, because engines multiply a logarithm of 53 bits by
 * `y`. Here the logarithm has about 66 bits: it is held as the unevaluated sum of two numbers, as in T. J. Dekker, "A
 * floating-point technique for extending the available precision", Numerische Mathematik 18 (1971).
 *
 * Special values are those of C's `pow`, which NumPy uses: unlike JavaScript's, 1 to any power is 1, and so is -1 to an
 * infinite one.
 */
export function power(x: number, y: number): number {
  if (y === 2) return x * x;
  if (y === 1) return x;
  if (y === 0 || x === 1) return 1;
  if (x === -1 && (y === Number.POSITIVE_INFINITY || y === Number.NEGATIVE_INFINITY)) return 1;
  // NaN, zeros and infinities have exact answers, on which JavaScript agrees with C.
  if (!(Math.abs(x) > 0 && Math.abs(x) < Number.POSITIVE_INFINITY && Math.abs(y) < Number.POSITIVE_INFINITY))
    return x ** y;
  if (x > 0) return positivePower(x, y);
  if (!Number.isInteger(y)) return Number.NaN;
  const magnitude = positivePower(-x, y);
  return Math.abs(y) < 9007199254740992 && y % 2 !== 0 ? -magnitude : magnitude;
}

/** Splits a number into two halves of 26 bits each, so that products of halves are exact. */
const SPLITTER = 134217729;
const LN2_HIGH = Math.LN2;
const LN2_LOW = 2.3190468138462996e-17;
const THIRD_LOW = 1.850371707708594e-17;

/** The rounding error of `a * b`, given its rounded value. */
function productError(a: number, b: number, product: number): number {
  const aSplit = a * SPLITTER;
  const aHigh = aSplit - (aSplit - a);
  const aLow = a - aHigh;
  const bSplit = b * SPLITTER;
  const bHigh = bSplit - (bSplit - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
/** Which of the two words holds the exponent depends on the machine's byte order. */
const HIGH = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

function positivePower(x: number, y: number): number {
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
  const logLow = sum - log + (shift - (sum - part) + (a - part) + shiftLow + 2 * log1Low);

  // Beyond these the result is infinite or 0, and the product below could overflow.
  const estimate = y * log;
  if (estimate > 710) return Number.POSITIVE_INFINITY;
  if (estimate < -746) return 0;
  // A huge y has a tiny log: scaled by a power of two, its halves cannot overflow.
  const error =
    Math.abs(y) > 1e290 ? productError(y * 2 ** -100, log * 2 ** 100, estimate) : productError(y, log, estimate);
  const low = error + y * logLow;
  // exp(estimate + low) = 2^n exp(r), r at most ln(2) / 2.
  const n = Math.round(estimate / LN2_HIGH);
  const nLn2 = n * LN2_HIGH;
  const reduced = estimate - nLn2;
  const rest = low - productError(n, LN2_HIGH, nLn2) - n * LN2_LOW;
  const r = reduced + rest;
  const rLow = reduced - r + rest;
  const e = Math.exp(r);
  const value = e + e * rLow;
  // In two steps, because 2^n alone may be out of range.
  const half = Math.floor(n / 2);
  return value * 2 ** half * 2 ** (n - half);
}
