import { checkOptions, READ_OPTIONS } from "../base/check-options.js";
import type { DType } from "../base/dtype.js";
import { endingProgress } from "../base/ending-progress.js";
import { DelayedArrayError } from "../base/errors.js";
import type { ReadOptions } from "../base/options.js";
import { shown } from "../base/shown.js";
import { type RealizeOptions, realizeDense, realizeSparse } from "../blocks/realize.js";
import { concatenate as combine, stack as stackTrees } from "../ops/combine-op.js";
import { cast, round as roundValues } from "../ops/elementwise.js";
import { type Extractable, isOpNode, treeOf } from "../ops/node.js";
import { mapTreeSeeds, seedsOf } from "../ops/rebuild.js";
import { MOST_NODES, showTree as treeText } from "../ops/show-tree.js";
import { reshape as reshapeTree, subset as select } from "../ops/subset-op.js";
import { transpose as permute } from "../ops/transpose-op.js";
import { treeFromRecipe } from "../recipe/from-recipe.js";
import type { Openers, Recipe } from "../recipe/recipe.js";
import { toRecipe as recipeOf } from "../recipe/to-recipe.js";
import { checkSeed, type Seed } from "../seed/seed.js";
import type { Subset } from "../subset/subset.js";
import { isNdArray, type NdArray } from "../values/nd-array.js";
import { isSparseNdarray, type SparseNdarray } from "../values/sparse-ndarray.js";
import { DelayedArray } from "./delayed-array.js";
import { WRAP } from "./wrap-key.js";

export { WRAP };

/** A delayed array, an array in memory, or any seed. */
export type AnyArray<D extends DType = DType> = DelayedArray<D> | NdArray<D> | SparseNdarray<D> | Seed<D>;

/** The tree of an array. @throws `INVALID_ARGUMENT` for what is none */
export function checked(x: AnyArray): Extractable {
  const tree = treeOf(x);
  return isOpNode(tree) ? tree : checkSeed(tree);
}

/**
 * The selected part as a new dense array in memory, C-contiguous, sharing nothing with the seed.
 *
 * @param subset - any form that `subset` takes; integers drop their axes
 * @throws as `subset`, `LIMIT_EXCEEDED` when it does not fit, and what reading throws
 */
export async function extractDenseArray<D extends DType>(
  x: AnyArray<D>,
  subset: Subset = [],
  options: RealizeOptions = {},
): Promise<NdArray<D>> {
  return realizeDense("extractDenseArray", select(checked(x), subset), options) as Promise<NdArray<D>>;
}

/** The same as a sparse array; what is not sparse is read dense, block by block, and converted. */
export async function extractSparseArray<D extends DType>(
  x: AnyArray<D>,
  subset: Subset = [],
  options: RealizeOptions = {},
): Promise<SparseNdarray<D>> {
  return realizeSparse("extractSparseArray", select(checked(x), subset), options) as Promise<SparseNdarray<D>>;
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
 * @throws `INVALID_ARGUMENT` for no arrays or no such axis, `SHAPE_MISMATCH` when other extents differ,
 * `DTYPE_UNSUPPORTED` for strings beside numbers
 */
export function concatenate(arrays: readonly AnyArray[], axis = 0): DelayedArray {
  return new DelayedArray(combine(Array.isArray(arrays) ? arrays.map((x: AnyArray) => checked(x)) : arrays, axis));
}

/**
 * Arrays of one shape along a new axis, delayed.
 *
 * @param axis - where the new axis goes; negative counts from the end of the result's axes
 * @throws as {@link concatenate}
 * @see https://numpy.org/doc/stable/reference/generated/numpy.stack.html
 */
export function stack(arrays: readonly AnyArray[], axis = 0): DelayedArray {
  return new DelayedArray(stackTrees(Array.isArray(arrays) ? arrays.map((x: AnyArray) => checked(x)) : arrays, axis));
}

/** Arrays below one another: {@link concatenate} along the first axis, as R's `rbind`. */
export function rbind(...arrays: AnyArray[]): DelayedArray {
  return concatenate(arrays, 0);
}

/** Matrices beside one another: {@link concatenate} along the second axis, as R's `cbind`. */
export function cbind(...arrays: AnyArray[]): DelayedArray {
  return concatenate(arrays, 1);
}

/** The same elements under another shape, delayed; see `DelayedArray.reshape`. */
export function reshape<D extends DType>(x: AnyArray<D>, shape: readonly number[]): DelayedArray<D> {
  return new DelayedArray<D>(reshapeTree(checked(x), shape));
}

/** The seeds under an array, each once, in the order in which they appear. Nothing is read. */
export function seeds(x: AnyArray): Seed[] {
  return seedsOf(checked(x));
}

/**
 * The same operations on other seeds: to open files at another place, or to count what is read.
 *
 * @param fn - gets each seed once and gives the one to put in its place, of the same shape and dtype
 * @throws `SHAPE_MISMATCH`, `DTYPE_UNSUPPORTED` when that has another shape or dtype, `INVALID_ARGUMENT` for no function
 */
export function mapSeeds<D extends DType>(x: AnyArray<D>, fn: (seed: Seed) => AnyArray): DelayedArray<D> {
  if (typeof fn !== "function") {
    throw new DelayedArrayError("INVALID_ARGUMENT", `mapSeeds: expected a function of a seed, got ${shown(fn)}`);
  }
  return new DelayedArray<D>(mapTreeSeeds(checked(x), fn));
}

/**
 * The tree of delayed operations as text, the outermost first, one line for each operation, seed and operand in memory.
 * Nothing is read.
 *
 * @param options - `maxNodes`: lines at most; 1000 if not given
 */
export function showTree(x: AnyArray, options: { readonly maxNodes?: number } = {}): string {
  const { maxNodes = MOST_NODES } = checkOptions("showTree", options, ["maxNodes"]);
  if (typeof maxNodes !== "number" || !(maxNodes >= 0)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `showTree: maxNodes ${shown(maxNodes)}: expected a number of lines`,
    );
  }
  return treeText(checked(x), maxNodes);
}

/**
 * A delayed array as plain JSON, from which {@link fromRecipe} makes an array again: in a worker, another process, or
 * later. Values in memory go along, files are named. Nothing is read.
 *
 * @throws `UNSUPPORTED_FEATURE` for a seed that cannot say how it is opened (bytes, a custom source) and for a function
 * of your own
 */
export function toRecipe(x: AnyArray): Recipe {
  return recipeOf(checked(x));
}

/**
 * The array that a recipe describes: see {@link toRecipe}. The files that it names are opened, no value is read.
 *
 * @param json - what `toRecipe` gave, after any way through JSON
 * @param openers - by name, as backends export them: `{ ...hdf5Openers, ...tileDbOpeners }`
 * @throws `INVALID_ARGUMENT` naming the node for a malformed or unknown recipe, `UNSUPPORTED_FEATURE` for one of a newer
 * version, `SHAPE_MISMATCH` when a file has changed, and what opening throws
 */
export async function fromRecipe(
  json: unknown,
  openers: Openers = {},
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<DelayedArray> {
  const { signal } = checkOptions("fromRecipe", options, ["signal"]);
  if (typeof openers !== "object" || openers === null || Array.isArray(openers)) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `fromRecipe: expected openers by name, got ${shown(openers)}`);
  }
  const tree = await treeFromRecipe(json, openers, signal);
  return isOpNode(tree) ? new DelayedArray(tree) : wrap(tree);
}

/** Prints an array whole by `console.log`: header, and values as NumPy prints them; of a delayed array only the edges are read. */
export async function print(x: AnyArray, options: ReadOptions = {}): Promise<void> {
  const { onProgress } = checkOptions("print", options, READ_OPTIONS);
  console.log(isNdArray(x) || isSparseNdarray(x) ? x.format() : await wrap(x).format(options));
  // Of an array in memory nothing is read.
  if (isNdArray(x) || isSparseNdarray(x)) endingProgress(onProgress).end(0);
}
