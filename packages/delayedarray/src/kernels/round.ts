import { type DType, isFloatDType } from "../base/dtype.js";
import type { Kernel } from "./register.js";
import { wrapFor } from "./wrap.js";

/** To the nearest integer, halves to even, keeping the sign of zero: C's `rint`. */
function rint(x: number): number {
  // Adding and taking away 2^52 leaves no room for a fraction; the addition rounds half to even.
  if (x >= 4503599627370496 || x <= -4503599627370496 || x !== x) return x;
  if (x < 0 || Object.is(x, -0)) return -(-x + 4503599627370496 - 4503599627370496);
  return x + 4503599627370496 - 4503599627370496;
}

/** 10 to the power of `n`, exact as far as float64 holds it. */
function powerOfTen(n: number): number {
  return Number(`1e${n}`);
}

/**
 * `numpy.round`: to `decimals` decimals, halves to even, by scaling, `rint` and scaling back in the array's own
 * precision. Integers change only for negative `decimals`.
 */
export function roundKernel(dtype: DType, decimals: number): Kernel | null {
  if (!isFloatDType(dtype) && decimals >= 0) return null;
  if (dtype === "int64" || dtype === "uint64") return roundBig(powerOfTen(-decimals));
  const wrap = wrapFor(dtype);
  if (decimals === 0) {
    return (out: Float64Array, a: Float64Array, _b, n) => {
      for (let i = 0; i < n; i++) out[i] = rint(a[i]!);
    };
  }
  const round = dtype === "float32" ? Math.fround : (x: number) => x;
  const factor = round(powerOfTen(Math.abs(decimals)));
  return (out: Float64Array, a: Float64Array, _b, n) => {
    if (decimals > 0) for (let i = 0; i < n; i++) out[i] = rint(round(a[i]! * factor)) / factor;
    else for (let i = 0; i < n; i++) out[i] = rint(round(a[i]! / factor)) * factor;
    wrap?.(out, n);
  };
}

function roundBig(factor: number): Kernel {
  return (out: BigInt64Array, a: BigInt64Array, _b, n) => {
    for (let i = 0; i < n; i++) {
      const value = rint(Number(a[i]!) / factor) * factor;
      out[i] = Number.isFinite(value) ? BigInt(value) : 0n;
    }
  };
}
