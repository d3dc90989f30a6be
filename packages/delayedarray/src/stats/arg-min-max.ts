import { allocate, isBigDType } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { cStrides } from "../base/shape.js";
import type { Position } from "../grid/grid.js";
import type { NdArrayParts } from "../values/nd-array-parts.js";
import type { SparseParts } from "../values/sparse-parts.js";
import { Accumulator, type AccumulatorSource, type Cells, startsOf } from "./accumulator.js";
import { feedDensePositions, feedSparsePositions } from "./feed-positions.js";
import { FirstExtremum, type FirstPosition, WideFirstExtremum } from "./first-position.js";
import { FirstZeros } from "./first-zeros.js";
import { type Reduction, reductionText } from "./reduce.js";

/** Where the smallest or largest values first are: along one axis, or in C order of the whole array. NaN before all others. */
export class ArgMinMaxAccumulator extends Accumulator {
  readonly #first: FirstPosition;
  readonly #zeros: FirstZeros;
  readonly #positionStrides: readonly number[];

  /** @throws `INVALID_ARGUMENT` for several axes, and when no elements go into a cell, even where there are no cells, as in NumPy */
  constructor(reduction: Reduction, source: AccumulatorSource, which: "argmin" | "argmax") {
    super(reduction, source, false);
    const { isWhole, reduced, shape, cells, perCell } = reduction;
    if (!isWhole && reduced.filter(Boolean).length !== 1) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `${which} of ${reductionText(reduction)}: expected one axis, or none for the position in the whole array`,
      );
    }
    if (perCell === 0) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `${which} of ${reductionText(reduction)}: there are no elements, and of none there is no ${which}`,
      );
    }
    const sign = which === "argmin" ? 1 : -1;
    this.#first = isBigDType(source.dtype) ? new WideFirstExtremum(cells, sign) : new FirstExtremum(cells, sign);
    this.#positionStrides = isWhole ? cStrides(shape) : reduced.map(Number);
    this.#zeros = new FirstZeros(reduction, this.#positionStrides);
  }

  addDense(block: NdArrayParts, position: Position): void {
    feedDensePositions(this.#first, block, startsOf(position), this.reduction, this.#positionStrides, this.tally);
  }

  addSparse(block: SparseParts, position: Position): void {
    const starts = startsOf(position);
    feedSparsePositions(this.#first, block, starts, this.reduction, this.#positionStrides, this.tally);
    this.#zeros.add(block, starts);
  }

  finish(): Cells {
    const data = allocate("float64", this.reduction.cells);
    for (let cell = 0; cell < data.length; cell++) {
      const zero = this.#zeros.position(cell);
      if (zero < Number.POSITIVE_INFINITY) this.#first.take(0, 0, cell, zero);
      // What stands under the mask is 0.
      if (this.tally.valid(cell) > 0) data[cell] = this.#first.position(cell);
    }
    return { dtype: "float64", data, mask: this.mask() };
  }
}
