import { power } from "./power.js";
import type { Kernel } from "./register.js";
import { SIMD_LENGTH, simdKernels } from "./simd.js";

/** Loops over float64 registers. Each is written out, so that the JIT compiles it for numbers alone and inlines the operation. */

export const add: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i]! + b[i]!;
};

export const subtract: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i]! - b[i]!;
};

export const multiply: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i]! * b[i]!;
};

// int32, the dtype of most counts, wraps around in the same pass.

export const addInt32: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = (a[i]! + b[i]!) | 0;
};

export const subtractInt32: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = (a[i]! - b[i]!) | 0;
};

/** 32-bit products do not fit 53 bits; `Math.imul` keeps the low 32, which also serve the unsigned product. */
export const multiplyInt32: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.imul(a[i]!, b[i]!);
};

/** Numbers from which on copying them to the SIMD loop's memory pays. */
const SIMD_WORTH = 64;

export const divide: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  const simd = n < SIMD_WORTH ? null : simdKernels();
  if (simd === null) {
    for (let i = 0; i < n; i++) out[i] = a[i]! / b[i]!;
    return;
  }
  const { values, others } = simd;
  for (let start = 0; start < n; start += SIMD_LENGTH) {
    const stop = Math.min(n, start + SIMD_LENGTH);
    values.set(a.subarray(start, stop));
    others.set(b.subarray(start, stop));
    simd.divide(stop - start);
    out.set(values.subarray(0, stop - start), start);
  }
};

/** Remainder with the sign of the divisor; a zero result has it too. @see NumPy's `remainder` */
export const remainderFloat: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) {
    const divisor = b[i]!;
    const rest = a[i]! % divisor;
    out[i] =
      rest === 0
        ? divisor < 0
          ? -0
          : 0
        : rest < 0 !== divisor < 0 && rest === rest && divisor === divisor
          ? rest + divisor
          : rest;
  }
};

/** Remainder of integers: 0 for a divisor of 0. */
export const remainderInt: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) {
    const divisor = b[i]!;
    const rest = divisor === 0 ? 0 : a[i]! % divisor;
    out[i] = rest !== 0 && rest < 0 !== divisor < 0 ? rest + divisor : rest + 0;
  }
};

/** The floor of the quotient, by way of the remainder, as Python's `divmod` does it. `round` is `Math.fround` for float32. */
function floorDivideValue(a: number, b: number, round: (x: number) => number): number {
  if (b === 0) return round(a / b);
  const rest = a % b;
  let quotient = round(round(a - rest) / b);
  if (rest !== 0 && rest < 0 !== b < 0 && rest === rest) quotient = round(quotient - 1);
  if (quotient === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

const identity = (x: number) => x;

export const floorDivideFloat64: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = floorDivideValue(a[i]!, b[i]!, identity);
};

export const floorDivideFloat32: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = floorDivideValue(a[i]!, b[i]!, Math.fround);
};

/** Quotients of 32-bit integers cannot round up to the next integer in float64. 0 for a divisor of 0. */
export const floorDivideInt: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = b[i] === 0 ? 0 : Math.floor(a[i]! / b[i]!);
};

export const powerFloat: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = power(a[i]!, b[i]!);
};

/** The engine's `**` is exact enough for float32; only C's answers for 1 and -1 differ. */
function power32(base: number, exponent: number): number {
  return base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY) ? 1 : base ** exponent;
}

export const powerFloat32: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = power32(a[i]!, b[i]!);
};

/**
 * To a power that is the same for all values. NumPy then takes the square root for 0.5 and the reciprocal for -1, which
 * differ from C's `pow` for -0 and -Infinity, and in the last place.
 */
export const powerConstant: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) {
    const exponent = b[i]!;
    out[i] = exponent === 0.5 ? Math.sqrt(a[i]!) : exponent === -1 ? 1 / a[i]! : power(a[i]!, exponent);
  }
};

export const powerConstant32: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) {
    const exponent = b[i]!;
    out[i] = exponent === 0.5 ? Math.sqrt(a[i]!) : exponent === -1 ? 1 / a[i]! : power32(a[i]!, exponent);
  }
};

/** Powers of integers modulo 2^32, by repeated squaring. Exponents are not negative. */
export const powerInt: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) {
    let base = a[i]!;
    let power = 1;
    for (let exponent = b[i]!; exponent > 0; exponent = Math.floor(exponent / 2)) {
      if (exponent % 2 === 1) power = Math.imul(power, base);
      base = Math.imul(base, base);
    }
    out[i] = power;
  }
};
