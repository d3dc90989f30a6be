import type { Box, Span } from "../read/piece.js";

/**
 * Divides the outer product of spans into boxes of about `limit` elements. Their sides follow the chunks, so that no
 * chunk is decompressed for two of them unless two spans meet in it.
 *
 * @param spans - per axis: increasing, disjoint
 * @param chunks - extents of a chunk; `null` when the dataset is stored in one piece
 * @param limit - elements in a box; one chunk may be more
 */
export function* boxesOf(
  spans: readonly (readonly Span[])[],
  chunks: readonly number[] | null,
  limit: number,
): Generator<Box, void, void> {
  const unit = spans.map((_, axis) => Math.max(1, chunks?.[axis] ?? 1));
  const widest = spans.map((list) => list.reduce((most, { start, stop }) => Math.max(most, stop - start), 0));
  if (widest.includes(0)) return;
  // The last axis is contiguous in the file, so it is kept whole the longest.
  const tile = unit.slice();
  let size = tile.reduce((product, extent, axis) => product * Math.min(extent, widest[axis]!), 1);
  for (let axis = tile.length - 1; axis >= 0; axis--) {
    const own = Math.min(tile[axis]!, widest[axis]!);
    const units = Math.max(1, Math.floor(limit / size));
    if (units === 1) continue;
    tile[axis] = Math.min(units * unit[axis]!, Math.ceil(widest[axis]! / unit[axis]! + 1) * unit[axis]!);
    size = (size / own) * Math.min(tile[axis]!, widest[axis]!);
  }
  const cuts = spans.map((list, axis) => list.flatMap((span) => cut(span, tile[axis]!, unit[axis]!)));
  const ndim = cuts.length;
  const at = new Array<number>(ndim).fill(0);
  for (;;) {
    const box = cuts.map((list, axis) => list[at[axis]!]!);
    yield { start: box.map((span) => span.start), count: box.map((span) => span.stop - span.start) };
    let axis = ndim - 1;
    while (axis >= 0 && ++at[axis]! === cuts[axis]!.length) at[axis--] = 0;
    if (axis < 0) return;
  }
}

function cut({ start, stop }: Span, tile: number, unit: number): Span[] {
  const parts: Span[] = [];
  for (let from = start; from < stop; ) {
    const to = Math.min(stop, Math.floor(from / unit) * unit + tile);
    parts.push({ start: from, stop: to });
    from = to;
  }
  return parts;
}
