import type { DType } from "../base/dtype.js";
import type { ReadOptions } from "../base/options.js";
import { extractDense, extractSparse } from "../extract/extract.js";
import { concatenate as combine } from "../ops/combine-op.js";
import { cast, round as roundValues } from "../ops/elementwise.js";
import { type Extractable, isOpNode, treeOf } from "../ops/node.js";
import { subset as select } from "../ops/subset-op.js";
import { transpose as permute } from "../ops/transpose-op.js";
import { checkSeed, type Seed } from "../seed/seed.js";
import { fullSelection } from "../subset/axis-selection.js";
import type { Subset } from "../subset/subset.js";
import { isNdArray, type NdArray } from "../values/nd-array.js";
import { isSparseNdarray, type SparseNdarray } from "../values/sparse-ndarray.js";
import { DelayedArray } from "./delayed-array.js";
import { WRAP } from "./wrap-key.js";

export { WRAP };

/** A delayed array, an array in memory, or any seed. */
export type AnyArray<D extends DType = DType> = DelayedArray<D> | NdArray<D> | SparseNdarray<D> | Seed<D>;

function checked(x: AnyArray): Extractable {
  const tree = treeOf(x);
  return isOpNode(tree) ? tree : checkSeed(tree);
}

/**
 * The selected part as a new dense array in memory, C-contiguous, sharing nothing with the seed.
 *
 * @param subset - any form that `subset` takes; integers drop their axes
 * @throws as `subset`, and what reading throws
 */
export async function extractDenseArray<D extends DType>(
  x: AnyArray<D>,
  subset: Subset = [],
  options: ReadOptions = {},
): Promise<NdArray<D>> {
  const tree = select(checked(x), subset);
  return extractDense(tree, tree.shape.map(fullSelection), options) as Promise<NdArray<D>>;
}

/** The same as a sparse array; what is not sparse is read dense and converted. */
export async function extractSparseArray<D extends DType>(
  x: AnyArray<D>,
  subset: Subset = [],
  options: ReadOptions = {},
): Promise<SparseNdarray<D>> {
  const tree = select(checked(x), subset);
  return extractSparse(tree, tree.shape.map(fullSelection), options) as Promise<SparseNdarray<D>>;
}

/** Whether values can be had as a sparse array without going through a dense one. */
export function isSparse(x: AnyArray): boolean {
  return treeOf(checked(x)).isSparse;
}

/** Whether entries can be missing. */
export function isMasked(x: AnyArray): boolean {
  return treeOf(checked(x)).isMasked;
}

/** Whether nothing has been done to the array: its seed is not a delayed operation. */
export function isPristine(x: AnyArray): boolean {
  return !isOpNode(treeOf(checked(x)));
}

/**
 * Makes a delayed array of a seed: of the backend's class if the seed's backend has one. A delayed array is given back.
 *
 * @throws `INVALID_ARGUMENT` when it is no seed, `DTYPE_UNSUPPORTED`
 */
export function wrap<D extends DType>(x: AnyArray<D>): DelayedArray<D> {
  if (x instanceof DelayedArray) return x as DelayedArray<D>;
  const own = (x as { readonly [WRAP]?: () => DelayedArray<D> })?.[WRAP];
  return typeof own === "function" ? own.call(x) : new DelayedArray<D>(checked(x) as Seed<D>);
}

/** The selected part, delayed; see `DelayedArray.subset`. */
export function subset<D extends DType>(x: AnyArray<D>, entries: Subset): DelayedArray<D> {
  return new DelayedArray<D>(select(checked(x), entries));
}

/** The axes in another order, delayed; reversed if none is given. @throws `INVALID_ARGUMENT` when `axes` is not a permutation */
export function transpose<D extends DType>(x: AnyArray<D>, axes?: readonly number[] | null): DelayedArray<D> {
  return new DelayedArray<D>(permute(checked(x), axes));
}

/** Values converted to another dtype, delayed; see `DelayedArray.astype`. @throws `DTYPE_UNSUPPORTED` */
export function astype<E extends DType>(x: AnyArray, dtype: E): DelayedArray<E> {
  return new DelayedArray<E>(cast(checked(x), dtype));
}

/** Values rounded to a number of decimals, halves to even, delayed; see `DelayedArray.round`. */
export function round(x: AnyArray, decimals = 0): DelayedArray {
  return new DelayedArray(roundValues(checked(x), decimals));
}

/**
 * Arrays after one another along an axis, delayed; dtypes are promoted to a common one.
 *
 * @param axis - negative counts from the end
 * @throws `INVALID_ARGUMENT` for no arrays or no such axis, `SHAPE_MISMATCH` when other extents differ
 */
export function concatenate(arrays: readonly AnyArray[], axis = 0): DelayedArray {
  return new DelayedArray(combine(Array.isArray(arrays) ? arrays.map((x: AnyArray) => checked(x)) : arrays, axis));
}

/** Prints an array whole by `console.log`: header, and values as NumPy prints them; of a delayed array only the edges are read. */
export async function print(x: AnyArray, options: ReadOptions = {}): Promise<void> {
  console.log(isNdArray(x) || isSparseNdarray(x) ? x.format() : await wrap(x).format(options));
}
