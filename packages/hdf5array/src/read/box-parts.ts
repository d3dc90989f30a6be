import type { Box, Span } from "./piece.js";

/**
 * Cuts a box into parts of at most `limit` elements, in C order. Leading axes are cut first, so that parts of a box that
 * is contiguous are contiguous.
 */
export function* boxParts(box: Box, limit: number): Generator<Box, void, void> {
  const { start, count } = box;
  const size = count.reduce((product, extent) => product * extent, 1);
  const axis = count.findIndex((extent) => extent > 1);
  if (size <= limit || axis < 0) {
    if (size > 0) yield box;
    return;
  }
  const extent = count[axis]!;
  const step = Math.max(1, Math.floor(limit / (size / extent)));
  for (let from = 0; from < extent; from += step) {
    const partStart = start.slice();
    const partCount = count.slice();
    partStart[axis] = start[axis]! + from;
    partCount[axis] = Math.min(step, extent - from);
    yield* boxParts({ start: partStart, count: partCount }, limit);
  }
}

/**
 * Boxes that together hold the outer product of spans, each of them contiguous in an array of a shape in C order. What
 * lies between, where it is no more than `gap` elements, is taken along.
 *
 * @param spans - per axis: increasing, disjoint, in range
 * @param limit - most elements of a box
 */
export function* contiguousBoxes(
  shape: readonly number[],
  spans: readonly (readonly Span[])[],
  gap: number,
  limit: number,
): Generator<Box, void, void> {
  if (spans.some((list) => list.length === 0)) return;
  // From the last axis on: as long as hardly anything is left out, an axis is read as a whole.
  const below = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
  let axis = shape.length - 1;
  while (axis > 0 && isNearlyWhole(spans[axis]!, shape[axis]!, gap / below[axis]!)) axis--;
  if (axis < 0) {
    yield { start: [], count: [] };
    return;
  }
  const runs = joined(spans[axis]!, gap / below[axis]!);
  const tail = shape.slice(axis + 1);
  const origin = tail.map(() => 0);
  for (const lead of indicesOf(spans.slice(0, axis))) {
    for (const { start, stop } of runs) {
      const count = [...lead.map(() => 1), stop - start, ...tail];
      yield* boxParts({ start: [...lead, start, ...origin], count }, limit);
    }
  }
}

function isNearlyWhole(spans: readonly Span[], extent: number, gap: number): boolean {
  const around = extent - spans.at(-1)!.stop + spans[0]!.start;
  return around <= gap && joined(spans, gap).length === 1;
}

function joined(spans: readonly Span[], gap: number): Span[] {
  const out: { start: number; stop: number }[] = [];
  for (const { start, stop } of spans) {
    const last = out.at(-1);
    if (last !== undefined && start - last.stop <= gap) last.stop = stop;
    else out.push({ start, stop });
  }
  return out;
}

function* indicesOf(spans: readonly (readonly Span[])[]): Generator<number[], void, void> {
  const [first, ...rest] = spans;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const { start, stop } of first)
    for (let index = start; index < stop; index++) for (const others of indicesOf(rest)) yield [index, ...others];
}

/** What of spans lies between two indices. */
export function spansWithin(spans: readonly Span[], from: number, to: number): Span[] {
  const inside: Span[] = [];
  for (let i = firstAfter(spans, from); i < spans.length && spans[i]!.start < to; i++)
    inside.push({ start: Math.max(from, spans[i]!.start), stop: Math.min(to, spans[i]!.stop) });
  return inside;
}

/** The first span that ends after an index. */
function firstAfter(spans: readonly Span[], index: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (spans[middle]!.stop <= index) low = middle + 1;
    else high = middle;
  }
  return low;
}
