import type { Kernel } from "./register.js";
import { SIMD_LENGTH, simdKernels } from "./simd.js";

/** The SIMD loop's upper limit. */
const FAR = 2 ** 60;

/**
 * log(1 + x), within 2 units in the last place. Of a given number the result is the same wherever it stands, so that dense
 * and sparse forms agree.
 */
export const log1p: Kernel = (out: Float64Array, n, a: Float64Array) => {
  const simd = simdKernels();
  if (simd === null) {
    for (let i = 0; i < n; i++) out[i] = Math.log1p(a[i]!);
    return;
  }
  const { values } = simd;
  for (let start = 0; start < n; start += SIMD_LENGTH) {
    const count = Math.min(SIMD_LENGTH, n - start);
    values.set(count === a.length ? a : a.subarray(start, start + count));
    if (simd.log1p(count)) {
      for (let i = 0; i < count; i++) {
        const x = a[start + i]!;
        // Also NaN.
        if (!(x > -1 && x < FAR)) values[i] = Math.log1p(x);
      }
    }
    out.set(count === SIMD_LENGTH ? values : values.subarray(0, count), start);
  }
};
