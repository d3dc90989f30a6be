import type { DType, ScalarOf } from "../base/dtype.js";
import type {
  ArgOptions,
  MeanOptions,
  StatisticOptions,
  SumDType,
  SumOptions,
  VarianceOptions,
  WholeOptions,
} from "../stats/statistics.js";
import * as statistics from "../stats/statistics.js";
import type { NdArray } from "../values/nd-array.js";
import { ElementwiseMethods } from "./elementwise-methods.js";

/** The statistics of a delayed array, which read it block by block. */
export abstract class StatisticMethods<D extends DType = DType> extends ElementwiseMethods<D> {
  /** Sum of the values, or along axes; see the function `sum`. */
  sum<R extends DType = SumDType<D>>(options?: SumOptions<R> & WholeOptions): Promise<ScalarOf<R> | null>;
  sum<R extends DType = SumDType<D>>(options: SumOptions<R>): Promise<NdArray<R>>;
  sum(options?: SumOptions): Promise<unknown> {
    return statistics.sum(this, options as SumOptions);
  }

  /** Product of the values, or along axes; see the function `prod`. */
  prod<R extends DType = SumDType<D>>(options?: SumOptions<R> & WholeOptions): Promise<ScalarOf<R> | null>;
  prod<R extends DType = SumDType<D>>(options: SumOptions<R>): Promise<NdArray<R>>;
  prod(options?: SumOptions): Promise<unknown> {
    return statistics.prod(this, options as SumOptions);
  }

  /** Mean of the values, or along axes, in float64; see the function `mean`. */
  mean(options?: MeanOptions & WholeOptions): Promise<number | null>;
  mean<R extends "float32" | "float64" = "float64">(options: MeanOptions<R>): Promise<NdArray<R>>;
  mean(options?: MeanOptions): Promise<unknown> {
    return statistics.mean(this, options as MeanOptions);
  }

  /** Variance of the values, or along axes, in float64; see the function `variance`. */
  var(options?: VarianceOptions & WholeOptions): Promise<number | null>;
  var<R extends "float32" | "float64" = "float64">(options: VarianceOptions<R>): Promise<NdArray<R>>;
  var(options?: VarianceOptions): Promise<unknown> {
    return statistics.variance(this, options as VarianceOptions);
  }

  /** Standard deviation of the values, or along axes, in float64; see the function `std`. */
  std(options?: VarianceOptions & WholeOptions): Promise<number | null>;
  std<R extends "float32" | "float64" = "float64">(options: VarianceOptions<R>): Promise<NdArray<R>>;
  std(options?: VarianceOptions): Promise<unknown> {
    return statistics.std(this, options as VarianceOptions);
  }

  /** The smallest value, or along axes; see the function `min`. */
  min(options?: WholeOptions): Promise<ScalarOf<Exclude<D, "string">> | null>;
  min(options: StatisticOptions): Promise<NdArray<D>>;
  min(options?: StatisticOptions): Promise<unknown> {
    return statistics.min(this, options as StatisticOptions);
  }

  /** The largest value, or along axes; see the function `max`. */
  max(options?: WholeOptions): Promise<ScalarOf<Exclude<D, "string">> | null>;
  max(options: StatisticOptions): Promise<NdArray<D>>;
  max(options?: StatisticOptions): Promise<unknown> {
    return statistics.max(this, options as StatisticOptions);
  }

  /** Where the smallest value first is, in C order or along an axis; see the function `argmin`. */
  argmin(options?: WholeOptions): Promise<number | null>;
  argmin(options: ArgOptions): Promise<NdArray<"float64">>;
  argmin(options?: ArgOptions): Promise<unknown> {
    return statistics.argmin(this, options as ArgOptions);
  }

  /** Where the largest value first is, in C order or along an axis; see the function `argmax`. */
  argmax(options?: WholeOptions): Promise<number | null>;
  argmax(options: ArgOptions): Promise<NdArray<"float64">>;
  argmax(options?: ArgOptions): Promise<unknown> {
    return statistics.argmax(this, options as ArgOptions);
  }

  /** How many values are not missing, or along axes; see the function `count`. */
  count(options?: WholeOptions): Promise<number>;
  count(options: StatisticOptions): Promise<NdArray<"float64">>;
  count(options?: StatisticOptions): Promise<unknown> {
    return statistics.count(this, options as StatisticOptions);
  }

  /** Whether any value is not 0, or along axes; see the function `any`. */
  any(options?: WholeOptions): Promise<boolean | null>;
  any(options: StatisticOptions): Promise<NdArray<"bool">>;
  any(options?: StatisticOptions): Promise<unknown> {
    return statistics.any(this, options as StatisticOptions);
  }

  /** Whether all values are not 0, or along axes; see the function `all`. */
  all(options?: WholeOptions): Promise<boolean | null>;
  all(options: StatisticOptions): Promise<NdArray<"bool">>;
  all(options?: StatisticOptions): Promise<unknown> {
    return statistics.all(this, options as StatisticOptions);
  }
}
