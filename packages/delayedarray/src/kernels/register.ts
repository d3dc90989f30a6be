import { type DType, isBigDType } from "../base/dtype.js";

/**
 * Working storage for one tile of values of one step of a computation. All dtypes but the 64-bit integers are exact in
 * float64, so that a few monomorphic loops serve them all; 64-bit integers have their own arrays.
 */
export type Register = Float64Array | BigInt64Array | BigUint64Array;

/** What a step reads and writes: a register, or, where strings are compared or chosen, a plain array of them. */
export type AnyRegister = Register | string[];

/**
 * One step over a tile: `out[i] = f(a[i], b[i], …)` for `i < n`, of as many operands as the function has. `out` may be
 * one of them.
 */
export type Kernel = { run(out: AnyRegister, n: number, ...operands: AnyRegister[]): void }["run"];

/** Elements per tile: three registers of float64 fit a first-level cache of 128 KiB, or the second level of any CPU. */
export const TILE = 4096;

/** A register for values of a dtype. */
export function makeRegister(dtype: DType, length: number = TILE): Register {
  return dtype === "int64"
    ? new BigInt64Array(length)
    : dtype === "uint64"
      ? new BigUint64Array(length)
      : new Float64Array(length);
}

/** Whether a typed array of this dtype is a register already, so that its data need not be copied to be computed on. */
export function isRegisterDType(dtype: DType): dtype is "int64" | "uint64" | "float64" {
  return dtype === "float64" || isBigDType(dtype);
}
