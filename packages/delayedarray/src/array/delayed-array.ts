import { brand, hasBrand } from "../base/brand.js";
import { type DType, itemSize, type ScalarOf } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import type { ReadOptions } from "../base/options.js";
import { type Shape, sizeOf } from "../base/shape.js";
import { type RealizeOptions, toDenseArray, toSparseArray } from "../blocks/realize.js";
import { extractDense, extractSparse } from "../extract/extract.js";
import { chunkGrid } from "../extract/grid-of.js";
import type { Grid } from "../grid/grid.js";
import { assign } from "../ops/assign-op.js";
import { clip } from "../ops/clip-op.js";
import { concatenate } from "../ops/combine-op.js";
import { dimnamesOf, withDimnames } from "../ops/dimnames-op.js";
import { cast, elementwise, round } from "../ops/elementwise.js";
import { mapValues, type ValueFunction } from "../ops/map-op.js";
import { type Dimnames, type Extractable, isOpNode, TREE, type Tree } from "../ops/node.js";
import type { Operand } from "../ops/operand.js";
import { reshape, subset } from "../ops/subset-op.js";
import { transpose } from "../ops/transpose-op.js";
import { checkSeed, type ExtractOptions, type Seed } from "../seed/seed.js";
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
import { type SeedSubset, seedEntrySelection } from "../subset/seed-subset.js";
import type { Subset } from "../subset/subset.js";
import type { NdArray } from "../values/nd-array.js";
import type { SparseNdarray } from "../values/sparse-ndarray.js";
import { checkMatrix, type RowsOrColumns, subsetEntryOf } from "./bioconductor.js";
import { formatDelayed, header } from "./repr.js";
import { WRAP } from "./wrap-key.js";

const NAME = "delayedarray.DelayedArray";

/**
 * An array whose values stay where they are (a file, a database, memory) until they are asked for. Every operation gives
 * a new array at once and reads nothing; `toDense`, `toSparse`, statistics, blocks and printing read, chunk by chunk and
 * only what they need.
 *
 * Instances and their `shape` are frozen.
 */
export class DelayedArray<D extends DType = DType> implements Seed<D> {
  readonly #tree: Tree;

  /**
   * @param seed - what holds the values; {@link wrap} is the usual way to get here
   * @throws `INVALID_ARGUMENT` when it is no seed, `DTYPE_UNSUPPORTED` for a dtype that is not among NumPy's bool,
   * integers of 8 to 64 bits, float32 and float64
   */
  constructor(seed: Tree) {
    if (!isOpNode(seed)) checkSeed(seed);
    this.#tree = seed;
    // A subclass freezes itself, once its own fields are set.
    if (new.target === DelayedArray) Object.freeze(this);
  }

  /** What the array is made of: the seed itself, or the outermost delayed operation. */
  get seed(): Tree {
    return this.#tree;
  }

  /** @internal */
  get [TREE](): Tree {
    return this.#tree;
  }

  /** Extents, one per axis; frozen. */
  get shape(): Shape {
    const { shape } = this.#tree;
    return Object.isFrozen(shape) ? shape : Object.freeze(Array.from(shape));
  }

  get dtype(): D {
    return this.#tree.dtype as D;
  }

  /** Number of dimensions. */
  get ndim(): number {
    return this.#tree.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.#tree.shape);
  }

  /** Extent of the first axis. @throws `INVALID_ARGUMENT` for a 0-d array, as in Python */
  get length(): number {
    const [first] = this.#tree.shape;
    if (first === undefined)
      throw new DelayedArrayError("INVALID_ARGUMENT", "length of a 0-d array: it has no first axis");
    return first;
  }

  /** Bytes that the values would take in memory, dense. */
  get nbytes(): number {
    return this.size * itemSize(this.dtype);
  }

  /** The array with its axes reversed, delayed. */
  get T(): DelayedArray<D> {
    return this.transpose();
  }

  /** Whether values can be had as a sparse array without going through a dense one. */
  get isSparse(): boolean {
    return this.#tree.isSparse;
  }

  /** Whether entries can be missing. */
  get isMasked(): boolean {
    return this.#tree.isMasked;
  }

  get givesFreshArrays(): true {
    return true;
  }

  /** The class's name as it is printed; minifiers change the one that JavaScript knows. */
  get className(): string {
    return "DelayedArray";
  }

  /**
   * The selected part, delayed. One entry per axis, missing ones mean all: `null`, a `slice`, an integer (which drops the
   * axis), an array of integers in any order with repeats, or a mask. Several lists select their outer product.
   *
   * @throws `INDEX_OUT_OF_RANGE`, `INVALID_ARGUMENT` for a fraction or a mask of the wrong length, `SHAPE_MISMATCH` for
   * more entries than axes
   */
  subset(entries: Subset): DelayedArray<D> {
    return new DelayedArray<D>(subset(this, entries));
  }

  /**
   * The axes in another order, delayed; reversed if none is given.
   *
   * @throws `INVALID_ARGUMENT` when `axes` is not a permutation
   */
  transpose(axes?: readonly number[] | null): DelayedArray<D> {
    return new DelayedArray<D>(transpose(this, axes));
  }

  /**
   * The same elements under another shape, delayed, as far as that adds and drops axes of extent 1; one extent may be -1.
   *
   * @throws `SHAPE_MISMATCH` when the sizes differ, `INVALID_ARGUMENT` when elements would have to move
   */
  reshape(shape: readonly number[]): DelayedArray<D> {
    return new DelayedArray<D>(reshape(this, shape));
  }

  /**
   * The array with what `entries` select replaced by `value`, delayed: this array does not change. The value is converted
   * to this array's dtype and broadcasts to the selection; where a list selects an index several times the last one
   * counts.
   *
   * @throws as `subset`; `SHAPE_MISMATCH` when the value does not broadcast to the selection, `INVALID_ARGUMENT` for an
   * integer that does not fit the dtype
   */
  set(entries: Subset, value: Operand): DelayedArray<D> {
    return new DelayedArray<D>(assign(this, entries, value));
  }

  /** Names of the indices of each axis, `null` for an axis without; `null` when no axis has names. */
  get dimnames(): Dimnames | null {
    return dimnamesOf(this.#tree);
  }

  /**
   * The array with names for the indices of its axes, by which `subset` can then select; `null` takes them away. Names
   * follow the array through every operation.
   *
   * @throws `SHAPE_MISMATCH` for another number of axes or names, `INVALID_ARGUMENT` for what is no string
   */
  withDimnames(dimnames: Dimnames | null): DelayedArray<D> {
    return new DelayedArray<D>(withDimnames(this, dimnames));
  }

  /**
   * Values converted to another dtype, delayed: floats truncate towards zero and saturate, NaN gives 0, integers wrap.
   *
   * @throws `DTYPE_UNSUPPORTED`
   */
  astype<E extends DType>(dtype: E): DelayedArray<E> {
    return new DelayedArray<E>(cast(this, dtype));
  }

  /**
   * Values rounded to a number of decimals, halves to even, delayed; negative: to tens, hundreds and so on.
   *
   * @throws `INVALID_ARGUMENT` for a fraction, `DTYPE_UNSUPPORTED` for bool with decimals
   */
  round(decimals = 0): DelayedArray {
    return new DelayedArray(round(this, decimals));
  }

  /** `this + other`, value by value. Of bools: logical or. */
  add(other: Operand): DelayedArray {
    return new DelayedArray(elementwise("add", [this, other]));
  }

  /** `this - other`, value by value. Bools are refused. */
  subtract(other: Operand): DelayedArray {
    return new DelayedArray(elementwise("subtract", [this, other]));
  }

  /** `this * other`, value by value. Of bools: logical and. */
  multiply(other: Operand): DelayedArray {
    return new DelayedArray(elementwise("multiply", [this, other]));
  }

  /** `this / other`, value by value, always in floats. */
  divide(other: Operand): DelayedArray {
    return new DelayedArray(elementwise("divide", [this, other]));
  }

  /** The remainder of `this / other` with the sign of `other`; 0 for integers divided by 0. */
  remainder(other: Operand): DelayedArray {
    return new DelayedArray(elementwise("remainder", [this, other]));
  }

  /** The floor of `this / other`; 0 for integers divided by 0. */
  floorDivide(other: Operand): DelayedArray {
    return new DelayedArray(elementwise("floorDivide", [this, other]));
  }

  /** `this` to the power of `other`. Integers to negative integer powers are `INVALID_ARGUMENT`. */
  power(other: Operand): DelayedArray {
    return new DelayedArray(elementwise("power", [this, other]));
  }

  /** Whether values are equal. */
  equal(other: Operand): DelayedArray<"bool"> {
    return new DelayedArray(elementwise("equal", [this, other]));
  }

  /** Whether values differ. */
  notEqual(other: Operand): DelayedArray<"bool"> {
    return new DelayedArray(elementwise("notEqual", [this, other]));
  }

  /** Whether `this < other`. */
  less(other: Operand): DelayedArray<"bool"> {
    return new DelayedArray(elementwise("less", [this, other]));
  }

  /** Whether `this <= other`. */
  lessEqual(other: Operand): DelayedArray<"bool"> {
    return new DelayedArray(elementwise("lessEqual", [this, other]));
  }

  /** Whether `this > other`. */
  greater(other: Operand): DelayedArray<"bool"> {
    return new DelayedArray(elementwise("greater", [this, other]));
  }

  /** Whether `this >= other`. */
  greaterEqual(other: Operand): DelayedArray<"bool"> {
    return new DelayedArray(elementwise("greaterEqual", [this, other]));
  }

  /** Whether both values are not 0. */
  logicalAnd(other: Operand): DelayedArray<"bool"> {
    return new DelayedArray(elementwise("logicalAnd", [this, other]));
  }

  /** Whether any of both values is not 0. */
  logicalOr(other: Operand): DelayedArray<"bool"> {
    return new DelayedArray(elementwise("logicalOr", [this, other]));
  }

  /** Whether one of both values is not 0 and the other is. */
  logicalXor(other: Operand): DelayedArray<"bool"> {
    return new DelayedArray(elementwise("logicalXor", [this, other]));
  }

  /** Whether values are 0. */
  logicalNot(): DelayedArray<"bool"> {
    return new DelayedArray(elementwise("logicalNot", [this]));
  }

  /** The smaller of both values; NaN where one of them is NaN. */
  minimum(other: Operand): DelayedArray {
    return new DelayedArray(elementwise("minimum", [this, other]));
  }

  /** The larger of both values; NaN where one of them is NaN. */
  maximum(other: Operand): DelayedArray {
    return new DelayedArray(elementwise("maximum", [this, other]));
  }

  /** The values, brought between two bounds; `null` for none. See the function `clip`. */
  clip(min: Operand | null = null, max: Operand | null = null): DelayedArray {
    return new DelayedArray(clip(this, min, max));
  }

  /** A function of your own of each value, its results converted to `dtype`. See the function `map`. */
  map<R extends DType = D>(fn: ValueFunction<D>, options: { readonly dtype?: R | undefined } = {}): DelayedArray<R> {
    return new DelayedArray<R>(mapValues(this, fn, options.dtype));
  }

  /** Natural logarithm. */
  log(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("log", [this]));
  }

  /** `log(1 + x)`, accurate near 0. */
  log1p(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("log1p", [this]));
  }

  /** Logarithm to base 2. */
  log2(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("log2", [this]));
  }

  /** Logarithm to base 10. */
  log10(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("log10", [this]));
  }

  /** e to the power of x. */
  exp(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("exp", [this]));
  }

  /** 2 to the power of x. */
  exp2(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("exp2", [this]));
  }

  /** `exp(x) - 1`, accurate near 0. */
  expm1(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("expm1", [this]));
  }

  /** Square root; NaN below 0. */
  sqrt(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("sqrt", [this]));
  }

  /** Cube root. */
  cbrt(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("cbrt", [this]));
  }

  /** `x * x`; integers wrap around. */
  square(): DelayedArray {
    return new DelayedArray(elementwise("square", [this]));
  }

  /** `1 / x`; of integers 0, but for 1 and -1. */
  reciprocal(): DelayedArray {
    return new DelayedArray(elementwise("reciprocal", [this]));
  }

  /** `sqrt(this * this + other * other)`, without overflow on the way. */
  hypot(other: Operand): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("hypot", [this, other]));
  }

  /** `log(exp(this) + exp(other))`, without overflow on the way. */
  logaddexp(other: Operand): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("logaddexp", [this, other]));
  }

  /** Sine of radians. */
  sin(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("sin", [this]));
  }

  /** Cosine of radians. */
  cos(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("cos", [this]));
  }

  /** Tangent of radians. */
  tan(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("tan", [this]));
  }

  /** Hyperbolic sine. */
  sinh(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("sinh", [this]));
  }

  /** Hyperbolic cosine. */
  cosh(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("cosh", [this]));
  }

  /** Hyperbolic tangent. */
  tanh(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("tanh", [this]));
  }

  /** Inverse sine, in radians. */
  arcsin(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("arcsin", [this]));
  }

  /** Inverse cosine, in radians. */
  arccos(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("arccos", [this]));
  }

  /** Inverse tangent, in radians. */
  arctan(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("arctan", [this]));
  }

  /** The angle of the points (x, this), in radians. */
  arctan2(x: Operand): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("arctan2", [this, x]));
  }

  /** Inverse hyperbolic sine. */
  arcsinh(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("arcsinh", [this]));
  }

  /** Inverse hyperbolic cosine. */
  arccosh(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("arccosh", [this]));
  }

  /** Inverse hyperbolic tangent. */
  arctanh(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("arctanh", [this]));
  }

  /** The smallest integers not below, in the same dtype. */
  ceil(): DelayedArray<D> {
    return new DelayedArray(elementwise("ceil", [this]));
  }

  /** The largest integers not above, in the same dtype. */
  floor(): DelayedArray<D> {
    return new DelayedArray(elementwise("floor", [this]));
  }

  /** Towards zero to integers, in the same dtype. */
  trunc(): DelayedArray<D> {
    return new DelayedArray(elementwise("trunc", [this]));
  }

  /** To the nearest integers, halves to even, in floats. */
  rint(): DelayedArray<"float32" | "float64"> {
    return new DelayedArray(elementwise("rint", [this]));
  }

  /** -1, 0 or 1 by the sign; NaN stays. Bools are refused. */
  sign(): DelayedArray<D> {
    return new DelayedArray(elementwise("sign", [this]));
  }

  /** Whether values are NaN. */
  isnan(): DelayedArray<"bool"> {
    return new DelayedArray(elementwise("isnan", [this]));
  }

  /** Whether values are infinite. */
  isinf(): DelayedArray<"bool"> {
    return new DelayedArray(elementwise("isinf", [this]));
  }

  /** Whether values are neither NaN nor infinite. */
  isfinite(): DelayedArray<"bool"> {
    return new DelayedArray(elementwise("isfinite", [this]));
  }

  /** Absolute values; the smallest integer of a signed dtype wraps around to itself. */
  abs(): DelayedArray<D> {
    return new DelayedArray(elementwise("abs", [this]));
  }

  /** `-x`; unsigned integers wrap around. Bools are refused. */
  negative(): DelayedArray<D> {
    return new DelayedArray(elementwise("negative", [this]));
  }

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
  min(options?: WholeOptions): Promise<ScalarOf<D> | null>;
  min(options: StatisticOptions): Promise<NdArray<D>>;
  min(options?: StatisticOptions): Promise<unknown> {
    return statistics.min(this, options as StatisticOptions);
  }

  /** The largest value, or along axes; see the function `max`. */
  max(options?: WholeOptions): Promise<ScalarOf<D> | null>;
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

  /**
   * All values as a new array in memory.
   *
   * @throws `LIMIT_EXCEEDED` when they do not fit, the signal's reason when aborted
   */
  async toDense(options: RealizeOptions = {}): Promise<NdArray<D>> {
    return toDenseArray(this, options) as Promise<NdArray<D>>;
  }

  /** All values as a new sparse array in memory; a dense array is converted. */
  async toSparse(options: ReadOptions = {}): Promise<SparseNdarray<D>> {
    return toSparseArray(this, options) as Promise<SparseNdarray<D>>;
  }

  /** Header and values as NumPy prints them, reading only the edges. */
  async format(options: ReadOptions = {}): Promise<string> {
    return formatDelayed(this, this.className, options);
  }

  /** The header: nothing is read. */
  toString(): string {
    return header(this, this.className);
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** The seed protocol: how the array is divided into chunks that are read as a whole. */
  chunkGrid(): Grid {
    return chunkGrid(this);
  }

  /** The seed protocol: the elements asked for, as a new array. */
  async extractDense(request: SeedSubset, options: ExtractOptions = {}): Promise<NdArray<D>> {
    return extractDense(this, request.map(seedEntrySelection), options) as Promise<NdArray<D>>;
  }

  /** The seed protocol: the same, sparse. */
  async extractSparse(request: SeedSubset, options: ExtractOptions = {}): Promise<SparseNdarray<D>> {
    return extractSparse(this, request.map(seedEntrySelection), options) as Promise<SparseNdarray<D>>;
  }

  /** Number of rows, for the npm package `bioconductor`. */
  _bioconductor_NUMBER_OF_ROWS(): number {
    checkMatrix(this.shape, "number of rows");
    return this.shape[0]!;
  }

  /** Number of columns. */
  _bioconductor_NUMBER_OF_COLUMNS(): number {
    checkMatrix(this.shape, "number of columns");
    return this.shape[1]!;
  }

  /** Rows and columns, delayed: `null` for all, `{ start, end }`, or indices. */
  _bioconductor_SLICE_2D(rows: RowsOrColumns, columns: RowsOrColumns, _options?: unknown): DelayedArray<D> {
    checkMatrix(this.shape, "slice");
    return this.subset([subsetEntryOf(rows), subsetEntryOf(columns)]);
  }

  /** This array's rows and those of others, delayed. */
  _bioconductor_COMBINE_ROWS(others: readonly Extractable[], _options?: unknown): DelayedArray {
    return new DelayedArray(concatenate([this, ...others], 0));
  }

  /** This array's columns and those of others, delayed. */
  _bioconductor_COMBINE_COLUMNS(others: readonly Extractable[], _options?: unknown): DelayedArray {
    return new DelayedArray(concatenate([this, ...others], 1));
  }

  /** Another array on the same seed, of the same class. Nothing can change either of them, so nothing is copied. */
  _bioconductor_CLONE(_options?: unknown): DelayedArray<D> {
    const own = (this.#tree as { readonly [WRAP]?: () => DelayedArray<D> })[WRAP];
    return typeof own === "function" ? own.call(this.#tree) : new DelayedArray<D>(this.#tree);
  }
}
brand(DelayedArray, NAME);

/** Whether `value` is a delayed array of this or another copy of the package. */
export function isDelayedArray(value: unknown): value is DelayedArray {
  return hasBrand(value, NAME);
}
