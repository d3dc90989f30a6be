import { contiguousBoxes, spansWithin } from "./box-parts.js";
import type { Box, Piece, Span } from "./piece.js";

/** Bytes of a piece that holds nothing but the fill value. */
const PIECE_BYTES = 2 ** 20;

/** Bytes between what is wanted that are handed over with it. */
const GAP_BYTES = 2 ** 15;

/** Bytes of elements that all are the fill value, made once and as long as they are needed. */
export class FillBytes {
  readonly #element: Uint8Array | null;
  readonly #itemSize: number;
  #bytes = new Uint8Array(0);

  /** @param element - bytes of the fill value; `null` for zeros */
  constructor(element: Uint8Array | null, itemSize: number) {
    this.#element = element;
    this.#itemSize = itemSize;
  }

  /** Bytes of so many elements. Do not write to them. */
  of(count: number): Uint8Array {
    const length = count * this.#itemSize;
    if (this.#bytes.length < length) this.#bytes = this.#make(length);
    return this.#bytes.subarray(0, length);
  }

  #make(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    const element = this.#element;
    if (element === null || element.every((byte) => byte === 0)) return bytes;
    bytes.set(element);
    // What is there already is copied behind itself, each time twice as much.
    for (let done = element.length; done < length; done *= 2) bytes.copyWithin(done, 0, Math.min(done, length - done));
    return bytes;
  }
}

/** What spans select of a box, as pieces that hold the fill value. */
export function* fillPieces(
  { start, count }: Box,
  spans: readonly (readonly Span[])[],
  fill: FillBytes,
  itemSize: number,
): Generator<Piece, void, void> {
  const inside = spans.map((list, axis) => {
    const from = start[axis]!;
    const within = spansWithin(list, from, from + count[axis]!);
    return within.map((span) => ({ start: span.start - from, stop: span.stop - from }));
  });
  for (const box of contiguousBoxes(count, inside, GAP_BYTES / itemSize, Math.max(1, PIECE_BYTES / itemSize))) {
    const size = box.count.reduce((product, extent) => product * extent, 1);
    yield { start: box.start.map((index, axis) => index + start[axis]!), count: box.count, bytes: fill.of(size) };
  }
}
