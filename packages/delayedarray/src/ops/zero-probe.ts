import type { DType } from "../base/dtype.js";
import { type Shape, sizeOf } from "../base/shape.js";
import { type Kernel, makeRegister, type Register, TILE } from "../kernels/register.js";
import { NdArray } from "../values/nd-array.js";
import type { Input } from "./node.js";

/** Beyond this many values in memory, looking at all of them would make building an operation slow. */
const MOST_VALUES = 1 << 22;

/**
 * Whether an operation gives 0 wherever all of its trees are 0: it is run on zeros, with its operands in their places
 * and every value of the operands in memory. Only then is a result sparse.
 */
export function keepsZero(
  inputs: readonly Input[],
  compute: readonly DType[],
  kernel: Kernel,
  result: DType,
  shape: Shape,
): boolean {
  for (const input of inputs) {
    // A sparse tree that broadcasts repeats its entries, which a sparse result could not share. A missing operand makes
    // entries missing that are not stored.
    if (
      input.kind === "tree" ? !input.tree.isSparse || sizeOf(input.tree.shape) !== sizeOf(shape) : input.array.isMasked
    )
      return false;
  }
  const values = inputs.map((input) => (input.kind === "value" ? input.array : undefined));
  const together = broadcastTogether(values.flatMap((array) => (array?.shape === undefined ? [] : [array.shape])));
  const count = sizeOf(together);
  if (count > MOST_VALUES) return false;
  const size = Math.min(count, TILE);
  const loads = values.map((array, i) => valuesOf(array, together, compute[i]!, size));
  const out = makeRegister(result, size);
  for (let start = 0; start < count; start += TILE) {
    const n = Math.min(TILE, count - start);
    try {
      kernel(out, n, ...loads.map((load) => load(start, n)));
    } catch {
      return false; // the values that it refuses are reported where they are read
    }
    // biome-ignore lint/suspicious/noDoubleEquals: 0n == 0, so that one test serves both kinds of register
    for (let i = 0; i < n; i++) if (!(out[i] == 0)) return false;
  }
  return true;
}

/** The shape of arrays that all broadcast to the result's. */
function broadcastTogether(shapes: readonly Shape[]): number[] {
  const ndim = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: ndim }, (_, axis) => {
    const extents = shapes.map((shape) => shape[shape.length - ndim + axis] ?? 1);
    return extents.find((extent) => extent !== 1) ?? 1;
  });
}

/** Gives tiles of an operand's values: zeros for a tree. */
function valuesOf(
  array: NdArray | undefined,
  together: Shape,
  dtype: DType,
  size: number,
): (start: number, n: number) => Register {
  const register = makeRegister(dtype, size);
  if (array === undefined) return () => register;
  if (array.size === 1) {
    register.fill(array.contiguous().data[0] as never);
    return () => register;
  }
  const lead = together.length - array.ndim;
  const stride = together.map((_, axis) =>
    axis < lead || array.shape[axis - lead] === 1 ? 0 : array.stride[axis - lead]!,
  );
  const { data } = new NdArray({
    data: array.data,
    shape: together,
    stride,
    offset: array.offset,
    dtype: array.dtype,
  }).contiguous();
  return (start, n) => {
    register.set(data.subarray(start, start + n) as never);
    return register;
  };
}
