import type { Piece } from "../read/piece.js";

/**
 * Copies the elements of a box to their places in the whole, as far as they belong to it.
 *
 * @param size - bytes of an element
 * @param shape - of the whole, in C order
 */
export function placeBox(
  { start, count, bytes }: Piece,
  size: number,
  shape: readonly number[],
  whole: Uint8Array,
): void {
  const rank = shape.length;
  if (rank === 0) {
    whole.set(bytes.subarray(0, size));
    return;
  }
  const last = rank - 1;
  const width = Math.min(count[last]!, shape[last]! - start[last]!);
  const at = new Array<number>(rank).fill(0);
  for (let row = 0; ; row++) {
    if (at.every((index, axis) => start[axis]! + index < shape[axis]!)) {
      const to = at.reduce((offset, index, axis) => offset * shape[axis]! + start[axis]! + index, 0);
      const from = row * count[last]!;
      whole.set(bytes.subarray(from * size, (from + width) * size), to * size);
    }
    let axis = last - 1;
    while (axis >= 0 && ++at[axis]! === count[axis]!) at[axis--] = 0;
    if (axis < 0) return;
  }
}
