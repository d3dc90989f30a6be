import { type DType, dtypeFacts, isFloatDType, type TypedArray } from "../base/dtype.js";
import { type Shape, sizeOf } from "../base/shape.js";
import { type Kernel, makeRegister, type Register, TILE } from "../kernels/register.js";
import { NdArray } from "../values/nd-array.js";
import { ndarray } from "../values/ndarray.js";
import type { Input } from "./node.js";
import { convertValues, dtypeOf } from "./operand.js";

/** Beyond this many values in memory, looking at all of them would make building an operation slow. */
const MOST_VALUES = 1 << 22;

/** What stands for all values of a dtype: the operations here that are 0 for these beside 0 are 0 for all. */
function typicalValues(dtype: DType): NdArray {
  const { kind, min, max } = dtypeFacts(dtype);
  const positive = kind === "f" ? [0, 5e-324, 0.5, 1, 2, Number.MAX_VALUE, Number.POSITIVE_INFINITY] : [];
  const values =
    kind === "f"
      ? [...positive, ...positive.map((value) => -value), Number.NaN]
      : [min, -2n, -1n, 0n, 1n, 2n, 3n, max].filter((value) => value >= min && value <= max).map(Number);
  return ndarray(values, [values.length], "float64").astype(dtype);
}

/**
 * Whether an operation gives 0 wherever its sparse trees are 0: it is run on zeros, with its operands in their places,
 * every value of the operands in memory, and for trees that are not sparse what stands for all values of their dtype.
 * Only then is a result sparse.
 */
export function keepsZero(
  inputs: readonly Input[],
  compute: readonly DType[],
  kernel: Kernel,
  result: DType,
  shape: Shape,
): boolean {
  if (result === "string" || compute.includes("string")) return false; // strings are never sparse
  if (!inputs.some((input) => input.kind === "tree" && input.tree.isSparse)) return false;
  const values: (NdArray | undefined)[] = [];
  for (const [i, input] of inputs.entries()) {
    const { isMasked } = input.kind === "tree" ? input.tree : input.array;
    if (input.kind === "tree" && input.tree.isSparse) {
      // A sparse tree that broadcasts repeats its entries, which a sparse result could not share.
      if (sizeOf(input.tree.shape) !== sizeOf(shape)) return false;
      values.push(undefined);
    } else if (isMasked) {
      return false; // entries that are not stored would be missing
    } else if (input.kind === "tree") {
      // Beside every value of the others, on an axis of its own.
      const each = convertValues(typicalValues(input.tree.dtype), compute[i]!);
      values.push(each.reshape([each.size, ...new Array<number>(shape.length + i).fill(1)]));
    } else {
      values.push(input.array);
    }
  }
  const together = broadcastTogether(values.flatMap((array) => (array === undefined ? [] : [array.shape])));
  const count = sizeOf(together);
  if (count > MOST_VALUES) return false;
  const size = Math.min(count, TILE);
  const signed: Register[] = [];
  const loads = values.map((array, i): Load => {
    if (array !== undefined) return valuesOf(array, together, compute[i]!, size);
    const zeros = makeRegister(compute[i]!, size);
    const isFloat = isFloatDType(compute[i]!) && isFloatDType(dtypeOf(inputs[i]!));
    if (isFloat && inputs.length > 1) signed.push(zeros);
    return () => zeros;
  });
  const out = makeRegister(result, size);
  const givesZeros = (): boolean => {
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
  };
  // The zeros of a tree may be -0, which is another thing to arctan2.
  for (let signs = 0; signs < 2 ** signed.length; signs++) {
    signed.forEach((zeros, k) => {
      zeros.fill(((signs >> k) & 1 ? -0 : 0) as never);
    });
    if (!givesZeros()) return false;
  }
  return true;
}

/** The shape of arrays that all broadcast to one. */
function broadcastTogether(shapes: readonly Shape[]): number[] {
  const ndim = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: ndim }, (_, axis) => {
    const extents = shapes.map((shape) => shape[shape.length - ndim + axis] ?? 1);
    return extents.find((extent) => extent !== 1) ?? 1;
  });
}

/** Gives a tile of an operand. */
type Load = (start: number, n: number) => Register;

/** Gives tiles of the values of an operand in memory. */
function valuesOf(array: NdArray, together: Shape, dtype: DType, size: number): Load {
  const register = makeRegister(dtype, size);
  if (array.size === 1) {
    register.fill(array.contiguous().data[0] as never);
    return () => register;
  }
  const lead = together.length - array.ndim;
  const stride = together.map((_, axis) =>
    axis < lead || array.shape[axis - lead] === 1 ? 0 : array.stride[axis - lead]!,
  );
  const packed = new NdArray({
    data: array.data,
    shape: together,
    stride,
    offset: array.offset,
    dtype: array.dtype,
  }).contiguous();
  return (start, n) => {
    register.set((packed.data as TypedArray).subarray(start, start + n) as never);
    return register;
  };
}
