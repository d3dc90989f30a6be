import { allocateNumbers, type DType, isBigDType } from "../base/dtype.js";
import { type AccumulatorSource, type Cells, KernelAccumulator } from "./accumulator.js";
import type { FloatSum } from "./float-sum.js";
import type { IntegerSum, WideSum } from "./integer-sum.js";
import { Moments, WideMoments } from "./moments.js";
import type { Reduction } from "./reduce.js";
import { sumKernel } from "./sum.js";

/** Means: the sum divided by the number of elements that are not missing; NaN of nothing. */
export class MeanAccumulator extends KernelAccumulator {
  protected readonly kernel: FloatSum | IntegerSum | WideSum;
  readonly #dtype: DType;

  constructor(reduction: Reduction, source: AccumulatorSource, dtype: "float32" | "float64") {
    super(reduction, source, false);
    this.kernel = sumKernel(source.dtype, reduction.cells);
    this.#dtype = dtype;
  }

  finish(): Cells {
    const data = allocateNumbers(this.#dtype, this.reduction.cells);
    for (let cell = 0; cell < data.length; cell++) data[cell] = this.kernel.total(cell) / this.tally.valid(cell);
    return { dtype: this.#dtype, data, mask: this.mask() };
  }
}

/**
 * Variances, or their square roots: the sum of squared deviations from the mean divided by the number of elements less
 * `ddof`. As in NumPy, a divisor below 0 counts as 0, and with missing entries such a result is missing.
 */
export class VarianceAccumulator extends KernelAccumulator {
  protected readonly kernel: Moments | WideMoments;
  readonly #dtype: DType;
  readonly #ddof: number;
  readonly #isRoot: boolean;

  constructor(
    reduction: Reduction,
    source: AccumulatorSource,
    dtype: "float32" | "float64",
    ddof: number,
    isRoot: boolean,
  ) {
    super(reduction, source, true);
    this.kernel = isBigDType(source.dtype) ? new WideMoments(reduction.cells) : new Moments(reduction.cells);
    this.#dtype = dtype;
    this.#ddof = ddof;
    this.#isRoot = isRoot;
  }

  finish(): Cells {
    const ddof = this.#ddof;
    const data = allocateNumbers(this.#dtype, this.reduction.cells);
    for (let cell = 0; cell < data.length; cell++) {
      this.kernel.repeat(cell, this.tally.zeros(cell), 0);
      const variance = this.kernel.squares(cell) / Math.max(this.tally.valid(cell) - ddof, 0);
      data[cell] = this.#isRoot ? Math.sqrt(variance) : variance;
    }
    return { dtype: this.#dtype, data, mask: this.mask((valid) => valid - ddof <= 0) };
  }
}
