import { type Composite, isComposite } from "./composite.js";
import type { Grid } from "./grid.js";

/**
 * The blocks of one component after the other.
 *
 * @param used - whether to iterate over each axis, that of the components among them; the others are taken whole
 * @param elements - elements in a block at most
 */
export function* blocksOfComponents(
  grid: Composite,
  used: readonly boolean[],
  elements: number,
): Generator<[start: number, end: number][], void, void> {
  const dimensions = used.flatMap((isUsed, axis) => (isUsed ? [axis] : []));
  const stack: { readonly grid: Grid; readonly start: readonly number[] }[] = [{ grid, start: used.map(() => 0) }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { grid: part, start } = top;
    if (!isComposite(part) || !used[part.along]) {
      for (const block of part.iterate(dimensions, elements)) {
        yield block.map(([from, to], axis) => [from + start[axis]!, to + start[axis]!]);
      }
      continue;
    }
    const { components, along } = part;
    // The first component comes first, so it is pushed last.
    let at = start[along]! + part.shape[along]!;
    for (let i = components.length - 1; i >= 0; i--) {
      at -= components[i]!.shape[along]!;
      stack.push({ grid: components[i]!, start: start.map((from, axis) => (axis === along ? at : from)) });
    }
  }
}
