import { allocate } from "../base/dtype.js";
import type { Tile } from "./tile.js";

/**
 * The smallest (`sign` 1) or largest (`sign` -1) value of each cell and where it first is: NaN before all others, of
 * equal values the one at the lowest position, in whatever order they come.
 */
export interface FirstPosition {
  /** Where the value of a cell is into which some went. */
  position(cell: number): number;
  /** Takes one value into account; `low` as in {@link Tile}. */
  take(value: number, low: number, cell: number, position: number): void;
  /** `count` neighbouring values from `from` on, whose cells and positions are some steps apart. */
  line(
    tile: Tile,
    from: number,
    count: number,
    cell: number,
    cellStep: number,
    position: number,
    positionStep: number,
  ): void;
}

/** For floats, bools and integers of at most 32 bits. */
export class FirstExtremum implements FirstPosition {
  readonly #best: Float64Array;
  readonly #position: Float64Array;
  readonly #sign: 1 | -1;

  constructor(cells: number, sign: 1 | -1) {
    this.#best = allocate("float64", cells).fill(Number.POSITIVE_INFINITY);
    // Further than any position, so that a first infinity takes its place too.
    this.#position = allocate("float64", cells).fill(Number.POSITIVE_INFINITY);
    this.#sign = sign;
  }

  position(cell: number): number {
    return this.#position[cell]!;
  }

  take(value: number, _low: number, cell: number, position: number): void {
    const x = value * this.#sign;
    const best = this.#best[cell]!;
    const isBetter = x < best || (x !== x && best === best);
    const isSame = x === best || (x !== x && best !== best);
    if (isBetter || (isSame && position < this.#position[cell]!)) {
      this.#best[cell] = x;
      this.#position[cell] = position;
    }
  }

  line(
    { values, low }: Tile,
    from: number,
    count: number,
    cell: number,
    cellStep: number,
    position: number,
    positionStep: number,
  ): void {
    if (cellStep !== 0 || count === 1) {
      for (let i = 0; i < count; i++) {
        this.take(values[from + i]!, low[from + i]!, cell + i * cellStep, position + i * positionStep);
      }
      return;
    }
    // Positions increase along a line, so that only the first of its best values can be the first of all.
    const sign = this.#sign;
    let first = from;
    let best = values[from]! * sign;
    for (let i = from + 1, end = from + count; i < end && best === best; i++) {
      const x = values[i]! * sign;
      if (x >= best) continue;
      best = x;
      first = i;
    }
    this.take(values[first]!, 0, cell, position + (first - from) * positionStep);
  }
}

/** The same for 64-bit integers, compared by their upper halves first. */
export class WideFirstExtremum implements FirstPosition {
  readonly #high: Float64Array;
  readonly #low: Float64Array;
  readonly #position: Float64Array;
  readonly #sign: 1 | -1;

  constructor(cells: number, sign: 1 | -1) {
    this.#high = allocate("float64", cells).fill(Number.POSITIVE_INFINITY);
    this.#low = allocate("float64", cells);
    this.#position = allocate("float64", cells);
    this.#sign = sign;
  }

  position(cell: number): number {
    return this.#position[cell]!;
  }

  take(value: number, lower: number, cell: number, position: number): void {
    const high = value * this.#sign;
    const low = lower * this.#sign;
    const best = this.#high[cell]!;
    if (high > best) return;
    const bestLow = this.#low[cell]!;
    if (high === best && (low > bestLow || (low === bestLow && position > this.#position[cell]!))) return;
    this.#high[cell] = high;
    this.#low[cell] = low;
    this.#position[cell] = position;
  }

  line(
    { values, low }: Tile,
    from: number,
    count: number,
    cell: number,
    cellStep: number,
    position: number,
    positionStep: number,
  ): void {
    for (let i = 0; i < count; i++) {
      this.take(values[from + i]!, low[from + i]!, cell + i * cellStep, position + i * positionStep);
    }
  }
}
