import { sizeOf } from "../base/shape.js";

type Position = [start: number, end: number][];

/**
 * Blocks in the order in which they come, those that continue the one before on one axis put together with it as long as
 * they hold no more than `elements`. An array that is combined of thousands of small ones has a block for each; read one
 * by one, each would go through all operations alone.
 */
export function* joinNeighbours(blocks: Iterable<Position>, elements: number): Generator<Position, void, void> {
  let held: Position | undefined;
  let size = 0;
  for (const block of blocks) {
    const more = sizeOf(block.map(([start, end]) => end - start));
    const axis = held === undefined || size + more > elements ? -1 : continuedAxis(held, block);
    if (axis >= 0) {
      held![axis]![1] = block[axis]![1];
      size += more;
      continue;
    }
    if (held !== undefined) yield held;
    held = block;
    size = more;
  }
  if (held !== undefined) yield held;
}

/** The one axis on which a block begins where another ends, if they are the same on all others; else -1. */
function continuedAxis(before: Position, after: Position): number {
  let found = -1;
  for (let axis = 0; axis < before.length; axis++) {
    const [[start, end], [nextStart, nextEnd]] = [before[axis]!, after[axis]!];
    if (start === nextStart && end === nextEnd) continue;
    if (found >= 0 || end !== nextStart) return -1;
    found = axis;
  }
  return found;
}
