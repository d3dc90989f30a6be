import { allocate } from "../base/dtype.js";
import { SIMD_LENGTH, simdKernels } from "../kernels/simd.js";
import type { Kernel } from "./kernel.js";
import type { Tile } from "./tile.js";

/*
 * Sums of floats as if computed with three times the precision and rounded once: with each addition comes its rounding
 * error, found exactly by Knuth's TwoSum, and so does the error of adding up these errors. The result is within a few
 * units in the last place of the exact sum unless terms cancel to less than about 1e-28 of their size.
 *
 *   t = s + x;  z = t - s;  e = (s - (t - z)) + (x - z)        so that s + x = t + e exactly
 *
 * Ogita, Rump, Oishi: Accurate sum and dot product. SIAM J. Sci. Comput. 26 (2005), algorithms 3.1 and 4.8 (K = 3).
 *
 * Infinities and NaN make the errors NaN; the sums themselves then are what plain addition gives.
 */

/** Length of a run from which copying it to the SIMD loop's memory pays. */
const SIMD_WORTH = 64;

/** Compensated sums of floats, one per cell. */
export class FloatSum implements Kernel {
  readonly #sum: Float64Array;
  readonly #low: Float64Array;
  readonly #lowest: Float64Array;

  constructor(cells: number) {
    this.#sum = allocate("float64", cells);
    this.#low = allocate("float64", cells);
    this.#lowest = allocate("float64", cells);
  }

  /** The sum of a cell. */
  total(cell: number): number {
    const s = this.#sum[cell]!;
    const c = this.#low[cell]!;
    if (!Number.isFinite(s)) return s;
    // The parts may overlap where terms cancelled, so they are added with their rounding error once more.
    const t = s + c;
    const z = t - s;
    return t + (s - (t - z) + (c - z) + this.#lowest[cell]!);
  }

  runs({ values }: Tile, from: number, count: number, length: number, cell: number): void {
    const sum = this.#sum;
    const low = this.#low;
    const lowest = this.#lowest;
    for (let run = 0, start = from; run < count; run++, start += length) {
      let s0 = sum[cell + run]!;
      let c0 = low[cell + run]!;
      let d0 = lowest[cell + run]!;
      const end = start + length;
      let i = start;
      if (length >= SIMD_WORTH && simdKernels() !== null) {
        i = this.#addFours(values, start, end, cell + run);
        s0 = sum[cell + run]!;
        c0 = low[cell + run]!;
        d0 = lowest[cell + run]!;
      } else if (length >= 16) {
        // Four sums at once: the processor works on them side by side.
        let s1 = 0;
        let s2 = 0;
        let s3 = 0;
        let c1 = 0;
        let c2 = 0;
        let c3 = 0;
        let d1 = 0;
        let d2 = 0;
        let d3 = 0;
        for (const stop = end - 3; i < stop; i += 4) {
          const x0 = values[i]!;
          const t0 = s0 + x0;
          const z0 = t0 - s0;
          const e0 = s0 - (t0 - z0) + (x0 - z0);
          const u0 = c0 + e0;
          const y0 = u0 - c0;
          d0 += c0 - (u0 - y0) + (e0 - y0);
          s0 = t0;
          c0 = u0;
          const x1 = values[i + 1]!;
          const t1 = s1 + x1;
          const z1 = t1 - s1;
          const e1 = s1 - (t1 - z1) + (x1 - z1);
          const u1 = c1 + e1;
          const y1 = u1 - c1;
          d1 += c1 - (u1 - y1) + (e1 - y1);
          s1 = t1;
          c1 = u1;
          const x2 = values[i + 2]!;
          const t2 = s2 + x2;
          const z2 = t2 - s2;
          const e2 = s2 - (t2 - z2) + (x2 - z2);
          const u2 = c2 + e2;
          const y2 = u2 - c2;
          d2 += c2 - (u2 - y2) + (e2 - y2);
          s2 = t2;
          c2 = u2;
          const x3 = values[i + 3]!;
          const t3 = s3 + x3;
          const z3 = t3 - s3;
          const e3 = s3 - (t3 - z3) + (x3 - z3);
          const u3 = c3 + e3;
          const y3 = u3 - c3;
          d3 += c3 - (u3 - y3) + (e3 - y3);
          s3 = t3;
          c3 = u3;
        }
        sum[cell + run] = s0;
        low[cell + run] = c0;
        lowest[cell + run] = d0;
        this.#add(cell + run, s1, c1, d1);
        this.#add(cell + run, s2, c2, d2);
        this.#add(cell + run, s3, c3, d3);
        s0 = sum[cell + run]!;
        c0 = low[cell + run]!;
        d0 = lowest[cell + run]!;
      }
      for (; i < end; i++) {
        const x = values[i]!;
        const t = s0 + x;
        const z = t - s0;
        const e = s0 - (t - z) + (x - z);
        const u = c0 + e;
        const y = u - c0;
        d0 += c0 - (u - y) + (e - y);
        s0 = t;
        c0 = u;
      }
      sum[cell + run] = s0;
      low[cell + run] = c0;
      lowest[cell + run] = d0;
    }
  }

  rows({ values }: Tile, from: number, rows: number, length: number, stride: number, cell: number): void {
    const sum = this.#sum;
    const low = this.#low;
    const lowest = this.#lowest;
    let row = 0;
    // Two rows at once, so that partial sums are loaded and stored half as often.
    for (; row + 1 < rows; row += 2) {
      const first = from + row * stride;
      const second = first + stride;
      for (let j = 0; j < length; j++) {
        const s = sum[cell + j]!;
        const c = low[cell + j]!;
        const x = values[first + j]!;
        const t = s + x;
        const z = t - s;
        const e = s - (t - z) + (x - z);
        const u = c + e;
        const y = u - c;
        const x2 = values[second + j]!;
        const t2 = t + x2;
        const z2 = t2 - t;
        const e2 = t - (t2 - z2) + (x2 - z2);
        const u2 = u + e2;
        const y2 = u2 - u;
        sum[cell + j] = t2;
        low[cell + j] = u2;
        lowest[cell + j]! += c - (u - y) + (e - y) + (u - (u2 - y2) + (e2 - y2));
      }
    }
    if (row === rows) return;
    for (let j = 0, at = from + row * stride; j < length; j++) this.#add(cell + j, values[at + j]!, 0, 0);
  }

  scatter({ values }: Tile, from: number, count: number, cells: Uint32Array): void {
    for (let i = 0; i < count; i++) this.#add(cells[i]!, values[from + i]!, 0, 0);
  }

  /** The loop over four sums above, in SIMD: the same operations in the same order. Returns where it stopped. */
  #addFours(values: Float64Array, start: number, end: number, cell: number): number {
    const simd = simdKernels()!;
    const { sums } = simd;
    sums.fill(0);
    sums[0] = this.#sum[cell]!;
    sums[4] = this.#low[cell]!;
    sums[8] = this.#lowest[cell]!;
    const stop = end - ((end - start) % 4);
    for (let i = start; i < stop; i += SIMD_LENGTH) {
      const count = Math.min(SIMD_LENGTH, stop - i);
      simd.values.set(values.subarray(i, i + count));
      simd.compensatedSum(count);
    }
    this.#sum[cell] = sums[0]!;
    this.#low[cell] = sums[4]!;
    this.#lowest[cell] = sums[8]!;
    for (let lane = 1; lane < 4; lane++) this.#add(cell, sums[lane]!, sums[4 + lane]!, sums[8 + lane]!);
    return stop;
  }

  #add(cell: number, x: number, xLow: number, xLowest: number): void {
    const s = this.#sum[cell]!;
    const c = this.#low[cell]!;
    const t = s + x;
    const z = t - s;
    const e = s - (t - z) + (x - z);
    const u = c + e;
    const y = u - c;
    const v = u + xLow;
    const w = v - u;
    this.#sum[cell] = t;
    this.#low[cell] = v;
    this.#lowest[cell]! += c - (u - y) + (e - y) + (u - (v - w) + (xLow - w)) + xLowest;
  }
}
