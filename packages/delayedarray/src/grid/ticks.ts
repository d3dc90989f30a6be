import { type AxisSubset, isRange } from "./axis-subset.js";
import type { Ticks } from "./grid.js";
import { JoinedTicks } from "./joined-ticks.js";
import { RegularTicks } from "./regular-ticks.js";
import { splitSubset } from "./split-subset.js";
import { SteppedTicks, stepTicks } from "./stepped-ticks.js";

/** The extent that ticks divide. */
export function ticksExtent(ticks: Ticks): number {
  return ticks.at(-1) ?? 0;
}

/** How many ticks are at or below `value`: the interval that holds element `value`. */
export function ticksUpTo(ticks: Ticks, value: number): number {
  if (ticks instanceof RegularTicks) return value >= ticks.final ? ticks.length : Math.floor(value / ticks.spacing);
  let low = 0;
  let high = ticks.length;
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    if (ticks.at(middle)! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The longest interval, in elements; 0 if there is none. */
export function maxGap(ticks: Ticks): number {
  if (ticks instanceof RegularTicks) return Math.min(ticks.spacing, ticks.final);
  if (ticks instanceof SteppedTicks) return steppedMaxGap(ticks);
  if (ticks instanceof JoinedTicks) return ticks.parts.reduce((most, part) => Math.max(most, maxGap(part)), 0);
  let last = 0;
  let most = 0;
  for (const tick of ticks) {
    if (tick - last > most) most = tick - last;
    last = tick;
  }
  return most;
}

/** Intervals between the first and the last hold `floor(spacing / step)` elements, or one more once the rests add up. */
function steppedMaxGap(ticks: SteppedTicks): number {
  const { first, spacing, step, final, length } = ticks;
  if (length === 0) return 0;
  const ends = Math.max(ticks.at(0)!, length > 1 ? final - ticks.at(length - 2)! : 0);
  if (length < 3) return ends;
  const rest = spacing % step;
  const slack = ticks.at(0)! * step - first;
  const longer = rest > 0 && Math.floor(slack / rest) + 1 <= length - 2;
  return Math.max(ends, Math.floor(spacing / step) + (longer ? 1 : 0));
}

/**
 * The ticks of a subset of an axis: two neighbours stay in one interval only if they came from one interval. An interval
 * that is left and entered again is a new one.
 */
export function subsetTicks(ticks: Ticks, subset: AxisSubset): Ticks {
  if (subset.length === 0) return Object.freeze([]);
  if (isRange(subset)) {
    const { start, step, length } = subset;
    if (ticks instanceof RegularTicks || ticks instanceof SteppedTicks) return stepTicks(ticks, start, step, length);
    if (!(ticks instanceof JoinedTicks)) return hop(ticks, start, step, length);
    const runs = splitSubset(subset, ticks.parts.map(ticksExtent));
    return new JoinedTicks(runs.map((run) => subsetTicks(ticks.parts[run.component]!, run.subset)));
  }
  const out: number[] = [];
  let low = 0;
  let high = 0;
  for (let i = 0; i < subset.length; i++) {
    const index = subset[i]!;
    if (index >= low && index < high) continue;
    if (i > 0) out.push(i);
    const interval = ticksUpTo(ticks, index);
    low = interval === 0 ? 0 : ticks.at(interval - 1)!;
    high = ticks.at(interval)!;
  }
  out.push(subset.length);
  return Object.freeze(out);
}

/** From boundary to boundary, so that the work is that of the chunks and not of the elements. */
function hop(ticks: Ticks, start: number, step: number, length: number): Ticks {
  const out: number[] = [];
  for (let i = 0; i < length; ) {
    const index = start + i * step;
    const interval = ticksUpTo(ticks, index);
    const low = interval === 0 ? 0 : ticks.at(interval - 1)!;
    i += step > 0 ? Math.ceil((ticks.at(interval)! - index) / step) : Math.floor((index - low) / -step) + 1;
    out.push(Math.min(i, length));
  }
  return Object.freeze(out);
}
