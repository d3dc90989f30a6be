import { ChunkBatch } from "../format/chunk-index/chunk-batch.js";
import type { Span } from "./piece.js";

/** The numbers of the chunks that spans of indices touch on one axis, as spans of numbers. */
export function chunkSpans(spans: readonly Span[], extent: number): Span[] {
  const numbers: { start: number; stop: number }[] = [];
  for (const span of spans) {
    const start = Math.floor(span.start / extent);
    const stop = Math.floor((span.stop - 1) / extent) + 1;
    const last = numbers.at(-1);
    if (last !== undefined && start <= last.stop) last.stop = Math.max(last.stop, stop);
    else numbers.push({ start, stop });
  }
  return numbers;
}

/** How many chunks the outer product of spans of numbers has. */
export function countChunks(spans: readonly (readonly Span[])[]): number {
  return spans.reduce((product, list) => product * list.reduce((sum, { start, stop }) => sum + stop - start, 0), 1);
}

/** The chunks of the outer product of spans of numbers, in C order, at most `size` at once. */
export function* chunkBatches(spans: readonly (readonly Span[])[], size: number): Generator<ChunkBatch, void, void> {
  const rank = spans.length;
  let left = countChunks(spans);
  const which = new Array<number>(rank).fill(0);
  const at = spans.map((list) => list[0]?.start ?? 0);
  while (left > 0) {
    const count = Math.min(left, size);
    const numbers = new Float64Array(count * rank);
    for (let i = 0; i < count; i++) {
      for (let axis = 0; axis < rank; axis++) numbers[i * rank + axis] = at[axis]!;
      for (let axis = rank - 1; axis >= 0; axis--) {
        const list = spans[axis]!;
        if (++at[axis]! < list[which[axis]!]!.stop) break;
        if (++which[axis]! === list.length) which[axis] = 0;
        at[axis] = list[which[axis]!]!.start;
        // Over the end, the next axis moves on too.
        if (which[axis] !== 0) break;
      }
    }
    left -= count;
    yield new ChunkBatch(rank, numbers);
  }
}
