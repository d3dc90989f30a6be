import { allocate } from "../base/dtype.js";
import type { Reduction } from "./reduce.js";

/** Counts, per cell, of the elements that no kernel sees. */
export class Tally {
  /** Missing entries, once there are any. */
  masked: Float64Array | null = null;
  /** Entries that sparse blocks store and that are not missing, where a statistic must know how many zeros there are. */
  readonly stored: Float64Array | null;
  readonly #reduction: Reduction;

  constructor(reduction: Reduction, countsStored: boolean) {
    this.#reduction = reduction;
    this.stored = countsStored ? allocate("float64", reduction.cells) : null;
  }

  /** The counts of missing entries, to be added to. */
  get maskedCounts(): Float64Array {
    this.masked ??= allocate("float64", this.#reduction.cells);
    return this.masked;
  }

  /** How many elements of a cell are not missing. */
  valid(cell: number): number {
    return this.#reduction.perCell - (this.masked === null ? 0 : this.masked[cell]!);
  }

  /** How many elements of a cell are zeros that are not stored; none if no block was sparse. */
  zeros(cell: number): number {
    return this.stored === null ? 0 : this.valid(cell) - this.stored[cell]!;
  }
}
