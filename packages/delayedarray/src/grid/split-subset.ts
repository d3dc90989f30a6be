import { rangeSelection } from "../subset/axis-selection.js";
import { type AxisSubset, isRange } from "./axis-subset.js";

/** Neighbours in a subset that come from one component, counted from that component's start. */
export interface SubsetRun {
  readonly component: number;
  readonly subset: AxisSubset;
}

/**
 * Splits a non-empty subset of an axis along which components lie end to end into runs from one component each.
 *
 * @param extents - the components' extents on that axis
 */
export function splitSubset(subset: AxisSubset, extents: readonly number[]): SubsetRun[] {
  const ends: number[] = [];
  let end = 0;
  for (const extent of extents) {
    end += extent;
    ends.push(end);
  }
  const runs: SubsetRun[] = [];
  for (let i = 0; i < subset.length; ) {
    const index = isRange(subset) ? subset.start + i * subset.step : subset[i]!;
    const component = componentOf(ends, index);
    const high = ends[component]!;
    const low = high - extents[component]!;
    if (isRange(subset)) {
      const { step } = subset;
      const reach = step > 0 ? Math.ceil((high - index) / step) : Math.floor((index - low) / -step) + 1;
      const length = Math.min(reach, subset.length - i);
      runs.push({ component, subset: rangeSelection(index - low, step, length) });
      i += length;
    } else {
      const indices: number[] = [];
      for (; i < subset.length && subset[i]! >= low && subset[i]! < high; i++) indices.push(subset[i]! - low);
      runs.push({ component, subset: indices });
    }
  }
  return runs;
}

/** The first component that ends after `index`; empty ones are passed over. */
function componentOf(ends: readonly number[], index: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ends[middle]! <= index) low = middle + 1;
    else high = middle;
  }
  return low;
}
