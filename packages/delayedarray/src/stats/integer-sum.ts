import { allocate } from "../base/dtype.js";
import { COLUMNS, type Kernel } from "./kernel.js";
import type { Tile } from "./tile.js";

/**
 * Exact sums of integers of at most 32 bits, one per cell. A tile of them adds up exactly in a float64; tiles are added
 * with their rounding error (Knuth's TwoSum), so that sums are exact far beyond 2^53.
 */
export class IntegerSum implements Kernel {
  readonly #sum: Float64Array;
  readonly #low: Float64Array;
  readonly #row = new Float64Array(COLUMNS);

  constructor(cells: number) {
    this.#sum = allocate("float64", cells);
    this.#low = allocate("float64", cells);
  }

  /** The sum of a cell, rounded to the nearest float64. */
  total(cell: number): number {
    return this.#sum[cell]! + this.#low[cell]!;
  }

  /** The sum of a cell. */
  exact(cell: number): bigint {
    return BigInt(this.#sum[cell]!) + BigInt(this.#low[cell]!);
  }

  runs({ values }: Tile, from: number, count: number, length: number, cell: number): void {
    for (let run = 0, start = from; run < count; run++, start += length) {
      const end = start + length;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      let i = start;
      for (const stop = end - 3; i < stop; i += 4) {
        a += values[i]!;
        b += values[i + 1]!;
        c += values[i + 2]!;
        d += values[i + 3]!;
      }
      for (; i < end; i++) a += values[i]!;
      this.#add(cell + run, a + b + (c + d));
    }
  }

  rows({ values }: Tile, from: number, rows: number, length: number, stride: number, cell: number): void {
    if (rows === 1) {
      for (let j = 0; j < length; j++) this.#add(cell + j, values[from + j]!);
      return;
    }
    const sums = this.#row;
    for (let j = 0; j < length; j++) sums[j] = values[from + j]!;
    for (let row = 1, at = from + stride; row < rows; row++, at += stride) {
      for (let j = 0; j < length; j++) sums[j]! += values[at + j]!;
    }
    for (let j = 0; j < length; j++) this.#add(cell + j, sums[j]!);
  }

  scatter({ values }: Tile, from: number, count: number, cells: Uint32Array): void {
    for (let i = 0; i < count; i++) this.#add(cells[i]!, values[from + i]!);
  }

  #add(cell: number, x: number): void {
    const s = this.#sum[cell]!;
    const t = s + x;
    const z = t - s;
    this.#sum[cell] = t;
    this.#low[cell]! += s - (t - z) + (x - z);
  }
}

/** Exact sums of 64-bit integers, as those of their upper and of their lower halves. */
export class WideSum implements Kernel {
  readonly #high: IntegerSum;
  readonly #low: IntegerSum;

  constructor(cells: number) {
    this.#high = new IntegerSum(cells);
    this.#low = new IntegerSum(cells);
  }

  /** The sum of a cell, rounded to the nearest float64. */
  total(cell: number): number {
    return Number(this.exact(cell));
  }

  /** The sum of a cell. */
  exact(cell: number): bigint {
    return (this.#high.exact(cell) << 32n) + this.#low.exact(cell);
  }

  runs(tile: Tile, from: number, count: number, length: number, cell: number): void {
    this.#high.runs(tile, from, count, length, cell);
    this.#low.runs(lower(tile), from, count, length, cell);
  }

  rows(tile: Tile, from: number, rows: number, length: number, stride: number, cell: number): void {
    this.#high.rows(tile, from, rows, length, stride, cell);
    this.#low.rows(lower(tile), from, rows, length, stride, cell);
  }

  scatter(tile: Tile, from: number, count: number, cells: Uint32Array): void {
    this.#high.scatter(tile, from, count, cells);
    this.#low.scatter(lower(tile), from, count, cells);
  }
}

function lower({ low }: Tile): Tile {
  return { values: low, low };
}
