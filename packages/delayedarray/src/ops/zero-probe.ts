import type { DType } from "../base/dtype.js";
import { type Shape, sizeOf } from "../base/shape.js";
import { type Kernel, makeRegister, type Register, TILE } from "../kernels/register.js";
import type { Input } from "./node.js";

/** Beyond this many values in memory, looking at all of them would make building an operation slow. */
const MOST_VALUES = 1 << 22;

/**
 * Whether an operation gives 0 wherever all of its trees are 0: it is run on zeros, with its operands in their places
 * and every value of an operand in memory. Only then is a result sparse.
 */
export function keepsZero(
  inputs: readonly Input[],
  compute: readonly DType[],
  kernel: Kernel,
  result: DType,
  shape: Shape,
): boolean {
  let values: { data: Register; at: number } | undefined;
  for (const [at, input] of inputs.entries()) {
    if (input.kind === "tree") {
      // A sparse tree that broadcasts repeats its entries, which a sparse result could not share.
      if (!input.tree.isSparse || sizeOf(input.tree.shape) !== sizeOf(shape)) return false;
      continue;
    }
    // A missing operand makes entries missing that are not stored.
    if (input.array.isMasked || input.array.size > MOST_VALUES) return false;
    const { data } = input.array.contiguous();
    const register = makeRegister(compute[at]!, data.length);
    register.set(data as never);
    values = { data: register, at };
  }
  const count = values?.data.length ?? 1;
  const size = Math.min(count, TILE);
  const zeros = inputs.map((_, i) => makeRegister(compute[i]!, size));
  const out = makeRegister(result, size);
  for (let start = 0; start < count; start += TILE) {
    const n = Math.min(TILE, count - start);
    const [a, b] = inputs.map((_, i) =>
      i === values?.at ? (values.data.subarray(start, start + n) as Register) : zeros[i]!,
    );
    try {
      kernel(out, a!, b ?? a!, n);
    } catch {
      return false; // the values that it refuses are reported where they are read
    }
    // biome-ignore lint/suspicious/noDoubleEquals: 0n == 0, so that one test serves both kinds of register
    for (let i = 0; i < n; i++) if (!(out[i] == 0)) return false;
  }
  return true;
}
