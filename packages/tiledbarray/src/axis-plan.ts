import { type AxisSelection, selectionAt } from "delayedarray/internal";
import type { Axis } from "./axes.js";

/**
 * What is read along one axis: the selected indices in segments, each of which is read as one range from its first to
 * its last selected index, together with what lies between.
 */
export class AxisPlan {
  readonly selection: AxisSelection;
  /** Selected indices of the plan: those at these positions of the selection. */
  readonly from: number;
  readonly to: number;
  /** Position of the first selected index of each segment. */
  readonly #starts: Float64Array;
  /** Indices that are read. */
  readonly cells: number;

  /** @param starts - ascending, the first one is `from` */
  constructor(selection: AxisSelection, starts: Float64Array, to: number) {
    this.selection = selection;
    this.from = starts[0]!;
    this.to = to;
    this.#starts = starts;
    let cells = 0;
    for (let i = 0; i < starts.length; i++) cells += this.last(i) - this.first(i) + 1;
    this.cells = cells;
  }

  /** Number of segments. */
  get segments(): number {
    return this.#starts.length;
  }

  /** Number of selected indices. */
  get length(): number {
    return this.to - this.from;
  }

  /** Whether only selected indices are read. */
  get isExact(): boolean {
    return this.cells === this.length;
  }

  /** The first index of a segment. */
  first(segment: number): number {
    return selectionAt(this.selection, this.#starts[segment]!);
  }

  /** The last index of a segment, inclusive. */
  last(segment: number): number {
    return selectionAt(this.selection, this.#end(segment) - 1);
  }

  #end(segment: number): number {
    return segment + 1 < this.#starts.length ? this.#starts[segment + 1]! : this.to;
  }

  /** Where each selected index comes in what is read. */
  positions(): Float64Array {
    const positions = new Float64Array(this.length);
    let before = 0;
    for (let segment = 0; segment < this.segments; segment++) {
      const start = this.#starts[segment]!;
      const end = this.#end(segment);
      const shift = before - this.first(segment);
      for (let entry = start; entry < end; entry++) {
        positions[entry - this.from] = selectionAt(this.selection, entry) + shift;
      }
      before = this.last(segment) + shift + 1;
    }
    return positions;
  }

  /** Two plans for the selected indices before and from an entry of the selection. */
  cut(entry: number): readonly [AxisPlan, AxisPlan] {
    const starts = this.#starts;
    let split = 0;
    while (split < starts.length && starts[split]! < entry) split++;
    const left = starts.subarray(0, split);
    let right = starts.subarray(split);
    if (right[0] !== entry) {
      // The cut goes through a segment.
      right = new Float64Array(starts.length - split + 1);
      right[0] = entry;
      right.set(starts.subarray(split), 1);
    }
    return [new AxisPlan(this.selection, left, entry), new AxisPlan(this.selection, right, this.to)];
  }
}

/**
 * Plans one axis of a request that is not empty.
 *
 * @param gap - how many indices that are not selected may be read to join two segments
 */
export function planAxis(selection: AxisSelection, gap: number): AxisPlan {
  const { length } = selection;
  if (selection.kind === "range") {
    const apart = selection.step - 1 > gap;
    return new AxisPlan(selection, apart ? Float64Array.from({ length }, (_, i) => i) : Float64Array.of(0), length);
  }
  const { indices } = selection;
  const isApart = (i: number): boolean => i === 0 || indices[i]! - indices[i - 1]! - 1 > gap;
  let count = 0;
  for (let i = 0; i < length; i++) if (isApart(i)) count++;
  const starts = new Float64Array(count);
  for (let i = 0, at = 0; i < length; i++) if (isApart(i)) starts[at++] = i;
  return new AxisPlan(selection, starts, length);
}

/** What is read in one go: a plan for each axis. */
export type Box = readonly AxisPlan[];

/** Cells of a box that are read. */
export function cellsOf(box: Box): number {
  return box.reduce((product, { cells }) => product * cells, 1);
}

/** Ranges of a box: TileDB works on each combination of the axes' segments. */
export function rangesOf(box: Box): number {
  return box.reduce((product, { segments }) => product * segments, 1);
}

/** Whether a box lies within one tile along an axis. */
function isInOneTile(plan: AxisPlan, { tile, phase }: Axis): boolean {
  if (tile === null) return true;
  const tileOf = (index: number): number => Math.floor((index + phase) / tile);
  return tileOf(plan.first(0)) === tileOf(plan.last(plan.segments - 1));
}

/**
 * Two boxes of about half the size, or `undefined` for a single index on each axis. A box is cut between tiles, along the
 * first axis where it has several, so that no tile is read twice; one that lies within a tile, along its first axis of
 * more than one index.
 *
 * @param axis - where to cut, if it matters
 */
export function halve(box: Box, axes: readonly Axis[], axis?: number): readonly [Box, Box] | undefined {
  let along = axis ?? box.findIndex((plan, i) => !isInOneTile(plan, axes[i]!));
  if (along < 0) along = box.findIndex(({ length }) => length > 1);
  if (along < 0) return undefined;
  const plan = box[along]!;
  const halves = plan.cut(middleOf(plan, axes[along]!));
  return [replaced(box, along, halves[0]), replaced(box, along, halves[1])];
}

/** The box with another plan for one axis. */
function replaced(box: Box, along: number, plan: AxisPlan): Box {
  return box.map((other, axis) => (axis === along ? plan : other));
}

/** The position in the selection at which a plan of more than one index is best cut. */
function middleOf(plan: AxisPlan, { tile, phase }: Axis): number {
  const first = plan.first(0);
  const last = plan.last(plan.segments - 1);
  const middle = Math.floor((first + last + 1) / 2);
  const boundary = tile === null ? middle : Math.round((middle + phase) / tile) * tile - phase;
  for (const index of [boundary, boundary + (tile ?? 0), boundary - (tile ?? 0)]) {
    const entry = lowerBound(plan, index);
    if (entry > plan.from && entry < plan.to) return entry;
  }
  return plan.from + Math.floor(plan.length / 2);
}

/** The position of the first selected index that is at least `index`. */
function lowerBound({ selection, from, to }: AxisPlan, index: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (selectionAt(selection, middle) < index) low = middle + 1;
    else high = middle;
  }
  return low;
}
