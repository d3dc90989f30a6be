import { allocateNumbers, type DType, isBigDType, isFloatDType, itemSize } from "../base/dtype.js";
import { type AccumulatorSource, type Cells, KernelAccumulator } from "./accumulator.js";
import { FloatSum } from "./float-sum.js";
import { IntegerSum, WideSum } from "./integer-sum.js";
import type { Reduction } from "./reduce.js";

/** The dtype of a sum unless another is asked for. */
export function sumDType(dtype: DType): DType {
  return isBigDType(dtype) || isFloatDType(dtype) ? dtype : "float64";
}

/**
 * The dtype that elements are converted to before they are added up, when a sum in `target` is asked for. Only floats
 * for an integer sum are: to convert integers to smaller ones first changes nothing, as both wrap around, and converting
 * to float32 would only lose what the one rounding of the sum keeps.
 */
export function summandDType(dtype: DType, target: DType): DType {
  return isFloatDType(dtype) && !isFloatDType(target) ? target : dtype;
}

/** A kernel that adds up values of a dtype. */
export function sumKernel(dtype: DType, cells: number): FloatSum | IntegerSum | WideSum {
  if (isFloatDType(dtype)) return new FloatSum(cells);
  return isBigDType(dtype) ? new WideSum(cells) : new IntegerSum(cells);
}

/** Sums: exact for integers (those of integer dtypes then wrap around), compensated for floats. */
export class SumAccumulator extends KernelAccumulator {
  protected readonly kernel: FloatSum | IntegerSum | WideSum;
  readonly #dtype: DType;

  /** @param dtype - of the result: not bool, which is {@link AnyAllAccumulator}'s */
  constructor(reduction: Reduction, source: AccumulatorSource, dtype: DType) {
    super(reduction, source, false);
    this.kernel = sumKernel(source.dtype, reduction.cells);
    this.#dtype = dtype;
  }

  finish(): Cells {
    const { kernel } = this;
    const { cells } = this.reduction;
    const dtype = this.#dtype;
    const data = allocateNumbers(dtype, cells);
    if (isFloatDType(dtype)) {
      for (let cell = 0; cell < cells; cell++) data[cell] = kernel.total(cell);
    } else {
      // Floats were converted to integers before; what is left to do for unsigned results, storing does.
      const sums = kernel as IntegerSum | WideSum;
      const bits = itemSize(dtype) * 8;
      for (let cell = 0; cell < cells; cell++) {
        const wrapped = BigInt.asIntN(bits, sums.exact(cell));
        data[cell] = isBigDType(dtype) ? wrapped : Number(wrapped);
      }
    }
    return { dtype, data, mask: this.mask() };
  }
}
