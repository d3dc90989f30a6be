import { brand, hasBrand } from "../base/brand.js";
import type { DType } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import type { ReadOptions } from "../base/options.js";
import { type RealizeOptions, realizeDense, realizeSparse } from "../blocks/realize.js";
import { extractDense, extractSparse } from "../extract/extract.js";
import { chunkGrid } from "../extract/grid-of.js";
import type { Grid } from "../grid/grid.js";
import { assign } from "../ops/assign-op.js";
import { concatenate } from "../ops/combine-op.js";
import { dimnamesOf, withDimnames } from "../ops/dimnames-op.js";
import type { Dimnames, Extractable, Tree } from "../ops/node.js";
import type { Operand } from "../ops/operand.js";
import { reshape, subset } from "../ops/subset-op.js";
import { transpose } from "../ops/transpose-op.js";
import type { ExtractOptions, Seed } from "../seed/seed.js";
import { type SeedSubset, seedEntrySelection } from "../subset/seed-subset.js";
import type { Subset } from "../subset/subset.js";
import type { NdArray } from "../values/nd-array.js";
import type { SparseNdarray } from "../values/sparse-ndarray.js";
import { checkMatrix, type RowsOrColumns, subsetEntryOf } from "./bioconductor.js";
import { formatDelayed, header } from "./repr.js";
import { StatisticMethods } from "./statistic-methods.js";
import { WRAP } from "./wrap-key.js";

const NAME = "delayedarray.DelayedArray";

/**
 * An array whose values stay where they are (a file, a database, memory) until they are asked for. Every operation gives
 * a new array at once and reads nothing; `toDense`, `toSparse`, statistics, blocks and printing read, chunk by chunk and
 * only what they need.
 *
 * Instances and their `shape` are frozen.
 */
export class DelayedArray<D extends DType = DType> extends StatisticMethods<D> implements Seed<D> {
  /**
   * @param seed - what holds the values; {@link wrap} is the usual way to get here
   * @throws `INVALID_ARGUMENT` when it is no seed, `DTYPE_UNSUPPORTED` for a dtype that is not among NumPy's bool,
   * integers of 8 to 64 bits, float32, float64 and string
   */
  constructor(seed: Tree) {
    super(seed);
    // A subclass freezes itself, once its own fields are set.
    if (new.target === DelayedArray) Object.freeze(this);
  }

  protected override derive<E extends DType = DType>(tree: Tree): DelayedArray<E> {
    return new DelayedArray<E>(tree);
  }

  /** The array with its axes reversed, delayed. */
  get T(): DelayedArray<D> {
    return this.transpose();
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
   * The parts along the first axis, one after another, as delayed arrays without that axis: the rows of a matrix. Nothing
   * is read.
   *
   * @throws `INVALID_ARGUMENT` at once for a 0-d array, as NumPy's `TypeError: iteration over a 0-d array`
   */
  [Symbol.iterator](): Generator<DelayedArray<D>, void, void> {
    if (this.ndim === 0) {
      throw new DelayedArrayError("INVALID_ARGUMENT", "iteration over a 0-d array: it has no first axis");
    }
    return this.#rows();
  }

  *#rows(): Generator<DelayedArray<D>, void, void> {
    for (let i = 0; i < this.length; i++) yield this.subset([i]);
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
   * @throws `SHAPE_MISMATCH` when the sizes differ, `INVALID_ARGUMENT` for what is no array, or when elements would have to
   * move
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
   * integer that does not fit the dtype and for what is no value, `DTYPE_UNSUPPORTED` for strings among numbers and the
   * other way round
   */
  set(entries: Subset, value: Operand): DelayedArray<D> {
    return new DelayedArray<D>(assign(this, entries, value));
  }

  /** Names of the indices of each axis, frozen, `null` for an axis without; `null` when no axis has names. */
  get dimnames(): Dimnames | null {
    return dimnamesOf(this.seed);
  }

  /**
   * The array with names for the indices of its axes, by which `subset` can then select; `null` takes them away. Names
   * follow the array through every operation.
   *
   * @throws `SHAPE_MISMATCH` for another number of axes or names, `INVALID_ARGUMENT` for what is no list or no string
   */
  withDimnames(dimnames: Dimnames | null): DelayedArray<D> {
    return new DelayedArray<D>(withDimnames(this, dimnames));
  }

  /**
   * All values as a new array in memory.
   *
   * @throws `LIMIT_EXCEEDED` when they do not fit, the signal's reason when aborted
   */
  async toDense(options: RealizeOptions = {}): Promise<NdArray<D>> {
    return realizeDense("toDense", this.seed, options) as Promise<NdArray<D>>;
  }

  /**
   * All values as a new sparse array in memory; a dense array is converted, block by block.
   *
   * @throws `LIMIT_EXCEEDED` as soon as it shows that they do not fit, the signal's reason when aborted
   */
  async toSparse(options: RealizeOptions = {}): Promise<SparseNdarray<D>> {
    return realizeSparse("toSparse", this.seed, options) as Promise<SparseNdarray<D>>;
  }

  /** Header and values as NumPy prints them, reading only the edges. */
  async format(options: ReadOptions = {}): Promise<string> {
    return formatDelayed(this, this.className, options);
  }

  /** The header: nothing is read. */
  override toString(): string {
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
    const own = (this.seed as { readonly [WRAP]?: () => DelayedArray<D> })[WRAP];
    return typeof own === "function" ? own.call(this.seed) : new DelayedArray<D>(this.seed);
  }
}
brand(DelayedArray, NAME);

/** Whether `value` is a delayed array of this or another copy of the package. */
export function isDelayedArray(value: unknown): value is DelayedArray {
  return hasBrand(value, NAME);
}
