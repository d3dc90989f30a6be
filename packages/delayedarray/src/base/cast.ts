import { type DType, dtypeFacts, isBigDType, isFloatDType, type TypedArray } from "./dtype.js";
import { DelayedArrayError } from "./errors.js";

/**
 * Checks that elements can be converted: strings and numbers are not converted to each other.
 *
 * @throws `DTYPE_UNSUPPORTED` saying how to do it
 */
export function checkCast(from: DType, to: DType): void {
  if (from === to || (from !== "string" && to !== "string")) return;
  const how = from === "string" ? 'map(x, Number, { dtype: "float64" })' : 'map(x, String, { dtype: "string" })';
  throw new DelayedArrayError(
    "DTYPE_UNSUPPORTED",
    `astype: ${from} is not converted to ${to} by itself: say how with a function, such as ${how}`,
  );
}

/**
 * Converts elements: floats to integers truncate towards zero, NaN gives 0, out of range saturates; integers to smaller
 * integers wrap; anything to bool is "not zero"; 64-bit integers to floats round once, to nearest even.
 *
 * @param from - elements of dtype `a`
 * @param to - receives the elements as dtype `b`; at least as long as `from`
 * @see NumPy's `ndarray.astype`; what it leaves undefined (float to integer out of range) is defined here
 */
export function castInto(from: TypedArray, a: DType, to: TypedArray, b: DType): void {
  if (b === "bool" && a !== "bool") truth(from, to as Uint8Array);
  else if (isFloatDType(a) && isBigDType(b)) floatToBig(from as Float64Array, to as BigInt64Array, b);
  else if (isFloatDType(a) && !isFloatDType(b)) floatToInteger(from as Float64Array, to as Int32Array, b);
  else if (isBigDType(a) && b === "float64") bigToFloat64(from as BigInt64Array, to as Float64Array);
  else if (isBigDType(a) && b === "float32") bigToFloat32(from as BigInt64Array, to as Float32Array);
  else if (isBigDType(a) && !isBigDType(b)) bigToInteger(from as BigInt64Array, to as Int32Array);
  else if (!isBigDType(a) && isBigDType(b)) integerToBig(from as Int32Array, to as BigInt64Array);
  // A typed array converts integers modulo 2^bits and floats to the nearest float32, which is what is wanted.
  else to.set(from as never);
}

function truth(from: TypedArray, to: Uint8Array): void {
  // biome-ignore lint/suspicious/noDoubleEquals: 0n == 0, so that one loop serves numbers and bigints
  for (let i = 0; i < from.length; i++) to[i] = from[i] == 0 ? 0 : 1;
}

function floatToInteger(from: Float64Array, to: Int32Array, b: DType): void {
  const { min, max } = dtypeFacts(b);
  const low = Number(min);
  const high = Number(max);
  for (let i = 0; i < from.length; i++) {
    const value = from[i]!;
    to[i] = Math.min(high, Math.max(low, value)); // NaN stays NaN, which is stored as 0
  }
}

function floatToBig(from: Float64Array, to: BigInt64Array, b: DType): void {
  const { min, max } = dtypeFacts(b);
  const low = Number(min);
  const high = Number(max); // 2^63 or 2^64: one more than fits
  for (let i = 0; i < from.length; i++) {
    const value = from[i]!;
    to[i] = value >= high ? max : value <= low ? min : value !== value ? 0n : BigInt(Math.trunc(value));
  }
}

function bigToFloat64(from: BigInt64Array, to: Float64Array): void {
  for (let i = 0; i < from.length; i++) to[i] = Number(from[i]!);
}

function bigToFloat32(from: BigInt64Array, to: Float32Array): void {
  for (let i = 0; i < from.length; i++) to[i] = bigToFloat32Value(from[i]!);
}

/** A 64-bit integer as the nearest float32, rounded once: by way of float64 it would be rounded twice. */
export function bigToFloat32Value(value: bigint): number {
  if (value >= -0x20000000000000n && value <= 0x20000000000000n) return Math.fround(Number(value));
  // Keep 53 bits and let the last one stand for all that were cut off.
  const kept = value >> 11n;
  return Math.fround(Number((value & 2047n) === 0n ? kept : kept | 1n) * 2048);
}

function bigToInteger(from: BigInt64Array, to: Int32Array): void {
  for (let i = 0; i < from.length; i++) to[i] = Number(BigInt.asIntN(32, from[i]!));
}

function integerToBig(from: Int32Array, to: BigInt64Array): void {
  for (let i = 0; i < from.length; i++) to[i] = BigInt(from[i]!);
}
