import type { TypedArray } from "delayedarray";
import { cStrides, type Pacer } from "delayedarray/internal";
import type { Box } from "./axis-plan.js";

/** Values between looks at the clock. */
const BATCH = 2 ** 16;

/** Where the first value of a box comes in a C-ordered array of the whole request. */
export function offsetOf(box: Box, shape: readonly number[]): number {
  const stride = cStrides(shape);
  return box.reduce((offset, { from }, axis) => offset + from * stride[axis]!, 0);
}

/** Whether what is read of a box is, as it is, one piece of a C-ordered array of the whole request. */
export function isOnePiece(box: Box, shape: readonly number[]): boolean {
  if (box.some((plan) => !plan.isExact)) return false;
  const first = box.findIndex(({ length }) => length > 1);
  return first < 0 || box.every(({ length }, axis) => axis <= first || length === shape[axis]);
}

/**
 * Copies the selected values of a box, read in C order, to their places in a C-ordered array of the whole request.
 *
 * @param shape - of the request
 */
export async function place(
  values: TypedArray,
  box: Box,
  to: TypedArray,
  shape: readonly number[],
  pacer: Pacer,
): Promise<void> {
  const last = box.length - 1;
  const positions = box.map((plan) => plan.positions());
  const fromStride = cStrides(box.map(({ cells }) => cells));
  const toStride = cStrides(shape);
  const columns = positions[last]!;
  const isRun = box[last]!.isExact;
  const index = new Array<number>(last).fill(0);
  let from = 0;
  let out = offsetOf(box, shape);
  for (let axis = 0; axis < last; axis++) from += positions[axis]![0]! * fromStride[axis]!;
  for (let sinceRest = 0; ; sinceRest += columns.length) {
    if (isRun) to.set(values.subarray(from, from + columns.length) as never, out);
    else for (let i = 0; i < columns.length; i++) to[out + i] = values[from + columns[i]!]!;
    if (sinceRest >= BATCH) {
      if (pacer.isDue) await pacer.rest();
      sinceRest = 0;
    }
    let axis = last - 1;
    for (; axis >= 0; axis--) {
      const along = positions[axis]!;
      const at = index[axis]!;
      if (at + 1 < along.length) {
        index[axis] = at + 1;
        from += (along[at + 1]! - along[at]!) * fromStride[axis]!;
        out += toStride[axis]!;
        break;
      }
      index[axis] = 0;
      from += (along[0]! - along[at]!) * fromStride[axis]!;
      out -= at * toStride[axis]!;
    }
    if (axis < 0) return;
  }
}
