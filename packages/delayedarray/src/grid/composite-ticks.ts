import { type Composite, isComposite } from "./composite.js";
import type { Grid, Ticks } from "./grid.js";
import { JoinedTicks } from "./joined-ticks.js";

/**
 * The ticks of a composite grid on one axis: on the axis of its components theirs one after another, on the others those
 * of the component that costs most to read.
 *
 * @param costliest - gives that component
 */
export function ticksOfComposite(grid: Composite, axis: number, costliest: (grid: Composite) => Grid): Ticks {
  const parts: Ticks[] = [];
  const stack: Grid[] = [grid];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (!isComposite(top)) parts.push(top.boundaries[axis]!);
    else if (top.along !== axis) stack.push(costliest(top));
    // The first component comes first, so it is pushed last.
    else for (let i = top.components.length - 1; i >= 0; i--) stack.push(top.components[i]!);
  }
  return parts.length === 1 ? parts[0]! : new JoinedTicks(parts);
}
