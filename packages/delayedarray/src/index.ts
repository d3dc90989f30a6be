export { DelayedArray, isDelayedArray } from "./array/delayed-array.js";
export * from "./array/functions.js";
export {
  type AnyArray,
  astype,
  cbind,
  concatenate,
  extractDenseArray,
  extractSparseArray,
  fromRecipe,
  isMasked,
  isPristine,
  isSparse,
  mapSeeds,
  print,
  rbind,
  reshape,
  round,
  seeds,
  showTree,
  stack,
  subset,
  toRecipe,
  transpose,
  WRAP,
  wrap,
} from "./array/generics.js";
export * from "./array/maths.js";
export {
  DTYPES,
  type DType,
  type NumbersOf,
  type NumericDType,
  type ScalarOf,
  type TypedArray,
  type TypedArrayOf,
} from "./base/dtype.js";
export { DelayedArrayError, type ErrorCode } from "./base/errors.js";
export type { Awaitable, Progress, ReadOptions } from "./base/options.js";
export { applyOverBlocks } from "./blocks/apply-over-blocks.js";
export { applyOverDimension } from "./blocks/apply-over-dimension.js";
export type { BlockSource } from "./blocks/block-plan.js";
export { blockReduce, type Stop, stop } from "./blocks/block-reduce.js";
export {
  type Block,
  type BlockOptions,
  type BlockPosition,
  blocks,
  type DenseBlockOptions,
} from "./blocks/blocks.js";
export { defaultBufferSize, setDefaultBufferSize } from "./blocks/default-buffer-size.js";
export { type RealizeOptions, toDenseArray, toSparseArray } from "./blocks/realize.js";
export { chunkGrid } from "./extract/grid-of.js";
export { chunkShapeToGrid } from "./grid/chunk-shape-to-grid.js";
export { CompositeGrid } from "./grid/composite-grid.js";
export type { Grid, Interval, Position, Ticks } from "./grid/grid.js";
export { RegularTicks } from "./grid/regular-ticks.js";
export { SimpleGrid } from "./grid/simple-grid.js";
export type { ValueFunction } from "./ops/map-op.js";
export type { Dimnames, ElementwiseNode, OpNode, Tree } from "./ops/node.js";
export type { Operand } from "./ops/operand.js";
export type { Opener, Openers, Recipe, RecipeNode } from "./recipe/recipe.js";
export type { ExtractOptions, Seed, SeedRecipe } from "./seed/seed.js";
export {
  type ArgOptions,
  all,
  any,
  argmax,
  argmin,
  count,
  type MeanOptions,
  max,
  mean,
  min,
  prod,
  type StatisticOptions,
  type SumDType,
  type SumOptions,
  std,
  sum,
  type VarianceOptions,
  variance,
  variance as var,
  type WholeOptions,
} from "./stats/statistics.js";
export type { IndexRange, SeedSubset, SeedSubsetEntry } from "./subset/seed-subset.js";
export { type Slice, slice } from "./subset/slice.js";
export type { Subset, SubsetEntry } from "./subset/subset.js";
export { ellipsis, newAxis } from "./subset/subset-markers.js";
export { isNdArray, NdArray, type Nested } from "./values/nd-array.js";
export { type NestedInput, ndarray } from "./values/ndarray.js";
export type { IntegerArray, MaskFlags, SparseOptions, ValueArray } from "./values/sparse-check.js";
export type { ContentsInput, FibreContents, SparseContents } from "./values/sparse-contents.js";
export type { SparseEntry } from "./values/sparse-entries.js";
export type { CompressedInput, CoordinateInput } from "./values/sparse-from.js";
export { isSparseNdarray, SparseNdarray } from "./values/sparse-ndarray.js";
export type { CompressedMatrix, CoordinateList } from "./values/sparse-to.js";
