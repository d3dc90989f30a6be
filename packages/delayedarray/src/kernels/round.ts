import { type DType, dtypeFacts, isFloatDType } from "../base/dtype.js";
import type { Kernel } from "./register.js";
import { type Wrap, wrapFor } from "./wrap.js";

/** To the nearest integer, halves to even, keeping the sign of zero: C's `rint`. */
export function rint(x: number): number {
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
 * precision. Integers change only for negative `decimals`; one that rounds out of its dtype's range wraps around if it
 * has 8 or 16 bits, as it does in NumPy, and saturates if it has 32 or 64, where NumPy gives what the CPU happens to give.
 */
export function roundKernel(dtype: DType, decimals: number): Kernel | null {
  if (!isFloatDType(dtype) && decimals >= 0) return null;
  if (dtype === "int64" || dtype === "uint64") return roundBig(dtype, powerOfTen(-decimals));
  const wrap = dtype === "int32" || dtype === "uint32" ? saturateFor(dtype) : wrapFor(dtype);
  if (decimals === 0) {
    return (out: Float64Array, n, a: Float64Array) => {
      for (let i = 0; i < n; i++) out[i] = rint(a[i]!);
    };
  }
  const round = dtype === "float32" ? Math.fround : (x: number) => x;
  const factor = round(powerOfTen(Math.abs(decimals)));
  return (out: Float64Array, n, a: Float64Array) => {
    if (decimals > 0) for (let i = 0; i < n; i++) out[i] = rint(round(a[i]! * factor)) / factor;
    else for (let i = 0; i < n; i++) out[i] = rint(round(a[i]! / factor)) * factor;
    wrap?.(out, n);
  };
}

function saturateFor(dtype: DType): Wrap {
  const low = Number(dtypeFacts(dtype).min);
  const high = Number(dtypeFacts(dtype).max);
  return (values, n) => {
    for (let i = 0; i < n; i++) values[i] = Math.min(high, Math.max(low, values[i]!)) + 0;
  };
}

function roundBig(dtype: DType, factor: number): Kernel {
  const { min, max } = dtypeFacts(dtype);
  return (out: BigInt64Array, n, a: BigInt64Array) => {
    for (let i = 0; i < n; i++) {
      const value = rint(Number(a[i]!) / factor) * factor;
      const integer = Number.isFinite(value) ? BigInt(value) : 0n;
      out[i] = integer > max ? max : integer < min ? min : integer;
    }
  };
}
