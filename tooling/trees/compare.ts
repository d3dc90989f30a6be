import type { NdArray, TypedArray } from "delayedarray";
import { ulps } from "../fixtures/read.mjs";
import { unpack } from "./arrays.js";
import type { Packed } from "./case.js";

export interface Allowance {
  /** Units in the last place; 0: every bit must agree. Any nan equals any nan. */
  readonly ulps: number;
  /** Whether -0 and 0 are the same: a sparse array does not store -0. */
  readonly anyZero?: boolean;
}

const shown = (value: unknown): string => (Object.is(value, -0) ? "-0" : String(value));

/** How an array differs from NumPy's, or `undefined`. */
export function difference(
  actual: NdArray,
  packed: Packed,
  { ulps: most, anyZero = false }: Allowance,
): string | undefined {
  const expected = unpack(packed);
  if (actual.dtype !== expected.dtype) return `dtype ${actual.dtype}, expected ${expected.dtype}`;
  if (actual.shape.join() !== expected.shape.join()) return `shape [${actual.shape}], expected [${expected.shape}]`;
  const data = actual.data as TypedArray;
  if (data.length !== expected.data.length) return `${data.length} elements, expected ${expected.data.length}`;
  for (let i = 0; i < data.length; i++) {
    const missing = [actual.mask?.[i] ?? 0, expected.mask?.[i] ?? 0];
    if (missing[0] !== missing[1]) return `missing ${missing[0]} at ${i}, expected ${missing[1]}`;
    const [a, b] = [data[i]!, expected.data[i]!];
    if (missing[0] === 1 || Object.is(a, b)) continue;
    // biome-ignore lint/suspicious/noDoubleEquals: 0n == 0
    if (anyZero && a == 0 && b == 0) continue;
    const close =
      most > 0 &&
      typeof a === "number" &&
      ulps(a, b as number, expected.dtype === "float32" ? "float32" : "float64") <= most;
    if (!close) return `${shown(a)} at ${i}, expected ${shown(b)}`;
  }
  return undefined;
}
