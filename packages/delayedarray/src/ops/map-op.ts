import { checkDType, type DType, type ScalarOf } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import type { Scalar } from "../base/scalar.js";
import { mapKernel } from "../kernels/map.js";
import { build } from "./elementwise.js";
import { type ElementwiseNode, type Extractable, treeOf } from "./node.js";

/**
 * A function of one value: it gets a bigint of int64 and uint64, a boolean of bool, a string of string, else a number, and
 * gives a string if the result's dtype is string, else a number, bigint or boolean. Of an array whose dtype
 * TypeScript does not know, it may be declared for any one of these.
 */
export type ValueFunction<D extends DType = DType> = { call(value: ScalarOf<D>): Scalar | string }["call"];

/**
 * A user's own function of each value. Whether zeros stay zero is found out by calling it on zero, if the array is
 * sparse.
 *
 * @throws `INVALID_ARGUMENT` for what is no function, `DTYPE_UNSUPPORTED`
 */
export function mapValues(x: Extractable, fn: ValueFunction, dtype?: DType): ElementwiseNode {
  if (typeof fn !== "function") {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `map: expected a function, got ${fn === null ? "null" : typeof fn}`,
    );
  }
  const tree = treeOf(x);
  const result = dtype === undefined ? tree.dtype : checkDType(dtype);
  return build({
    op: "map",
    missing: "told",
    inputs: [{ kind: "tree", tree }],
    compute: [tree.dtype],
    kernel: mapKernel(fn, tree.dtype, result),
    shape: tree.shape,
    dtype: result,
  });
}
