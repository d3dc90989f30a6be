import { allocateNumbers, type DType, isBigDType } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { type AccumulatorSource, type Cells, KernelAccumulator } from "./accumulator.js";
import { Extremum, WideExtremum } from "./extremum.js";
import { type Reduction, reductionText } from "./reduce.js";

/** Smallest or largest values. NaN wherever there is one. */
export class MinMaxAccumulator extends KernelAccumulator {
  protected readonly kernel: Extremum | WideExtremum;
  readonly #dtype: DType;

  /** @throws `INVALID_ARGUMENT` when no elements go into a cell, even where there are no cells, as in NumPy */
  constructor(reduction: Reduction, source: AccumulatorSource, which: "min" | "max") {
    super(reduction, source, true);
    if (reduction.perCell === 0) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `${which} of ${reductionText(reduction)}: there are no elements, and of none there is no ${which}`,
      );
    }
    const sign = which === "min" ? 1 : -1;
    this.kernel = isBigDType(source.dtype)
      ? new WideExtremum(reduction.cells, sign)
      : new Extremum(reduction.cells, sign);
    this.#dtype = source.dtype;
  }

  finish(): Cells {
    const data = allocateNumbers(this.#dtype, this.reduction.cells);
    for (let cell = 0; cell < data.length; cell++) {
      if (this.tally.zeros(cell) > 0) this.kernel.zero(cell);
      // What stands under the mask is 0.
      if (this.tally.valid(cell) > 0) data[cell] = this.kernel.value(cell);
    }
    return { dtype: this.#dtype, data, mask: this.mask() };
  }
}
