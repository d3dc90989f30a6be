import { brand } from "../base/brand.js";
import { DelayedArrayError } from "../base/errors.js";
import { checkPermutation, isList, type Shape, shapeText, sizeOf } from "../base/shape.js";
import { shown } from "../base/shown.js";
import { readAxisSubset } from "./axis-subset.js";
import { blocksOfGrid, checkBufferElements, DEFAULT_BUFFER_ELEMENTS, usedAxes } from "./blocks-of-grid.js";
import type { Grid, GridSubset, Ticks } from "./grid.js";
import { subsetTicks, ticksExtent } from "./ticks.js";

/** A grid with arbitrary boundaries on each axis, the same all along the other axes. */
export class SimpleGrid implements Grid {
  /** Extents of the array, one per axis. */
  readonly shape: Shape;
  readonly boundaries: readonly Ticks[];
  /** Cost of reading one element; 1 is an array in memory. */
  readonly costFactor: number;
  /** `costFactor` times the number of elements. */
  readonly cost: number;

  /**
   * @param boundaries - per axis, strictly increasing positive integers of which the last is the extent; none for an
   * extent of 0
   * @param costFactor - positive; an array in memory costs 1
   * @throws `INVALID_ARGUMENT` for boundaries or a cost of any other kind
   */
  constructor(boundaries: readonly (ArrayLike<number> | Ticks)[], costFactor: number) {
    if (!(typeof costFactor === "number" && costFactor > 0 && costFactor < Number.POSITIVE_INFINITY)) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `SimpleGrid: cost factor ${shown(costFactor)}, expected a positive number`,
      );
    }
    if (!isList(boundaries)) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `SimpleGrid: boundaries ${shown(boundaries)}, expected an array with one entry per axis`,
      );
    }
    this.boundaries = Object.freeze(Array.from(boundaries, readTicks));
    this.shape = Object.freeze(this.boundaries.map(ticksExtent));
    this.costFactor = costFactor;
    this.cost = costFactor * sizeOf(this.shape);
    Object.freeze(this);
  }

  /** @throws `INVALID_ARGUMENT` when it is not a permutation of the axes */
  transpose(permutation: readonly number[]): SimpleGrid {
    const axes = checkPermutation(permutation, this.shape.length);
    return new SimpleGrid(
      axes.map((axis) => this.boundaries[axis]!),
      this.costFactor,
    );
  }

  /**
   * The grid of a subset. Elements that are neighbours in the subset share an interval only if they are in the same
   * interval here.
   *
   * @throws `SHAPE_MISMATCH` for another number of entries than axes, `INDEX_OUT_OF_RANGE`, `INVALID_ARGUMENT`
   */
  subset(subset: GridSubset): SimpleGrid {
    checkSubsetRank(subset, this.shape);
    const boundaries = this.boundaries.map((ticks, axis) => {
      const entry = readAxisSubset(subset[axis]!, this.shape[axis]!, axis);
      return entry === null ? ticks : subsetTicks(ticks, entry);
    });
    return new SimpleGrid(boundaries, this.costFactor);
  }

  /**
   * Blocks made of neighbouring intervals, the first axis fastest; an interval for which a block has no room is cut.
   *
   * @param dimensions - axes to iterate over; the others are taken whole
   * @param bufferElements - elements in a block at most, as far as `dimensions` allow
   * @throws `INVALID_ARGUMENT` at once, not when the first block is taken
   */
  iterate(
    dimensions: readonly number[],
    bufferElements: number = DEFAULT_BUFFER_ELEMENTS,
  ): Generator<[start: number, end: number][], void, void> {
    const used = usedAxes(dimensions, this.shape.length);
    return blocksOfGrid(this.shape, this.boundaries, used, checkBufferElements(bufferElements));
  }
}
brand(SimpleGrid, "delayedarray.SimpleGrid");

/** @throws `SHAPE_MISMATCH` when there is not one entry per axis, `INVALID_ARGUMENT` for what is no array */
export function checkSubsetRank(subset: GridSubset, shape: Shape): void {
  if (!isList(subset)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `grid subset ${shown(subset)}: expected an array with one entry per axis`,
    );
  }
  if (subset.length !== shape.length) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `grid subset: got ${subset.length} entries, expected ${shape.length}, one per axis of ${shapeText(shape)}`,
    );
  }
}

function readTicks(boundaries: ArrayLike<number> | Ticks, axis: number): Ticks {
  // What is neither an array nor a typed array makes its ticks itself; frozen arrays are our own and checked already.
  if (!Array.isArray(boundaries) && !ArrayBuffer.isView(boundaries)) {
    if (isTicks(boundaries)) return boundaries;
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `SimpleGrid: boundaries ${shown(boundaries)} on axis ${axis}, expected an array of integers, or ticks`,
    );
  }
  if (checked.has(boundaries)) return boundaries as Ticks;
  const copy = Array.from(boundaries as ArrayLike<number>);
  let last = 0;
  copy.forEach((tick, i) => {
    if (!Number.isSafeInteger(tick) || tick <= last) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `SimpleGrid: boundary ${i} on axis ${axis} is ${shown(tick)}, expected an integer greater than ${last}`,
      );
    }
    last = tick;
  });
  checked.add(Object.freeze(copy));
  return copy;
}

function isTicks(boundaries: ArrayLike<number> | Ticks): boundaries is Ticks {
  const ticks = boundaries as Partial<Ticks> | null;
  return (
    typeof ticks === "object" &&
    ticks !== null &&
    typeof ticks.length === "number" &&
    typeof ticks.at === "function" &&
    typeof ticks[Symbol.iterator] === "function"
  );
}

/** Arrays of boundaries made and frozen by grids: shared between grids as they are. */
const checked = new WeakSet<object>();
