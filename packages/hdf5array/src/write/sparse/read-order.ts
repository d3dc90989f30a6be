import {
  type BlockOptions,
  chunkGrid,
  type DelayedArray,
  defaultBufferSize,
  type Grid,
  type Seed,
  SimpleGrid,
  seeds,
} from "delayedarray";
import { itemSize, maxGap, sizeOf } from "delayedarray/internal";

/** How an array is read to be compressed. */
export type ReadPlan = Pick<BlockOptions, "allowSparse" | "bufferSize" | "grid">;

/** How much larger than the average the blocks of a sparse matrix may be before they take more memory than planned. */
const SKEW = 4;

/** Bytes of a stored entry besides its value while it is read: where it is, twice. */
const PLACE_BYTES = 12;

/**
 * Plans the blocks in which a matrix is read: whole columns for CSC (rows for CSR) where blocks of whole chunks can be
 * that, and otherwise blocks that follow the chunks, so that each chunk is read once in both cases. Of sparse matrices
 * that know how many entries they store, blocks are as large as those entries allow, not as if they were dense.
 *
 * @param memory - for the blocks, in bytes
 */
export function planReading(x: DelayedArray, fibreAxis: 0 | 1, memory = defaultBufferSize()): ReadPlan {
  const grid = chunkGrid(x);
  const bytes = itemSize(x.dtype);
  const perElement = x.isSparse ? Math.min(1, SKEW * densityOf(x)) * (bytes + PLACE_BYTES) : bytes;
  // Even a matrix without entries is not read in blocks of any size: each of its fibres costs a pointer.
  const bufferSize = memory * Math.min(bytes / perElement, 2 ** 12);
  const whole = wholeFibres(grid, x.shape, fibreAxis);
  const band = maxGap(grid.boundaries[fibreAxis]!) * x.shape[1 - fibreAxis]!;
  return { allowSparse: true, bufferSize, grid: band * bytes <= bufferSize ? whole : grid };
}

/** The same chunks along the fibres' axis, not divided along the other one. */
function wholeFibres({ boundaries, cost }: Grid, shape: readonly number[], fibreAxis: 0 | 1): Grid {
  const ticks = boundaries.map((one, axis) => (axis === fibreAxis || shape[axis] === 0 ? one : [shape[axis]!]));
  return new SimpleGrid(ticks, cost / Math.max(1, sizeOf(shape)) || 1);
}

/** The share of elements that are stored, as far as the seeds tell. */
function densityOf(x: DelayedArray): number {
  return Math.min(
    1,
    seeds(x).reduce((most, seed) => Math.max(most, seedDensity(seed, x.shape)), 0),
  );
}

function seedDensity(seed: Seed, shape: readonly number[]): number {
  const size = sizeOf(seed.shape);
  if (size === 0) return 0;
  // An operand along one axis, such as size factors, is in memory.
  if (!seed.isSparse) return size <= Math.max(...shape) ? 0 : 1;
  return storedEntries(seed) / size;
}

/** The entries that a matrix can have at most: as many as are stored in its seeds, if they all tell, or its elements. */
export function mostEntries(x: DelayedArray): number {
  const size = sizeOf(x.shape);
  if (!x.isSparse) return size;
  const all = seeds(x);
  // A seed whose columns are repeated, or that is spread along an axis, has its entries more than once.
  if (all.reduce((sum, seed) => sum + sizeOf(seed.shape), 0) < size) return size;
  return all.reduce((sum, seed) => sum + storedEntries(seed), 0);
}

function storedEntries(seed: Seed): number {
  const { nnz } = seed as { nnz?: unknown };
  return typeof nnz === "number" ? nnz : sizeOf(seed.shape);
}
