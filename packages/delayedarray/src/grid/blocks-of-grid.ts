import { DelayedArrayError } from "../base/errors.js";
import { checkAxis, isList, type Shape } from "../base/shape.js";
import { shown } from "../base/shown.js";
import type { Ticks } from "./grid.js";
import { maxGap, ticksUpTo } from "./ticks.js";

type Block = [start: number, end: number][];

/** Elements in a block unless the caller says otherwise. */
export const DEFAULT_BUFFER_ELEMENTS = 1e6;

/**
 * Which axes to iterate over, as one flag per axis.
 *
 * @throws `INVALID_ARGUMENT` for what is not an axis; negative ones count from the end
 */
export function usedAxes(dimensions: readonly number[], ndim: number): boolean[] {
  const used = new Array<boolean>(ndim).fill(false);
  if (!isList(dimensions)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `iterate: dimensions ${shown(dimensions)}, expected an array of axes`,
    );
  }
  for (const axis of Array.from(dimensions)) used[checkAxis(axis, ndim)] = true;
  return used;
}

/** @throws `INVALID_ARGUMENT` when it is not a number of elements */
export function checkBufferElements(bufferElements: number): number {
  if (!(typeof bufferElements === "number" && bufferElements >= 0)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `iterate: bufferElements ${shown(bufferElements)}, expected a non-negative number`,
    );
  }
  return Math.floor(bufferElements);
}

/**
 * The blocks of an array whose axes are divided by `boundaries`. The first axis runs fastest. On each axis, from the last
 * to the first, neighbouring intervals are put together as long as a block has room for them, given the longest intervals
 * of the axes that are still to come; an interval for which there is no room is cut into pieces.
 */
export function* blocksOfGrid(
  shape: Shape,
  boundaries: readonly Ticks[],
  used: readonly boolean[],
  bufferElements: number,
): Generator<Block, void, void> {
  const ndim = shape.length;
  if (shape.includes(0)) return;
  if (ndim === 0) {
    yield [];
    return;
  }
  // For each axis, the most elements that an interval of it can need on all axes before it.
  const before = [1];
  for (let axis = 0; axis < ndim - 1; axis++) {
    before.push(before[axis]! * (used[axis] ? maxGap(boundaries[axis]!) : shape[axis]!));
  }
  const block: Block = shape.map((extent) => [0, extent]);
  // One iterator of intervals per axis, the last axis's first: a stack instead of recursion.
  const open: Iterator<[number, number]>[] = [];
  const room: number[] = [bufferElements];
  const enter = (axis: number): void => {
    const extent = shape[axis]!;
    const left = room[room.length - 1]!;
    const most = Math.max(1, Math.floor(left / before[axis]!));
    open.push(used[axis] ? intervals(boundaries[axis]!, extent, most) : whole(extent));
  };
  enter(ndim - 1);
  while (open.length > 0) {
    const axis = ndim - open.length;
    const next = open[open.length - 1]!.next();
    if (next.done) {
      open.pop();
      room.length = open.length;
      continue;
    }
    block[axis] = next.value;
    if (axis === 0) {
      yield block.map(([start, end]) => [start, end]);
      continue;
    }
    const [start, end] = next.value;
    room.length = open.length;
    room.push(Math.floor(room[room.length - 1]! / (end - start)));
    enter(axis - 1);
  }
}

function* whole(extent: number): Generator<[number, number], void, void> {
  yield [0, extent];
}

/** Neighbouring intervals of one axis put together up to `most` elements; longer ones cut into pieces of `most`. */
function* intervals(ticks: Ticks, extent: number, most: number): Generator<[number, number], void, void> {
  let start = 0;
  while (start < extent) {
    const fit = ticksUpTo(ticks, start + most);
    const end = fit === 0 ? 0 : ticks.at(fit - 1)!;
    if (end > start) {
      yield [start, end];
      start = end;
      continue;
    }
    // Not one interval fits: cut it, and begin anew at its end even if the last piece leaves room.
    for (const stop = ticks.at(fit)!; start < stop; ) {
      const cut = Math.min(stop, start + most);
      yield [start, cut];
      start = cut;
    }
  }
}
