import { type DType, itemSize, type TypedArray } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { checkAxis, sameShape, shapeText, sizeOf } from "../base/shape.js";
import { shown } from "../base/shown.js";
import { chunkGrid } from "../extract/grid-of.js";
import { CompositeGrid } from "../grid/composite-grid.js";
import type { Grid } from "../grid/grid.js";
import { isGrid } from "../grid/is-grid.js";
import { maxGap } from "../grid/ticks.js";
import { type Extractable, type Tree, treeOf } from "../ops/node.js";
import { checkBufferSize, defaultBufferSize } from "./default-buffer-size.js";
import { joinNeighbours } from "./join-neighbours.js";

/** Something to read blocks of: a delayed array, an array in memory, or a seed. */
export type BlockSource<D extends DType = DType> = Extractable & { readonly dtype: D };

/** How an array is read in blocks. */
export interface BlockPlan {
  readonly tree: Tree;
  readonly grid: Grid;
  readonly dimensions: readonly number[];
  /** Elements in a block at most. */
  readonly elements: number;
  /** How many blocks are read while one is worked on; all of them fit the buffer. */
  readonly ahead: number;
  /** Where to put the values of a dense block, in C order, instead of in an array of its own. */
  readonly targetOf?: (position: readonly (readonly [start: number, end: number])[]) => TypedArray;
}

export interface BlockPlanOptions {
  /** Chunks that blocks should follow; by default those of the array. */
  readonly grid?: Grid | undefined;
  /** Memory for the blocks that exist at one time, in bytes; the default is {@link defaultBufferSize}. */
  readonly bufferSize?: number | undefined;
  /** Whether the next block may be read while one is worked on; it is where two fit the buffer, unless this is false. */
  readonly readAhead?: boolean | undefined;
}

/**
 * Works out the size of blocks. Blocks take half of the buffer, so that the next one can be read meanwhile, unless they
 * could then no longer hold a whole chunk: a chunk that is cut is read and decompressed several times, which costs more
 * than waiting for it.
 *
 * @param dimensions - axes to iterate over; the others are taken whole
 * @param ahead - how many blocks to read while one is worked on, where that many fit
 * @throws `INVALID_ARGUMENT` for what is not an array, an axis or a buffer size, `SHAPE_MISMATCH` for a grid of another
 * shape
 */
export function planBlocks(
  x: Extractable,
  dimensions: readonly number[] | undefined,
  options: BlockPlanOptions = {},
  ahead = 1,
): BlockPlan {
  const tree = readable(x);
  const { shape } = tree;
  const axes = dimensions?.map((axis) => checkAxis(axis, shape.length)) ?? shape.map((_, axis) => axis);
  const bytes = checkBufferSize(options.bufferSize ?? defaultBufferSize());
  const grid = options.grid ?? chunkGrid(tree);
  if (!isGrid(grid)) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `grid ${shown(grid)}: expected a grid, as chunkGrid() gives it`);
  }
  if (!sameShape(grid.shape, shape)) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `the grid is for an array of shape ${shapeText(grid.shape)}, but the array has shape ${shapeText(shape)}`,
    );
  }
  // A missing entry is marked in a byte of its own.
  const elements = Math.max(1, Math.floor(bytes / (itemSize(tree.dtype) + (tree.isMasked ? 1 : 0))));
  const plan = { tree, grid, dimensions: axes, elements };
  if (options.readAhead === false) return { ...plan, ahead: 0 };
  if (sizeOf(shape) <= elements) return { ...plan, ahead };
  const chunk = largestChunk(plan);
  for (let fitting = ahead; fitting > 0; fitting--) {
    const share = Math.floor(elements / (fitting + 1));
    if (share >= chunk) return { ...plan, elements: share, ahead: fitting };
  }
  return { ...plan, ahead: 0 };
}

/** Elements of a chunk, where it is largest, or of all chunks side by side on the axes that are taken whole. */
function largestChunk({ tree, grid, dimensions }: Pick<BlockPlan, "tree" | "grid" | "dimensions">): number {
  return tree.shape.reduce(
    (elements, extent, axis) => elements * (dimensions.includes(axis) ? maxGap(grid.boundaries[axis]!) : extent),
    1,
  );
}

/**
 * Elements of a small block. Small blocks keep reading and computing going side by side from early on, and what was just
 * computed is still in the CPU's cache when it is used.
 */
const SMALL = 2 ** 20;

/** The same with small blocks, where the caller has no say. */
export function planSmallBlocks(
  x: Extractable,
  dimensions: readonly number[] | undefined,
  options: BlockPlanOptions,
  ahead: number,
): BlockPlan {
  const plan = planBlocks(x, dimensions, options, ahead);
  if (options.bufferSize !== undefined || plan.ahead === 0) return plan;
  return { ...plan, elements: Math.min(plan.elements, Math.max(SMALL, largestChunk(plan))) };
}

/** Of what is computed, one block is read while another one is computed and a third one is worked on. */
export const COMPUTED_AHEAD = 2;

/**
 * The tree of something that can be read.
 *
 * @throws `INVALID_ARGUMENT` for anything else
 */
export function readable(x: Extractable): Tree {
  const tree = typeof x === "object" && x !== null ? treeOf(x) : undefined;
  if (Array.isArray(tree?.shape) && typeof tree.dtype === "string") return tree;
  throw new DelayedArrayError("INVALID_ARGUMENT", "expected a delayed array, an array in memory or a seed");
}

/** Where the blocks of a plan lie, in order. */
export function positionsOf({ grid, dimensions, elements }: BlockPlan): Generator<[number, number][], void, void> {
  const positions = grid.iterate(dimensions, elements);
  return grid instanceof CompositeGrid ? joinNeighbours(positions, elements) : positions;
}

/** How many blocks there will be. */
export function countBlocks(plan: BlockPlan): number {
  let count = 0;
  for (const _ of positionsOf(plan)) count++;
  return count;
}
