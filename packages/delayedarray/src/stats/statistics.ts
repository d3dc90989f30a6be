import { checkDType, type DType, isFloatDType, itemSize, type ScalarOf, type TypedArrayOf } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import type { ReadOptions } from "../base/options.js";
import { type BlockSource, readable } from "../blocks/block-plan.js";
import { checkBufferSize, defaultBufferSize } from "../blocks/default-buffer-size.js";
import type { Tree } from "../ops/node.js";
import { NdArray, scalarAt } from "../values/nd-array.js";
import type { Accumulator, AccumulatorSource } from "./accumulator.js";
import { AnyAllAccumulator } from "./any-all.js";
import { MeanAccumulator, VarianceAccumulator } from "./mean-var.js";
import { MinMaxAccumulator } from "./min-max.js";
import { planReduction, type Reduction } from "./reduce.js";
import { reduceBlocks } from "./reduce-blocks.js";
import { SumAccumulator, sumDType, summandDType } from "./sum.js";

/** What every statistic takes. */
export interface StatisticOptions extends ReadOptions {
  /**
   * Axes to reduce: an axis or several, negative counts from the end. Omitted or null reduces all of them to a value;
   * otherwise the result is an array, of rank 0 when no axis is left. An empty list reduces none.
   */
  readonly axis?: number | readonly number[] | null | undefined;
}

/** Options with which the result is a value. */
export interface WholeOptions extends StatisticOptions {
  readonly axis?: null | undefined;
}

export interface SumOptions<R extends DType = DType> extends StatisticOptions {
  /** The dtype to add up in, and of the result; 64-bit integers and floats have their own, others float64. */
  readonly dtype?: R | undefined;
}

export interface MeanOptions<R extends "float32" | "float64" = "float32" | "float64"> extends StatisticOptions {
  /** The dtype of the result. It is computed in float64 and rounded at the end. */
  readonly dtype?: R | undefined;
}

export interface VarianceOptions<R extends "float32" | "float64" = "float32" | "float64"> extends MeanOptions<R> {
  /** What is taken from the number of elements to divide by; 0 by default. */
  readonly ddof?: number | undefined;
}

type Whole = { readonly axis?: null | undefined };

/** The dtype of a sum unless another is asked for. */
export type SumDType<D extends DType> = D extends "int64" | "uint64" | "float32" | "float64" ? D : "float64";

/**
 * The sum of all elements, or along axes.
 *
 * Of bool and of integers up to 32 bits it is a float64, exact up to 2^53 and the nearest float64 beyond; of 64-bit
 * integers it has their dtype and wraps around; of floats it has their dtype and is within a few units in the last place
 * of the exact sum (float32 is added up in float64). The sum of nothing is 0. Missing entries are skipped; where nothing
 * is left the result is missing (`null`).
 *
 * @param x - a delayed array, an array in memory, or a seed
 * @param options - `dtype`: the result's dtype, as NumPy's `sum(dtype=)`: floats are converted to integers before they are
 * added up, integers wrap around, a float32 sum is rounded once at the end, and in bool it is whether any element is not 0
 * @throws `INVALID_ARGUMENT`, `DTYPE_UNSUPPORTED`; the signal's reason when it aborts
 * @see NumPy's `sum`
 */
export function sum<D extends DType, R extends DType = SumDType<D>>(
  x: BlockSource<D>,
  options?: SumOptions<R> & Whole,
): Promise<ScalarOf<R> | null>;
export function sum<D extends DType, R extends DType = SumDType<D>>(
  x: BlockSource<D>,
  options: SumOptions<R>,
): Promise<NdArray<R>>;
export async function sum(x: BlockSource, options: SumOptions = {}): Promise<unknown> {
  refuse("sum", options, ["ddof"]);
  const tree = readable(x);
  const target =
    options.dtype === undefined || options.dtype === null ? sumDType(tree.dtype) : checkDType(options.dtype);
  const summand = summandDType(tree.dtype, target);
  const converts = summand !== tree.dtype;
  return reduce(
    tree,
    options,
    (reduction) => {
      const source = { dtype: summand, isMasked: tree.isMasked, isSparse: tree.isSparse };
      // In bool, NumPy adds up by "or".
      if (target === "bool") return new AnyAllAccumulator(reduction, source, "any");
      return new SumAccumulator(reduction, source, target);
    },
    converts ? summand : undefined,
  );
}

/**
 * The mean of all elements, or along axes, in float64: the sum of {@link sum}, exact for integers, divided by the number
 * of elements. NaN of nothing. Missing entries are skipped; where nothing is left the result is missing (`null`).
 *
 * @param x - a delayed array, an array in memory, or a seed
 * @throws `INVALID_ARGUMENT`, `DTYPE_UNSUPPORTED` for a result dtype that is no float; the signal's reason when it aborts
 * @see NumPy's `mean`
 */
export function mean(x: BlockSource, options?: MeanOptions & Whole): Promise<number | null>;
export function mean<R extends "float32" | "float64" = "float64">(
  x: BlockSource,
  options: MeanOptions<R>,
): Promise<NdArray<R>>;
export async function mean(x: BlockSource, options: MeanOptions = {}): Promise<unknown> {
  refuse("mean", options, ["ddof"]);
  const dtype = floatDType("mean", options.dtype);
  return reduce(readable(x), options, (reduction, source) => new MeanAccumulator(reduction, source, dtype));
}

/**
 * The variance of all elements, or along axes, in float64: the mean of squared deviations from the mean, with
 * `n - ddof` for `n` in the divisor. As in NumPy it is NaN or infinite where that is not positive. Missing entries are
 * skipped; where no more than `ddof` are left the result is missing (`null`).
 *
 * @param x - a delayed array, an array in memory, or a seed
 * @throws `INVALID_ARGUMENT`, `DTYPE_UNSUPPORTED` for a result dtype that is no float; the signal's reason when it aborts
 * @see NumPy's `var`
 */
export function variance(x: BlockSource, options?: VarianceOptions & Whole): Promise<number | null>;
export function variance<R extends "float32" | "float64" = "float64">(
  x: BlockSource,
  options: VarianceOptions<R>,
): Promise<NdArray<R>>;
export async function variance(x: BlockSource, options: VarianceOptions = {}): Promise<unknown> {
  return deviation("var", x, options);
}

/**
 * The standard deviation of all elements, or along axes: the square root of {@link variance}.
 *
 * @param x - a delayed array, an array in memory, or a seed
 * @throws `INVALID_ARGUMENT`, `DTYPE_UNSUPPORTED` for a result dtype that is no float; the signal's reason when it aborts
 * @see NumPy's `std`
 */
export function std(x: BlockSource, options?: VarianceOptions & Whole): Promise<number | null>;
export function std<R extends "float32" | "float64" = "float64">(
  x: BlockSource,
  options: VarianceOptions<R>,
): Promise<NdArray<R>>;
export async function std(x: BlockSource, options: VarianceOptions = {}): Promise<unknown> {
  return deviation("std", x, options);
}

async function deviation(which: "var" | "std", x: BlockSource, options: VarianceOptions): Promise<unknown> {
  const { ddof = 0 } = options;
  if (typeof ddof !== "number" || !Number.isFinite(ddof)) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${which}: ddof ${String(ddof)}, expected a finite number`);
  }
  const dtype = floatDType(which, options.dtype);
  return reduce(
    readable(x),
    options,
    (reduction, source) => new VarianceAccumulator(reduction, source, dtype, ddof, which === "std"),
  );
}

/**
 * The smallest element, or those along axes, in the array's dtype; NaN wherever there is one. Missing entries are
 * skipped; where nothing is left the result is missing (`null`).
 *
 * @param x - a delayed array, an array in memory, or a seed
 * @throws `INVALID_ARGUMENT`, also for the smallest of no elements; the signal's reason when it aborts
 * @see NumPy's `min`
 */
export function min<D extends DType>(x: BlockSource<D>, options?: WholeOptions): Promise<ScalarOf<D> | null>;
export function min<D extends DType>(x: BlockSource<D>, options: StatisticOptions): Promise<NdArray<D>>;
export async function min(x: BlockSource, options: StatisticOptions = {}): Promise<unknown> {
  refuse("min", options, ["dtype", "ddof"]);
  return reduce(readable(x), options, (reduction, source) => new MinMaxAccumulator(reduction, source, "min"));
}

/**
 * The largest element, or those along axes; otherwise as {@link min}.
 *
 * @param x - a delayed array, an array in memory, or a seed
 * @throws `INVALID_ARGUMENT`, also for the largest of no elements; the signal's reason when it aborts
 * @see NumPy's `max`
 */
export function max<D extends DType>(x: BlockSource<D>, options?: WholeOptions): Promise<ScalarOf<D> | null>;
export function max<D extends DType>(x: BlockSource<D>, options: StatisticOptions): Promise<NdArray<D>>;
export async function max(x: BlockSource, options: StatisticOptions = {}): Promise<unknown> {
  refuse("max", options, ["dtype", "ddof"]);
  return reduce(readable(x), options, (reduction, source) => new MinMaxAccumulator(reduction, source, "max"));
}

/**
 * Whether any element, or any along axes, is not 0 (NaN is not). False of nothing. Stops reading once it is known.
 * Missing entries are skipped; where nothing is left the result is missing (`null`).
 *
 * @param x - a delayed array, an array in memory, or a seed
 * @throws `INVALID_ARGUMENT`; the signal's reason when it aborts
 * @see NumPy's `any`
 */
export function any(x: BlockSource, options?: WholeOptions): Promise<boolean | null>;
export function any(x: BlockSource, options: StatisticOptions): Promise<NdArray<"bool">>;
export async function any(x: BlockSource, options: StatisticOptions = {}): Promise<unknown> {
  refuse("any", options, ["dtype", "ddof"]);
  return reduce(readable(x), options, (reduction, source) => new AnyAllAccumulator(reduction, source, "any"));
}

/**
 * Whether all elements, or all along axes, are not 0 (NaN is not). True of nothing. Stops reading once it is known.
 * Missing entries are skipped; where nothing is left the result is missing (`null`).
 *
 * @param x - a delayed array, an array in memory, or a seed
 * @throws `INVALID_ARGUMENT`; the signal's reason when it aborts
 * @see NumPy's `all`
 */
export function all(x: BlockSource, options?: WholeOptions): Promise<boolean | null>;
export function all(x: BlockSource, options: StatisticOptions): Promise<NdArray<"bool">>;
export async function all(x: BlockSource, options: StatisticOptions = {}): Promise<unknown> {
  refuse("all", options, ["dtype", "ddof"]);
  return reduce(readable(x), options, (reduction, source) => new AnyAllAccumulator(reduction, source, "all"));
}

async function reduce(
  tree: Tree,
  options: StatisticOptions,
  make: (reduction: Reduction, source: AccumulatorSource) => Accumulator,
  convertTo?: DType,
): Promise<unknown> {
  options.signal?.throwIfAborted();
  const reduction = planReduction(tree.shape, options.axis);
  const accumulator = make(reduction, tree);
  await reduceBlocks(
    tree,
    accumulator,
    convertTo === undefined ? options : withRoom(options, tree, convertTo),
    convertTo,
  );
  const { dtype, data, mask } = accumulator.finish();
  if (reduction.isWhole) return mask?.[0] ? null : scalarAt(data, 0, dtype);
  return new NdArray({ data: data as TypedArrayOf<DType>, shape: reduction.outShape, dtype, mask });
}

/** Options with which blocks leave room in the buffer for their converted copies. */
function withRoom(options: StatisticOptions, tree: Tree, convertTo: DType): StatisticOptions {
  const own = itemSize(tree.dtype);
  const bytes = checkBufferSize(options.bufferSize ?? defaultBufferSize());
  return { ...options, bufferSize: Math.max(1, (bytes * own) / (own + itemSize(convertTo))) };
}

function floatDType(which: string, dtype: DType | null | undefined): "float32" | "float64" {
  if (dtype === undefined || dtype === null) return "float64";
  if (isFloatDType(checkDType(dtype))) return dtype as "float32" | "float64";
  throw new DelayedArrayError("DTYPE_UNSUPPORTED", `${which}: dtype ${dtype}, expected float32 or float64`);
}

/** Refuses options that a statistic would have to ignore. */
function refuse(which: string, options: StatisticOptions, names: readonly string[]): void {
  for (const name of names) {
    const value = (options as Record<string, unknown>)[name];
    if (value !== undefined && value !== null) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `${which}: there is no option ${name} (${String(value)} was given)`,
      );
    }
  }
}
