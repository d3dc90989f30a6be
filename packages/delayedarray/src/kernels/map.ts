import { bigToFloat32Value } from "../base/cast.js";
import { type DType, dtypeFacts, isBigDType, isFloatDType } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { isScalar, type Scalar } from "../base/scalar.js";
import { castKernel } from "./cast.js";
import type { AnyRegister, Kernel } from "./register.js";

/**
 * The loop that calls a function on each value: on a bigint of 64-bit integers, a boolean of bools, a string of strings,
 * else a number. It takes a second operand where entries can be missing, which is 1
 * there: on those the function is not called.
 *
 * @throws the kernel: `INVALID_ARGUMENT` when the function throws, with what it threw as cause, or gives no scalar, or no string where the result is of strings
 */
export function mapKernel(fn: (value: never) => unknown, from: DType, to: DType): Kernel {
  const call = (value: number | bigint | string): Scalar | string => {
    const argument = from === "bool" ? value !== 0 : value;
    let result: unknown;
    try {
      result = fn(argument as never);
    } catch (cause) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `map: the function threw for ${String(argument)}: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
    if (to === "string" ? typeof result === "string" : isScalar(result)) return result as Scalar | string;
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `map: the function gave ${result === null ? "null" : typeof result === "object" ? "an object" : typeof result === "undefined" ? "undefined" : `a ${typeof result}`} for ${String(argument)}: expected a ${to === "string" ? "string" : "number, bigint or boolean"}`,
    );
  };
  if (to === "string") return stringLoop(call as Call<string>);
  return isBigDType(to) ? bigLoop(call as Call<Scalar>, to) : floatLoop(call as Call<Scalar>, to);
}

type Call<R> = (value: number | bigint | string) => R;

function stringLoop(call: Call<string>): Kernel {
  return (out: string[], n, a: AnyRegister, missing?: AnyRegister) => {
    for (let i = 0; i < n; i++) out[i] = missing?.[i] ? "" : call(a[i]!);
  };
}

function bigLoop(call: Call<Scalar>, to: DType): Kernel {
  const { min, max } = dtypeFacts(to);
  const convert = (value: Scalar): bigint => {
    if (typeof value !== "number") return BigInt(value);
    if (value !== value) return 0n;
    return value >= Number(max) ? max : value <= Number(min) ? min : BigInt(Math.trunc(value));
  };
  return (out: BigInt64Array, n, a: Float64Array, missing?: AnyRegister) => {
    for (let i = 0; i < n; i++) out[i] = missing?.[i] ? 0n : convert(call(a[i]!));
  };
}

function floatLoop(call: Call<Scalar>, to: DType): Kernel {
  const convert = fromBig(to);
  const fromNumber = castKernel("float64", to);
  return (out: Float64Array, n, a: Float64Array, missing?: AnyRegister) => {
    for (let i = 0; i < n; i++) {
      const value = missing?.[i] ? 0 : call(a[i]!);
      out[i] = typeof value === "bigint" ? convert(value) : Number(value);
    }
    fromNumber?.(out, n, out);
  };
}

/** Bigints wrap around to integers of fewer bits, and are rounded to floats. */
function fromBig(to: DType): (value: bigint) => number {
  if (to === "bool") return (value) => (value === 0n ? 0 : 1);
  if (to === "float32") return bigToFloat32Value;
  if (isFloatDType(to)) return Number;
  const { kind, size } = dtypeFacts(to);
  return kind === "u"
    ? (value) => Number(BigInt.asUintN(size * 8, value))
    : (value) => Number(BigInt.asIntN(size * 8, value));
}
