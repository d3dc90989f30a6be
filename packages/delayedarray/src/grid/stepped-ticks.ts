import type { Ticks } from "./grid.js";
import { RegularTicks } from "./regular-ticks.js";

/**
 * What is left of regular ticks once every `step`-th element of the axis has been selected: the `k`-th end point is the
 * number of selected elements before distance `first + k * spacing`. Distances are counted from the first selected
 * element in the direction of the selection, so that backwards is no special case.
 */
export class SteppedTicks implements Ticks {
  /** Distance from the first selected element to the first boundary: 1 to `spacing`. */
  readonly first: number;
  readonly spacing: number;
  /** Distance between selected elements: positive, less than `spacing`. */
  readonly step: number;
  /** Number of selected elements. */
  readonly final: number;
  readonly length: number;

  constructor(first: number, spacing: number, step: number, final: number) {
    this.first = first;
    this.spacing = spacing;
    this.step = step;
    this.final = final;
    // The chunk that the last selected element is in, and those before it.
    const last = (final - 1) * step;
    this.length = final === 0 ? 0 : last < first ? 1 : Math.floor((last - first) / spacing) + 2;
    Object.freeze(this);
  }

  at(index: number): number | undefined {
    const i = index < 0 ? index + this.length : index;
    if (!(i >= 0 && i < this.length)) return undefined;
    return i === this.length - 1 ? this.final : Math.ceil((this.first + i * this.spacing) / this.step);
  }

  *[Symbol.iterator](): Generator<number, void, void> {
    for (let i = 0; i < this.length; i++) yield this.at(i)!;
  }
}

/**
 * Regular or stepped ticks after selecting `length` elements, `step` apart, the first one at `start`.
 *
 * @param step - not 0; negative runs backwards
 */
export function stepTicks(ticks: RegularTicks | SteppedTicks, start: number, step: number, length: number): Ticks {
  const { spacing } = ticks;
  const unit = ticks instanceof SteppedTicks ? ticks.step : 1;
  const first = ticks instanceof SteppedTicks ? ticks.first : spacing;
  const distance = Math.abs(step) * unit;
  // No two selected elements are in the same chunk, or there are not two.
  if (distance >= spacing || length <= 1) return new RegularTicks(1, length);
  // Where the first selected element lies in its chunk, counted from 0.
  const within = (((start * unit) % spacing) + spacing - first) % spacing;
  return new SteppedTicks(step > 0 ? spacing - within : within + 1, spacing, distance, length);
}
