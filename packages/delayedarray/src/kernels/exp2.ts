import { LN2_HIGH, LN2_LOW, productError, scaled } from "./long-log.js";

/** 2 to the power of `x`, within 1 ulp; exact for integers. */
export function exp2(x: number): number {
  if (x >= 1024) return Number.POSITIVE_INFINITY;
  if (x < -1075) return 0;
  // 2^x = 2^n exp(r ln 2), where r is exact and at most 1/2, and r ln 2 is the sum of two numbers.
  const n = Math.round(x);
  const r = x - n;
  const high = r * LN2_HIGH;
  const low = productError(r, LN2_HIGH, high) + r * LN2_LOW;
  const e = Math.exp(high);
  return scaled(e + e * low, n);
}
