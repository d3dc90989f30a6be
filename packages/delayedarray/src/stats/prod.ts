import { allocateNumbers, type DType, isBigDType, isFloatDType } from "../base/dtype.js";
import { type AccumulatorSource, type Cells, KernelAccumulator } from "./accumulator.js";
import { FloatProduct } from "./float-product.js";
import { IntegerProduct } from "./integer-product.js";
import type { Reduction } from "./reduce.js";

/** Products: modulo 2^bits in integer dtypes, compensated in floats. 0 where a sparse array does not store all values. */
export class ProdAccumulator extends KernelAccumulator {
  protected readonly kernel: FloatProduct | IntegerProduct;
  readonly #dtype: DType;
  readonly #ofIntegers: boolean;

  /** @param dtype - of the result: not bool, which is {@link AnyAllAccumulator}'s */
  constructor(reduction: Reduction, source: AccumulatorSource, dtype: DType) {
    super(reduction, source, true);
    const Product = isFloatDType(dtype) ? FloatProduct : IntegerProduct;
    this.kernel = new Product(reduction.cells, isBigDType(source.dtype));
    this.#dtype = dtype;
    this.#ofIntegers = !isFloatDType(source.dtype);
  }

  finish(): Cells {
    const { kernel } = this;
    const dtype = this.#dtype;
    const data = allocateNumbers(dtype, this.reduction.cells);
    for (let cell = 0; cell < data.length; cell++) {
      if (this.tally.zeros(cell) > 0) kernel.zero(cell);
      if (kernel instanceof FloatProduct) {
        const total = kernel.total(cell);
        data[cell] = total === 0 && this.#ofIntegers ? 0 : total; // of integers, never -0
      }
      // Storing in an integer array keeps as many of the lower bits as it has.
      else data[cell] = isBigDType(dtype) ? kernel.bits(cell) : kernel.low(cell);
    }
    return { dtype, data, mask: this.mask() };
  }
}
