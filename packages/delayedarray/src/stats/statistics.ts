import { checkOptions, READ_OPTIONS } from "../base/check-options.js";
import { checkDType, type DType, isFloatDType, itemSize, type ScalarOf } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import type { ReadOptions } from "../base/options.js";
import { shown } from "../base/shown.js";
import { type BlockSource, readable } from "../blocks/block-plan.js";
import { checkBufferSize, defaultBufferSize } from "../blocks/default-buffer-size.js";
import type { Tree } from "../ops/node.js";
import { NdArray, scalarAt } from "../values/nd-array.js";
import type { Accumulator, AccumulatorSource } from "./accumulator.js";
import { AnyAllAccumulator } from "./any-all.js";
import { ArgMinMaxAccumulator } from "./arg-min-max.js";
import { CountAccumulator } from "./count.js";
import { MeanAccumulator, VarianceAccumulator } from "./mean-var.js";
import { MinMaxAccumulator } from "./min-max.js";
import { ProdAccumulator } from "./prod.js";
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

/** What {@link argmin} and {@link argmax} take. */
export interface ArgOptions extends ReadOptions {
  /** The axis along which to look, negative counts from the end; omitted or null looks in the whole array. */
  readonly axis?: number | readonly [axis: number] | null | undefined;
}

/** What {@link sum} and {@link prod} take. */
export interface SumOptions<R extends DType = DType> extends StatisticOptions {
  /** The dtype to compute in, and of the result; 64-bit integers and floats have their own, others float64. */
  readonly dtype?: R | undefined;
}

/** What `mean` takes last. */
export interface MeanOptions<R extends "float32" | "float64" = "float32" | "float64"> extends StatisticOptions {
  /** The dtype of the result. It is computed in float64 and rounded at the end. */
  readonly dtype?: R | undefined;
}

/** What `var` and `std` take last. */
export interface VarianceOptions<R extends "float32" | "float64" = "float32" | "float64"> extends MeanOptions<R> {
  /** What is taken from the number of elements to divide by; 0 by default. */
  readonly ddof?: number | undefined;
}

const OPTIONS = ["axis", ...READ_OPTIONS] as const;
const SUM_OPTIONS = ["dtype", ...OPTIONS] as const;

type Whole = { readonly axis?: null | undefined };

/** The dtype of a sum or product unless another is asked for. */
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
  return total("sum", x, options);
}

/**
 * The product of all elements, or along axes, in the dtypes of {@link sum}: of bool and of integers up to 32 bits a
 * float64, of 64-bit integers their own, which wraps around, of floats their own (float32 is multiplied in float64).
 *
 * Float products are within a few units in the last place of the exact product, in whatever order the elements come: they
 * overflow or vanish only if the result itself does, where NumPy's do when one on the way does. The product of nothing
 * is 1, that of a sparse array 0 unless it stores every element. Missing entries are skipped; where nothing is left the
 * result is missing (`null`).
 *
 * @param x - a delayed array, an array in memory, or a seed
 * @param options - `dtype`: the result's dtype, as NumPy's `prod(dtype=)`: floats are converted to integers before they are
 * multiplied, integers wrap around, a float32 product is rounded once at the end, and in bool it is whether no element is 0
 * @throws `INVALID_ARGUMENT`, `DTYPE_UNSUPPORTED`; the signal's reason when it aborts
 * @see https://numpy.org/doc/stable/reference/generated/numpy.prod.html
 */
export function prod<D extends DType, R extends DType = SumDType<D>>(
  x: BlockSource<D>,
  options?: SumOptions<R> & Whole,
): Promise<ScalarOf<R> | null>;
export function prod<D extends DType, R extends DType = SumDType<D>>(
  x: BlockSource<D>,
  options: SumOptions<R>,
): Promise<NdArray<R>>;
export async function prod(x: BlockSource, options: SumOptions = {}): Promise<unknown> {
  return total("prod", x, options);
}

async function total(which: "sum" | "prod", x: BlockSource, options: SumOptions): Promise<unknown> {
  checkOptions(which, options, SUM_OPTIONS);
  const tree = numbersOf(which, x);
  const target =
    options.dtype === undefined || options.dtype === null ? sumDType(tree.dtype) : checkDType(options.dtype);
  if (target === "string") throw new DelayedArrayError("DTYPE_UNSUPPORTED", `${which}: dtype string: expected numbers`);
  const summand = summandDType(tree.dtype, target);
  const converts = summand !== tree.dtype;
  return reduce(
    tree,
    options,
    (reduction) => {
      const source = { dtype: summand, isMasked: tree.isMasked, isSparse: tree.isSparse };
      // In bool, NumPy adds up by "or" and multiplies by "and".
      if (target === "bool") return new AnyAllAccumulator(reduction, source, which === "sum" ? "any" : "all");
      const Total = which === "sum" ? SumAccumulator : ProdAccumulator;
      return new Total(reduction, source, target);
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
  checkOptions("mean", options, SUM_OPTIONS);
  const dtype = floatDType("mean", options.dtype);
  return reduce(numbersOf("mean", x), options, (reduction, source) => new MeanAccumulator(reduction, source, dtype));
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
  const { ddof = 0 } = checkOptions(which, options, [...SUM_OPTIONS, "ddof"]);
  if (typeof ddof !== "number" || !Number.isFinite(ddof)) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${which}: ddof ${shown(ddof)}, expected a finite number`);
  }
  const dtype = floatDType(which, options.dtype);
  return reduce(
    numbersOf(which, x),
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
export function min<D extends DType>(
  x: BlockSource<D>,
  options?: WholeOptions,
): Promise<ScalarOf<Exclude<D, "string">> | null>;
export function min<D extends DType>(x: BlockSource<D>, options: StatisticOptions): Promise<NdArray<D>>;
export async function min(x: BlockSource, options: StatisticOptions = {}): Promise<unknown> {
  checkOptions("min", options, OPTIONS);
  return reduce(numbersOf("min", x), options, (reduction, source) => new MinMaxAccumulator(reduction, source, "min"));
}

/**
 * The largest element, or those along axes; otherwise as {@link min}.
 *
 * @param x - a delayed array, an array in memory, or a seed
 * @throws `INVALID_ARGUMENT`, also for the largest of no elements; the signal's reason when it aborts
 * @see NumPy's `max`
 */
export function max<D extends DType>(
  x: BlockSource<D>,
  options?: WholeOptions,
): Promise<ScalarOf<Exclude<D, "string">> | null>;
export function max<D extends DType>(x: BlockSource<D>, options: StatisticOptions): Promise<NdArray<D>>;
export async function max(x: BlockSource, options: StatisticOptions = {}): Promise<unknown> {
  checkOptions("max", options, OPTIONS);
  return reduce(numbersOf("max", x), options, (reduction, source) => new MinMaxAccumulator(reduction, source, "max"));
}

/**
 * Where the smallest element is: its index in C order of the whole array, or along an axis. It is the first if there are
 * several, and that of the first NaN if there is one. Missing entries are skipped; where nothing is left the result is
 * missing (`null`). A zero that a sparse array does not store counts like any other.
 *
 * @param x - a delayed array, an array in memory, or a seed
 * @returns a number, or an array of float64, which holds every index exactly
 * @throws `INVALID_ARGUMENT`, also for several axes, and for the smallest of no elements; the signal's reason when it aborts
 * @see https://numpy.org/doc/stable/reference/generated/numpy.argmin.html
 */
export function argmin(x: BlockSource, options?: WholeOptions): Promise<number | null>;
export function argmin(x: BlockSource, options: ArgOptions): Promise<NdArray<"float64">>;
export async function argmin(x: BlockSource, options: ArgOptions = {}): Promise<unknown> {
  checkOptions("argmin", options, OPTIONS);
  return reduce(
    numbersOf("argmin", x),
    options,
    (reduction, source) => new ArgMinMaxAccumulator(reduction, source, "argmin"),
  );
}

/**
 * Where the largest element is; otherwise as {@link argmin}.
 *
 * @param x - a delayed array, an array in memory, or a seed
 * @returns a number, or an array of float64, which holds every index exactly
 * @throws `INVALID_ARGUMENT`, also for several axes, and for the largest of no elements; the signal's reason when it aborts
 * @see https://numpy.org/doc/stable/reference/generated/numpy.argmax.html
 */
export function argmax(x: BlockSource, options?: WholeOptions): Promise<number | null>;
export function argmax(x: BlockSource, options: ArgOptions): Promise<NdArray<"float64">>;
export async function argmax(x: BlockSource, options: ArgOptions = {}): Promise<unknown> {
  checkOptions("argmax", options, OPTIONS);
  return reduce(
    numbersOf("argmax", x),
    options,
    (reduction, source) => new ArgMinMaxAccumulator(reduction, source, "argmax"),
  );
}

/**
 * How many elements are not missing, in all or along axes, whatever their values: zeros that a sparse array does not
 * store, and NaN, count too. Where none is left it is 0. Nothing is read of an array that has no mask.
 *
 * @param x - a delayed array, an array in memory, or a seed
 * @returns a number, or an array of float64
 * @throws `INVALID_ARGUMENT`; the signal's reason when it aborts
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ma.count.html
 */
export function count(x: BlockSource, options?: WholeOptions): Promise<number>;
export function count(x: BlockSource, options: StatisticOptions): Promise<NdArray<"float64">>;
export async function count(x: BlockSource, options: StatisticOptions = {}): Promise<unknown> {
  checkOptions("count", options, OPTIONS);
  return reduce(readable(x), options, (reduction, source) => new CountAccumulator(reduction, source));
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
  checkOptions("any", options, OPTIONS);
  return reduce(numbersOf("any", x), options, (reduction, source) => new AnyAllAccumulator(reduction, source, "any"));
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
  checkOptions("all", options, OPTIONS);
  return reduce(numbersOf("all", x), options, (reduction, source) => new AnyAllAccumulator(reduction, source, "all"));
}

/** @throws `DTYPE_UNSUPPORTED` for strings, which are only counted */
function numbersOf(which: string, x: BlockSource): Tree {
  const tree = readable(x);
  if (tree.dtype !== "string") return tree;
  throw new DelayedArrayError("DTYPE_UNSUPPORTED", `${which} of string: expected numbers; count counts strings`);
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
  return new NdArray({ data, shape: reduction.outShape, dtype, mask });
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
