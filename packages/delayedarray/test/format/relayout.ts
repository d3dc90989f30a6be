import { cStrides, sizeOf } from "../../src/base/shape.js";
import { edgeIndices } from "../../src/format/edges.js";
import type { FormatSource } from "../../src/format/format-array.js";

type Parts = Omit<FormatSource, "stride" | "offset">;

/** As a C-contiguous source at offset 0. */
export function contiguous(array: Parts): FormatSource {
  return { ...array, stride: cStrides(array.shape), offset: 0 };
}

/** The same elements in Fortran order, the first axis backwards, every second place unused, behind some others. */
export function scattered(array: Parts): FormatSource {
  const stride: number[] = [];
  let step = 2;
  for (const extent of array.shape) {
    stride.push(step);
    step *= extent;
  }
  let offset = 5;
  if (stride.length > 0) {
    offset += stride[0]! * (array.shape[0]! - 1);
    stride[0] = -stride[0]!;
  }
  return moved(contiguous(array), { ...array, stride, offset }, 7 + 2 * sizeOf(array.shape));
}

/** Only the elements at the edges, C-contiguous. */
export function edgesOnly(array: Parts): FormatSource {
  const picked = array.shape.map((extent) => edgeIndices(extent) ?? Float64Array.from({ length: extent }, (_, i) => i));
  const shape = picked.map(({ length }) => length);
  const to = contiguous({ ...array, shape });
  return moved(contiguous(array), to, sizeOf(shape), (index) => index.map((i, axis) => picked[axis]![i]!));
}

function moved(from: FormatSource, to: FormatSource, length: number, pick = (index: number[]) => index): FormatSource {
  const data = new (from.data.constructor as new (length: number) => typeof from.data)(length);
  const mask = from.mask && new Uint8Array(length);
  for (const index of indices(to.shape)) {
    const source = position(from, pick(index));
    const target = position(to, index);
    data[target] = from.data[source]!;
    if (mask) mask[target] = from.mask![source]!;
  }
  return { ...to, data, mask };
}

function position({ stride, offset }: FormatSource, index: readonly number[]): number {
  return index.reduce((sum, i, axis) => sum + i * stride[axis]!, offset);
}

function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, extent) => all.flatMap((index) => Array.from({ length: extent }, (_, i) => [...index, i])),
    [[]],
  );
}
