import type { Kernel } from "./register.js";

/** Loops over strings, apart from those over numbers. Strings are ordered by code point, as in Python. */

/** UTF-16 orders surrogates before U+E000 to U+FFFF, code points the other way round: this moves them behind. */
function rank(unit: number): number {
  return unit < 0xd800 ? unit : unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

/** Negative, 0 or positive, as `a` comes before `b`, is it, or comes after it. */
export function compareCodePoints(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

export const equalStrings: Kernel = (out: Float64Array, n, a: string[], b: string[]) => {
  for (let i = 0; i < n; i++) out[i] = a[i] === b[i] ? 1 : 0;
};

export const notEqualStrings: Kernel = (out: Float64Array, n, a: string[], b: string[]) => {
  for (let i = 0; i < n; i++) out[i] = a[i] !== b[i] ? 1 : 0;
};

export const lessStrings: Kernel = (out: Float64Array, n, a: string[], b: string[]) => {
  for (let i = 0; i < n; i++) out[i] = compareCodePoints(a[i]!, b[i]!) < 0 ? 1 : 0;
};

export const lessEqualStrings: Kernel = (out: Float64Array, n, a: string[], b: string[]) => {
  for (let i = 0; i < n; i++) out[i] = compareCodePoints(a[i]!, b[i]!) <= 0 ? 1 : 0;
};

export const greaterStrings: Kernel = (out: Float64Array, n, a: string[], b: string[]) => {
  for (let i = 0; i < n; i++) out[i] = compareCodePoints(a[i]!, b[i]!) > 0 ? 1 : 0;
};

export const greaterEqualStrings: Kernel = (out: Float64Array, n, a: string[], b: string[]) => {
  for (let i = 0; i < n; i++) out[i] = compareCodePoints(a[i]!, b[i]!) >= 0 ? 1 : 0;
};

export const chooseStrings: Kernel = (out: string[], n, condition: Float64Array, a: string[], b: string[]) => {
  for (let i = 0; i < n; i++) out[i] = condition[i] !== 0 ? a[i]! : b[i]!;
};
