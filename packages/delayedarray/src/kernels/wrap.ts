import type { DType } from "../base/dtype.js";

/** Brings the first `n` values of a float64 register into the range of a dtype, as storing them and reading them back would. */
export type Wrap = (values: Float64Array, n: number) => void;

const WRAPS: { readonly [D in DType]?: Wrap } = {
  int8: (values, n) => {
    for (let i = 0; i < n; i++) values[i] = (values[i]! << 24) >> 24;
  },
  uint8: (values, n) => {
    for (let i = 0; i < n; i++) values[i] = values[i]! & 0xff;
  },
  int16: (values, n) => {
    for (let i = 0; i < n; i++) values[i] = (values[i]! << 16) >> 16;
  },
  uint16: (values, n) => {
    for (let i = 0; i < n; i++) values[i] = values[i]! & 0xffff;
  },
  int32: (values, n) => {
    for (let i = 0; i < n; i++) values[i] = values[i]! | 0;
  },
  uint32: (values, n) => {
    for (let i = 0; i < n; i++) values[i] = values[i]! >>> 0;
  },
  float32: (values, n) => {
    for (let i = 0; i < n; i++) values[i] = Math.fround(values[i]!);
  },
};

/**
 * Wrap-around for integers, rounding for float32; nothing for float64. Integers also lose the sign of -0, which
 * float64 arithmetic on them can produce. Exact for magnitudes below 2^53.
 */
export function wrapFor(dtype: DType): Wrap | undefined {
  return WRAPS[dtype];
}
