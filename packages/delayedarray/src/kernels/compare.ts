import type { Kernel } from "./register.js";

/** Comparisons and logic over float64 registers; 1 is true. Comparisons with NaN are false, but for `notEqual`. */

export const equal: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i] === b[i] ? 1 : 0;
};

export const notEqual: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i] !== b[i] ? 1 : 0;
};

export const less: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i]! < b[i]! ? 1 : 0;
};

export const lessEqual: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i]! <= b[i]! ? 1 : 0;
};

export const greater: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i]! > b[i]! ? 1 : 0;
};

export const greaterEqual: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i]! >= b[i]! ? 1 : 0;
};

// NaN is true, as in NumPy and unlike in JavaScript: only 0 is false.

export const logicalAnd: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i] !== 0 && b[i] !== 0 ? 1 : 0;
};

export const logicalOr: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i] !== 0 || b[i] !== 0 ? 1 : 0;
};

export const logicalXor: Kernel = (out: Float64Array, n, a: Float64Array, b: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = (a[i] !== 0) !== (b[i] !== 0) ? 1 : 0;
};

export const logicalNot: Kernel = (out: Float64Array, n, a: Float64Array) => {
  for (let i = 0; i < n; i++) out[i] = a[i] === 0 ? 1 : 0;
};
