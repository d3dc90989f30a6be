import type { DType, TypedArray } from "../base/dtype.js";
import type { Position } from "../grid/grid.js";
import type { NdArrayParts } from "../values/nd-array-parts.js";
import type { SparseParts } from "../values/sparse-parts.js";
import type { StoredEntries } from "../values/stored-entries.js";
import { feedDense } from "./feed-dense.js";
import { feedEntries } from "./feed-entries.js";
import { feedSparse } from "./feed-sparse.js";
import type { Kernel } from "./kernel.js";
import type { Reduction } from "./reduce.js";
import { Tally } from "./tally.js";
import type { WideForm } from "./tile.js";

/** A statistic of each cell, in the cells' order. */
export interface Cells {
  readonly dtype: DType;
  readonly data: TypedArray;
  /** Cells of which nothing was left: 1 = missing. */
  readonly mask?: Uint8Array | undefined;
}

/** How one statistic takes up blocks, in any order, and what comes of them. */
export abstract class Accumulator {
  protected readonly reduction: Reduction;
  protected readonly tally: Tally;
  readonly #isMasked: boolean;

  /**
   * @param source - what is known of the array: whether entries can be missing, and whether blocks are sparse
   * @param needsZeros - whether the statistic must know how many zeros sparse blocks do not store
   */
  constructor(reduction: Reduction, source: AccumulatorSource, needsZeros: boolean) {
    this.reduction = reduction;
    this.tally = new Tally(reduction, needsZeros && source.isSparse);
    this.#isMasked = source.isMasked;
  }

  /** Whether no further block can change the result. */
  get isDecided(): boolean {
    return false;
  }

  abstract addDense(block: NdArrayParts, position: Position): void;

  abstract addSparse(block: SparseParts, position: Position): void;

  /** The result, once all blocks were added. */
  abstract finish(): Cells;

  /**
   * The cells for which `isMissing` says so, by their number of elements that are not missing, if the array has a mask.
   */
  protected mask(isMissing: (valid: number) => boolean = (valid) => valid === 0): Uint8Array | undefined {
    if (!this.#isMasked && this.tally.masked === null) return undefined;
    const mask = new Uint8Array(this.reduction.cells);
    for (let cell = 0; cell < mask.length; cell++) if (isMissing(this.tally.valid(cell))) mask[cell] = 1;
    return mask;
  }
}

/** A statistic that a kernel computes from values, wherever they are. */
export abstract class KernelAccumulator extends Accumulator {
  protected abstract readonly kernel: Kernel;
  protected readonly wide: WideForm = "halves";

  addDense(block: NdArrayParts, position: Position): void {
    feedDense(this.kernel, block, startsOf(position), this.reduction, this.tally, this.wide);
  }

  addSparse(block: SparseParts, position: Position): void {
    feedSparse(this.kernel, block, startsOf(position), this.reduction, this.tally, this.wide);
  }

  /** Takes stored entries from anywhere in the array; each is given once. */
  addEntries(entries: StoredEntries): void {
    feedEntries(this.kernel, entries, this.reduction, this.tally, this.wide);
  }
}

/** What an accumulator has to know about an array. */
export interface AccumulatorSource {
  readonly dtype: DType;
  readonly isMasked: boolean;
  readonly isSparse: boolean;
}

/** Where a block begins on each axis. */
export function startsOf(position: Position): number[] {
  return position.map(([start]) => start);
}
