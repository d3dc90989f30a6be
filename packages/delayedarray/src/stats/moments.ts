import { allocate } from "../base/dtype.js";
import { COLUMNS, type Kernel } from "./kernel.js";
import type { Tile } from "./tile.js";

/** Values of a run, and rows, that are taken together. */
const RUN = 4096;
const ROWS = 128;

/*
 * Sums of squared deviations from the mean. A few thousand values at a time are gone through twice while they are in the
 * cache: first for their mean, then for the deviations from it; what the rounding of that mean did is taken back by the
 * sum of the deviations (Chan, Golub, LeVeque: Algorithms for computing the sample variance. Am. Stat. 37 (1983), the
 * corrected two-pass algorithm). Such parts are merged by their formula for pairs,
 *
 *   M2 = M2a + M2b + (mean_b - mean_a)^2 * na * nb / (na + nb)
 *
 * with means kept as distances from the first part's mean, so that a large mean does not swallow them.
 */

/** Counts and sums of squared deviations, one per cell. */
export class Moments implements Kernel {
  readonly #count: Float64Array;
  readonly #shift: Float64Array;
  readonly #offset: Float64Array;
  readonly #squares: Float64Array;
  readonly #squaresLow: Float64Array;
  readonly #row = {
    mean: new Float64Array(COLUMNS),
    rest: new Float64Array(COLUMNS),
    squares: new Float64Array(COLUMNS),
  };
  #scattered: Scattered | null = null;

  constructor(cells: number) {
    this.#count = allocate("float64", cells);
    this.#shift = allocate("float64", cells);
    this.#offset = allocate("float64", cells);
    this.#squares = allocate("float64", cells);
    this.#squaresLow = allocate("float64", cells);
  }

  /** Sum of squared deviations of a cell's values from their mean. */
  squares(cell: number): number {
    const squares = this.#squares[cell]!;
    return Number.isFinite(squares) ? squares + this.#squaresLow[cell]! : squares;
  }

  /** Takes `count` values that are all `value` into account. */
  repeat(cell: number, count: number, value: number): void {
    if (count > 0) this.#merge(cell, count, value, 0, 0);
  }

  runs({ values }: Tile, from: number, count: number, length: number, cell: number): void {
    for (let run = 0, start = from; run < count; run++) {
      for (const end = start + length; start < end; ) {
        const stop = Math.min(end, start + RUN);
        this.#run(values, start, stop, cell + run);
        start = stop;
      }
    }
  }

  #run(values: Float64Array, from: number, end: number, cell: number): void {
    const first = values[from]!;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let i = from;
    const stop = end - 3;
    // The mean as a distance from the first value: of values that are all equal, it is exact.
    for (; i < stop; i += 4) {
      a += values[i]! - first;
      b += values[i + 1]! - first;
      c += values[i + 2]! - first;
      d += values[i + 3]! - first;
    }
    for (; i < end; i++) a += values[i]! - first;
    const n = end - from;
    const mean = first + (a + b + (c + d)) / n;
    a = 0;
    b = 0;
    c = 0;
    d = 0;
    let p = 0;
    let q = 0;
    let r = 0;
    let s = 0;
    for (i = from; i < stop; i += 4) {
      const w = values[i]! - mean;
      const x = values[i + 1]! - mean;
      const y = values[i + 2]! - mean;
      const z = values[i + 3]! - mean;
      a += w;
      b += x;
      c += y;
      d += z;
      p += w * w;
      q += x * x;
      r += y * y;
      s += z * z;
    }
    for (; i < end; i++) {
      const x = values[i]! - mean;
      a += x;
      p += x * x;
    }
    this.#merge(cell, n, mean, a + b + (c + d), p + q + (r + s));
  }

  rows({ values }: Tile, from: number, rows: number, length: number, stride: number, cell: number): void {
    const { mean, rest, squares } = this.#row;
    for (let row = 0; row < rows; row += ROWS) {
      const n = Math.min(ROWS, rows - row);
      const start = from + row * stride;
      if (n === 1) {
        // The difference is 0, or NaN if the value is infinite: then so is the variance.
        for (let j = 0, at = start; j < length; j++, at++)
          this.#merge(cell + j, 1, values[at]!, 0, values[at]! - values[at]!);
        continue;
      }
      for (let j = 0; j < length; j++) mean[j] = 0;
      for (let k = 1, at = start + stride; k < n; k++, at += stride) {
        for (let j = 0; j < length; j++) mean[j]! += values[at + j]! - values[start + j]!;
      }
      for (let j = 0; j < length; j++) {
        mean[j] = values[start + j]! + mean[j]! / n;
        rest[j] = 0;
        squares[j] = 0;
      }
      for (let k = 0, at = start; k < n; k++, at += stride) {
        for (let j = 0; j < length; j++) {
          const x = values[at + j]! - mean[j]!;
          rest[j]! += x;
          squares[j]! += x * x;
        }
      }
      for (let j = 0; j < length; j++) this.#merge(cell + j, n, mean[j]!, rest[j]!, squares[j]!);
    }
  }

  scatter({ values }: Tile, from: number, count: number, cells: Uint32Array): void {
    this.#scattered ??= new Scattered(this.#count.length);
    const { counts, first, mean, rest, squares, squaresLow } = this.#scattered;
    for (let i = 0; i < count; i++) {
      const cell = cells[i]!;
      const value = values[from + i]!;
      if (counts[cell] === 0) {
        first[cell] = value;
        mean[cell] = 0;
        rest[cell] = 0;
        squares[cell] = 0;
        squaresLow[cell] = 0;
      } else mean[cell]! += value - first[cell]!;
      counts[cell]!++;
    }
    // Counts that are negative mark cells whose mean is known.
    for (let i = 0; i < count; i++) {
      const cell = cells[i]!;
      if (counts[cell]! < 0) continue;
      mean[cell] = first[cell]! + mean[cell]! / counts[cell]!;
      counts[cell] = -counts[cell]!;
    }
    for (let i = 0; i < count; i++) {
      const cell = cells[i]!;
      const x = values[from + i]! - mean[cell]!;
      rest[cell]! += x;
      const s = squares[cell]!;
      const t = s + x * x;
      const z = t - s;
      squares[cell] = t;
      squaresLow[cell]! += s - (t - z) + (x * x - z);
    }
    for (let i = 0; i < count; i++) {
      const cell = cells[i]!;
      if (counts[cell] === 0) continue;
      const sum = squares[cell]!;
      this.#merge(cell, -counts[cell]!, mean[cell]!, rest[cell]!, Number.isFinite(sum) ? sum + squaresLow[cell]! : sum);
      counts[cell] = 0;
    }
  }

  /**
   * Merges a part into a cell.
   *
   * @param n - number of values
   * @param mean - about their mean
   * @param rest - sum of the values' deviations from `mean`: 0 but for rounding
   * @param squares - sum of the squares of these deviations
   */
  #merge(cell: number, n: number, mean: number, rest: number, squares: number): void {
    const excess = (rest * rest) / n;
    const own = excess < squares ? squares - excess : squares; // not so where either is infinite or NaN
    const before = this.#count[cell]!;
    this.#count[cell] = before + n;
    if (before === 0) {
      this.#shift[cell] = mean;
      this.#offset[cell] = rest / n;
      this.#squares[cell] = own;
      return;
    }
    const distance = mean - this.#shift[cell]! + rest / n - this.#offset[cell]!;
    const share = n / (before + n);
    this.#offset[cell]! += distance * share;
    const x = own + distance * distance * before * share;
    const s = this.#squares[cell]!;
    const t = s + x;
    const z = t - s;
    this.#squares[cell] = t;
    this.#squaresLow[cell]! += s - (t - z) + (x - z);
  }
}

/** What scattered values of one tile come to, per cell. */
class Scattered {
  readonly counts: Float64Array;
  readonly first: Float64Array;
  readonly mean: Float64Array;
  readonly rest: Float64Array;
  readonly squares: Float64Array;
  readonly squaresLow: Float64Array;

  constructor(cells: number) {
    this.counts = allocate("float64", cells);
    this.first = allocate("float64", cells);
    this.mean = allocate("float64", cells);
    this.rest = allocate("float64", cells);
    this.squares = allocate("float64", cells);
    this.squaresLow = allocate("float64", cells);
  }
}

/**
 * The same for 64-bit integers: deviations do not depend on where one counts from, so each cell's values are counted
 * from its first one. That distance is rounded once; the value itself as a float64 could lose what sets it apart.
 */
export class WideMoments implements Kernel {
  readonly #moments: Moments;
  readonly #high: Float64Array;
  readonly #low: Float64Array;

  constructor(cells: number) {
    this.#moments = new Moments(cells);
    this.#high = allocate("float64", cells).fill(Number.NaN);
    this.#low = allocate("float64", cells);
  }

  squares(cell: number): number {
    return this.#moments.squares(cell);
  }

  /** Takes `count` zeros into account. */
  repeat(cell: number, count: number): void {
    if (count > 0) this.#moments.repeat(cell, count, this.#distance(0, 0, cell));
  }

  runs(tile: Tile, from: number, count: number, length: number, cell: number): void {
    const { values, low } = tile;
    for (let run = 0, at = from; run < count; run++) {
      for (let i = 0; i < length; i++, at++) values[at] = this.#distance(values[at]!, low[at]!, cell + run);
    }
    this.#moments.runs(tile, from, count, length, cell);
  }

  rows(tile: Tile, from: number, rows: number, length: number, stride: number, cell: number): void {
    const { values, low } = tile;
    for (let row = 0, at = from; row < rows; row++, at += stride) {
      for (let j = 0; j < length; j++) values[at + j] = this.#distance(values[at + j]!, low[at + j]!, cell + j);
    }
    this.#moments.rows(tile, from, rows, length, stride, cell);
  }

  scatter(tile: Tile, from: number, count: number, cells: Uint32Array): void {
    const { values, low } = tile;
    for (let i = 0; i < count; i++) values[from + i] = this.#distance(values[from + i]!, low[from + i]!, cells[i]!);
    this.#moments.scatter(tile, from, count, cells);
  }

  #distance(high: number, low: number, cell: number): number {
    if (Number.isNaN(this.#high[cell])) {
      this.#high[cell] = high;
      this.#low[cell] = low;
    }
    return (high - this.#high[cell]!) * 4294967296 + (low - this.#low[cell]!);
  }
}
