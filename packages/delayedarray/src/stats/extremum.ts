import { allocate } from "../base/dtype.js";
import type { Kernel } from "./kernel.js";
import type { Tile } from "./tile.js";

/** Smallest (`sign` 1) or largest (`sign` -1) values, one per cell; NaN wherever there is one. */
export class Extremum implements Kernel {
  readonly #best: Float64Array;
  readonly #sign: 1 | -1;

  constructor(cells: number, sign: 1 | -1) {
    this.#best = allocate("float64", cells).fill(Number.POSITIVE_INFINITY);
    this.#sign = sign;
  }

  /** The value of a cell into which some went. */
  value(cell: number): number {
    return this.#best[cell]! * this.#sign;
  }

  /** Takes a zero into account. */
  zero(cell: number): void {
    if (this.#best[cell]! > 0) this.#best[cell] = 0 * this.#sign; // so that `value` is 0 and not -0
  }

  runs({ values }: Tile, from: number, count: number, length: number, cell: number): void {
    const sign = this.#sign;
    for (let run = 0, start = from; run < count; run++, start += length) {
      let best = this.#best[cell + run]!;
      if (best !== best) continue;
      for (let i = start, end = start + length; i < end; i++) {
        const x = values[i]! * sign;
        if (x >= best) continue;
        best = x;
        if (x !== x) break;
      }
      this.#best[cell + run] = best;
    }
  }

  rows({ values }: Tile, from: number, rows: number, length: number, stride: number, cell: number): void {
    const sign = this.#sign;
    const best = this.#best;
    for (let row = 0, at = from; row < rows; row++, at += stride) {
      for (let j = 0; j < length; j++) {
        const x = values[at + j]! * sign;
        // The second test keeps a NaN that is there and lets a new one in.
        if (!(x >= best[cell + j]!) && (x < best[cell + j]! || x !== x)) best[cell + j] = x;
      }
    }
  }

  scatter({ values }: Tile, from: number, count: number, cells: Uint32Array): void {
    const sign = this.#sign;
    const best = this.#best;
    for (let i = 0; i < count; i++) {
      const x = values[from + i]! * sign;
      const cell = cells[i]!;
      if (!(x >= best[cell]!) && (x < best[cell]! || x !== x)) best[cell] = x;
    }
  }
}

/** The same for 64-bit integers, compared by their upper halves first. */
export class WideExtremum implements Kernel {
  readonly #high: Float64Array;
  readonly #low: Float64Array;
  readonly #sign: 1 | -1;

  constructor(cells: number, sign: 1 | -1) {
    this.#high = allocate("float64", cells).fill(Number.POSITIVE_INFINITY);
    this.#low = allocate("float64", cells);
    this.#sign = sign;
  }

  /** The value of a cell into which some went. */
  value(cell: number): bigint {
    return (BigInt(this.#high[cell]! * this.#sign) << 32n) + BigInt(this.#low[cell]! * this.#sign);
  }

  /** Takes a zero into account. */
  zero(cell: number): void {
    this.#take(0, 0, cell);
  }

  runs({ values, low }: Tile, from: number, count: number, length: number, cell: number): void {
    for (let run = 0, at = from; run < count; run++) {
      for (let i = 0; i < length; i++, at++) this.#take(values[at]!, low[at]!, cell + run);
    }
  }

  rows({ values, low }: Tile, from: number, rows: number, length: number, stride: number, cell: number): void {
    for (let row = 0, at = from; row < rows; row++, at += stride) {
      for (let j = 0; j < length; j++) this.#take(values[at + j]!, low[at + j]!, cell + j);
    }
  }

  scatter({ values, low }: Tile, from: number, count: number, cells: Uint32Array): void {
    for (let i = 0; i < count; i++) this.#take(values[from + i]!, low[from + i]!, cells[i]!);
  }

  #take(upper: number, lower: number, cell: number): void {
    const high = upper * this.#sign;
    const low = lower * this.#sign;
    const best = this.#high[cell]!;
    if (high < best || (high === best && low < this.#low[cell]!)) {
      this.#high[cell] = high;
      this.#low[cell] = low;
    }
  }
}
