import { productError, sumError } from "./long-log.js";
import type { Kernel } from "./register.js";

/**
 * `sqrt(a^2 + b^2)` without overflow, within 1 ulp: the root of the rounded sum, corrected by what rounding took away.
 *
 * @see C. F. Borges, "An improved algorithm for hypot(a,b)", https://arxiv.org/abs/1904.09481
 */
function hypotValue(a: number, b: number): number {
  let x = Math.abs(a);
  let y = Math.abs(b);
  if (x === Number.POSITIVE_INFINITY || y === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY; // also beside NaN
  if (x < y) [x, y] = [y, x];
  if (x !== x || y !== y) return Number.NaN;
  // A small y would add y^2 / 2x, which is less than a quarter of an ulp.
  if (!(y > x * 2 ** -27)) return x;
  const exponent = x > 2 ** 500 ? 600 : y < 2 ** -450 ? -600 : 0;
  if (exponent !== 0) {
    x *= 2 ** -exponent;
    y *= 2 ** -exponent;
  }
  const xx = x * x;
  const yy = y * y;
  const sum = xx + yy;
  const h = Math.sqrt(sum);
  const hh = h * h;
  const rest =
    sum - hh - productError(h, h, hh) + sumError(xx, yy, sum) + productError(x, x, xx) + productError(y, y, yy);
  return (h + rest / (2 * h)) * 2 ** exponent;
}

export const hypot: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = hypotValue(a[i]!, b[i]!);
};

/** Squares of float32 are exact in float64, and far from its limits. */
export const hypotFloat32: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) {
    const h = Math.sqrt(a[i]! * a[i]! + b[i]! * b[i]!);
    out[i] = h === h ? h : hypotValue(a[i]!, b[i]!);
  }
};

export const arctan2: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.atan2(a[i]!, b[i]!);
};
