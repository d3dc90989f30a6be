import { LN2_HIGH, LN2_LOW, logRest, longLog, productError, scaled } from "./long-log.js";

/**
 * `x` to the power of `y` for float64, within 1 ulp of the exact value.
 *
 * JavaScript's `**` may be many ulp off for large and small results, because engines multiply a logarithm of 53 bits by
 * `y`. Here the logarithm has about 66 bits.
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

function positivePower(x: number, y: number): number {
  const log = longLog(x);
  // Beyond these the result is infinite or 0, and the product below could overflow.
  const estimate = y * log;
  if (estimate > 710) return Number.POSITIVE_INFINITY;
  if (estimate < -746) return 0;
  // A huge y has a tiny log: scaled by a power of two, its halves cannot overflow.
  const error =
    Math.abs(y) > 1e290 ? productError(y * 2 ** -100, log * 2 ** 100, estimate) : productError(y, log, estimate);
  const low = error + y * logRest[0]!;
  // exp(estimate + low) = 2^n exp(r), r at most ln(2) / 2.
  const n = Math.round(estimate / LN2_HIGH);
  const nLn2 = n * LN2_HIGH;
  const reduced = estimate - nLn2;
  const rest = low - productError(n, LN2_HIGH, nLn2) - n * LN2_LOW;
  const r = reduced + rest;
  const rLow = reduced - r + rest;
  const e = Math.exp(r);
  const value = e + e * rLow;
  return scaled(value, n);
}
