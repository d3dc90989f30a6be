import { dtypeFacts, isIntegerDType } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { isScalar, scalarKind } from "../base/scalar.js";
import { elementwise } from "./elementwise.js";
import { TREE, type Tree, treeOf } from "./node.js";
import { dtypeOf, type Operand, readOperand, scalarArray } from "./operand.js";

/**
 * `x` brought between two bounds; `null` for none.
 *
 * An integer bound that no value of an integer array is beyond is none: -1 below uint8. One that all values are beyond
 * does not fit the dtype.
 *
 * @throws `SHAPE_MISMATCH`, `DTYPE_UNSUPPORTED`, `INVALID_ARGUMENT`
 * @see NumPy's `_clip` in numpy/_core/_methods.py
 */
export function clip(x: Operand, min: Operand | null, max: Operand | null): Tree {
  // As in NumPy, a scalar to be clipped is an array of its own dtype, not of that of the bounds.
  const operand = isScalar(x) && !isNumberOrNone(min, max) ? scalarArray("clip", x) : x;
  const input = readOperand("clip", operand);
  if (input.kind === "scalar") {
    throw new DelayedArrayError("INVALID_ARGUMENT", "clip: no operand is an array or seed; expected at least one");
  }
  const array = input.kind === "tree" ? { [TREE]: input.tree } : input.array;
  const dtype = dtypeOf(input);
  const isNone = (bound: Operand | null, isBeyond: (value: number | bigint) => boolean): boolean => {
    if (bound === null || bound === undefined) return true;
    return (
      isIntegerDType(dtype) && isScalar(bound) && scalarKind(bound) === "int" && isBeyond(bound as number | bigint)
    );
  };
  if (dtype === "string") throw new DelayedArrayError("DTYPE_UNSUPPORTED", "clip of string: expected numbers");
  const facts = dtypeFacts(dtype);
  const low = isNone(min, (value) => value <= facts.min) ? null : min;
  const high = isNone(max, (value) => value >= facts.max) ? null : max;
  if (low !== null && high !== null) return elementwise("clip", [array, low, high]);
  if (high !== null) return elementwise("minimum", [array, high]);
  if (low !== null) return elementwise("maximum", [array, low]);
  if (dtype === "bool") {
    throw new DelayedArrayError("DTYPE_UNSUPPORTED", "clip of bool without bounds: give one of them");
  }
  return treeOf(array);
}

function isNumberOrNone(...bounds: readonly (Operand | null)[]): boolean {
  return bounds.every((bound) => bound === null || bound === undefined || isScalar(bound));
}
