import { exp2 as powerOfTwo } from "./exp2.js";
import type { Kernel, Register } from "./register.js";
import { rint as toNearest } from "./round.js";

/**
 * Functions of one operand over float64 registers. Each loop is written out, so that the JIT calls the function without
 * boxing its argument.
 */

export const log: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.log(a[i]!);
};

export const log2: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.log2(a[i]!);
};

export const log10: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.log10(a[i]!);
};

export const exp: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.exp(a[i]!);
};

export const expm1: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.expm1(a[i]!);
};

export const exp2: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = powerOfTwo(a[i]!);
};

export const cbrt: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.cbrt(a[i]!);
};

export const square: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i]! * a[i]!;
};

/** The low 32 bits of the product, which also serve the unsigned one. */
export const squareInt: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.imul(a[i]!, a[i]!);
};

export const reciprocal: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = 1 / a[i]!;
};

/** Of integers only 1 and -1 have one; that of 0 is 0, as any integer divided by 0. */
export const reciprocalInt: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i] === 1 || a[i] === -1 ? a[i]! : 0;
};

export const sqrt: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.sqrt(a[i]!);
};

export const sin: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.sin(a[i]!);
};

export const cos: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.cos(a[i]!);
};

export const tan: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.tan(a[i]!);
};

export const sinh: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.sinh(a[i]!);
};

export const cosh: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.cosh(a[i]!);
};

export const tanh: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.tanh(a[i]!);
};

export const arcsin: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.asin(a[i]!);
};

export const arccos: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.acos(a[i]!);
};

export const arctan: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.atan(a[i]!);
};

export const arcsinh: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.asinh(a[i]!);
};

export const arccosh: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.acosh(a[i]!);
};

export const arctanh: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.atanh(a[i]!);
};

export const ceil: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.ceil(a[i]!);
};

export const floor: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.floor(a[i]!);
};

export const trunc: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.trunc(a[i]!);
};

export const rint: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = toNearest(a[i]!);
};

export const abs: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.abs(a[i]!);
};

export const negative: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = -a[i]!;
};

/** -1, 0 or 1; NaN stays, and -0 gives 0, as in NumPy. */
export const sign: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i]! > 0 ? 1 : a[i]! < 0 ? -1 : a[i] === 0 ? 0 : Number.NaN;
};

export const isnan: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i] !== a[i] ? 1 : 0;
};

export const isinf: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = Math.abs(a[i]!) === Number.POSITIVE_INFINITY ? 1 : 0;
};

export const isfinite: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i]! - a[i]! === 0 ? 1 : 0;
};

/** What `isnan` and `isinf` are for every dtype without NaN and infinities. */
export const allFalse: Kernel = (out: Float64Array, n) => {
  out.fill(0, 0, n);
};

/** What `isfinite` is for them. */
export const allTrue: Kernel = (out: Float64Array, n) => {
  out.fill(1, 0, n);
};

/** The values as they are. */
export const copy: Kernel = (out: Register, n, a: Register) => {
  if (out !== a) out.set((n === a.length ? a : a.subarray(0, n)) as never);
};
