import { bigToFloat32Value } from "../base/cast.js";
import { type DType, dtypeFacts, isBigDType, isFloatDType, promote } from "../base/dtype.js";
import type { Kernel } from "./register.js";
import { wrapFor } from "./wrap.js";

/**
 * The kernel that converts a register of dtype `from` to one of dtype `to`, or `null` when the values stay as they are.
 * The rules are those of `castInto`.
 */
export function castKernel(from: DType, to: DType): Kernel | null {
  if (from === to) return null;
  if (to === "bool") return isBigDType(from) ? bigToBool : toBool;
  if (isBigDType(from)) {
    if (isBigDType(to)) return bigToBig;
    if (to === "float64") return bigToFloat;
    if (to === "float32") return bigToFloat32;
    const wrap = wrapFor(to)!;
    return (out: Float64Array, n, a: BigInt64Array) => {
      for (let i = 0; i < n; i++) out[i] = Number(BigInt.asIntN(32, a[i]!));
      wrap(out, n);
    };
  }
  if (isBigDType(to)) return isFloatDType(from) ? floatToBig(to) : integerToBig;
  if (promote(from, to) === to) return null;
  if (isFloatDType(from) && !isFloatDType(to)) return saturate(to);
  const wrap = wrapFor(to)!;
  return (out: Float64Array, n, a: Float64Array) => {
    if (out !== a) out.set(n === a.length ? a : a.subarray(0, n));
    wrap(out, n);
  };
}

const toBool: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i] === 0 ? 0 : 1;
};

const bigToBool: Kernel = (out: Float64Array, n, a: BigInt64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i] === 0n ? 0 : 1;
};

const bigToBig: Kernel = (out: BigInt64Array, n, a: BigInt64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i]!;
};

const bigToFloat: Kernel = (out: Float64Array, n, a: BigInt64Array) => {
  for (let i = 0; i < n; i++) out[i] = Number(a[i]!);
};

const bigToFloat32: Kernel = (out: Float64Array, n, a: BigInt64Array) => {
  for (let i = 0; i < n; i++) out[i] = bigToFloat32Value(a[i]!);
};

const integerToBig: Kernel = (out: BigInt64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = BigInt(a[i]!);
};

function floatToBig(to: DType): Kernel {
  const { min, max } = dtypeFacts(to);
  const low = Number(min);
  const high = Number(max);
  return (out: BigInt64Array, n, a: Float64Array) => {
    for (let i = 0; i < n; i++) {
      const value = a[i]!;
      out[i] = value >= high ? max : value <= low ? min : Number.isNaN(value) ? 0n : BigInt(Math.trunc(value));
    }
  };
}

function saturate(to: DType): Kernel {
  const low = Number(dtypeFacts(to).min);
  const high = Number(dtypeFacts(to).max);
  return (out: Float64Array, n, a: Float64Array) => {
    for (let i = 0; i < n; i++) {
      const value = a[i]!;
      // Adding 0 turns the -0 of a truncated -0.5 into 0: integers have no negative zero.
      out[i] = value >= high ? high : value <= low ? low : Number.isNaN(value) ? 0 : Math.trunc(value) + 0;
    }
  };
}
