import { Pacer } from "delayedarray/internal";
import type { ByteSource, SourceReadOptions } from "../source/byte-source.js";
import { contiguousBoxes } from "./box-parts.js";
import type { DatasetAccess } from "./dataset-access.js";
import type { Box, Piece, Span } from "./piece.js";

/** Bytes of a piece, at most. */
const PIECE_BYTES = 2 ** 20;

/** Pieces planned at once. */
const BATCH = 1024;

/** Values that lie in one piece of the file, in C order: a dataset, or a chunk without filters. */
export interface StoredBox extends Box {
  /** Where in the file they begin. */
  readonly offset: number;
  readonly itemSize: number;
}

/**
 * Reads what spans select of values that lie in one piece. Runs of them that are close together are read together.
 *
 * @param spans - in the numbering of the dataset; parts outside of the box are left out before
 */
export async function readContiguous(
  { ranges, source }: DatasetAccess,
  { start, count, offset, itemSize }: StoredBox,
  spans: readonly (readonly Span[])[],
  receive: (piece: Piece) => void,
  options: SourceReadOptions,
): Promise<void> {
  const inside = spans.map((list, axis) =>
    list.map((span) => ({ start: span.start - start[axis]!, stop: span.stop - start[axis]! })),
  );
  const boxes = contiguousBoxes(count, inside, gapBytes(source) / itemSize, Math.max(1, PIECE_BYTES / itemSize));
  const pacer = new Pacer(options.signal);
  for (;;) {
    const batch: Box[] = [];
    for (let next = boxes.next(); !next.done; next = boxes.next()) if (batch.push(next.value) === BATCH) break;
    if (batch.length === 0) return;
    await ranges.read(
      batch.map((box) => rangeOf(box, count, offset, itemSize)),
      (i, bytes) => {
        options.signal?.throwIfAborted();
        const box = batch[i]!;
        receive({ start: box.start.map((index, axis) => index + start[axis]!), count: box.count, bytes });
        return pacer.isDue ? pacer.rest() : undefined;
      },
      options,
    );
  }
}

/** Bytes between two runs that cost no more to read along than a request does. */
function gapBytes({ distance }: ByteSource): number {
  return distance === "remote" ? 512 : 2 ** 15;
}

/** Where a contiguous box of an array lies. */
export function rangeOf(
  { start, count }: Box,
  shape: readonly number[],
  offset: number,
  itemSize: number,
): { readonly offset: number; readonly length: number } {
  let position = 0;
  let size = 1;
  for (let axis = 0; axis < shape.length; axis++) {
    position = position * shape[axis]! + start[axis]!;
    size *= count[axis]!;
  }
  return { offset: offset + position * itemSize, length: size * itemSize };
}
