import type { Kernel } from "./register.js";

/** Loops that give one of their operands as it is. */

/** `a` where the condition is not 0, else `b`. NaN is not 0. */
export const choose: Kernel = (out: Float64Array, n, condition: Float64Array, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = condition[i] !== 0 ? a[i]! : b[i]!;
};

export const chooseBig: Kernel = (
  out: BigInt64Array,
  n,
  condition: Float64Array,
  a: BigInt64Array,
  b: BigInt64Array,
) => {
  for (let i = 0; i < n; i++) out[i] = condition[i] !== 0 ? a[i]! : b[i]!;
};

/** The smaller one, and NaN if any is NaN. Of 0 and -0 the second: NumPy's loops for x86-64 give that. */
export const minimum: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i]! < b[i]! || a[i] !== a[i] ? a[i]! : b[i]!;
};

/** The larger one, with the same rules. */
export const maximum: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i]! > b[i]! || a[i] !== a[i] ? a[i]! : b[i]!;
};

/**
 * Not below `low`, then not above `high`, which wins if they cross; NaN if any is NaN. What equals a bound stays as it
 * is: so do 0 and -0.
 */
export const clip: Kernel = (out: Float64Array, n, x: Float64Array, low: Float64Array, high: Float64Array) => {
  for (let i = 0; i < n; i++) {
    const atLeast = x[i]! < low[i]! || low[i] !== low[i] ? low[i]! : x[i]!;
    out[i] = atLeast > high[i]! || high[i] !== high[i] ? high[i]! : atLeast;
  }
};

export const clipBig: Kernel = (out: BigInt64Array, n, x: BigInt64Array, low: BigInt64Array, high: BigInt64Array) => {
  for (let i = 0; i < n; i++) {
    let value = x[i]!;
    if (value < low[i]!) value = low[i]!;
    if (value > high[i]!) value = high[i]!;
    out[i] = value;
  }
};
