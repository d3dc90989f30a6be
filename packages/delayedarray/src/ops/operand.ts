import { castInto } from "../base/cast.js";
import { allocate, type DType, dtypeFacts, dtypeOfTypedArray, isFloatDType, type TypedArray } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { isScalar, type Scalar, scalarKind } from "../base/scalar.js";
import type { Shape } from "../base/shape.js";
import { checkSeed, isSeed, type Seed } from "../seed/seed.js";
import { isNdArray, NdArray } from "../values/nd-array.js";
import { type NestedInput, ndarray } from "../values/ndarray.js";
import { type Extractable, type Input, isOpNode, TREE, treeOf } from "./node.js";
import { floatOf, type Operation } from "./operation-kinds.js";
import { OPERATIONS, type OperationName } from "./operations.js";

/**
 * What element-wise functions take on either side: a number, bigint, boolean or string; a plain or typed array, which runs along
 * the last axis; an array in memory, a delayed array or any seed, which broadcasts.
 */
export type Operand = Scalar | NestedInput | NdArray | Seed | { readonly [TREE]: unknown };

/** A scalar waits for the other operand's dtype; anything else is an input already. */
export type PendingInput = Input | { readonly kind: "scalar"; readonly value: Scalar };

/** The shape of an operand. */
export function shapeOf(input: Input): Shape {
  return input.kind === "tree" ? input.tree.shape : input.array.shape;
}

/** The dtype of an operand. */
export function dtypeOf(input: Input): DType {
  return input.kind === "tree" ? input.tree.dtype : input.array.dtype;
}

/** @throws `INVALID_ARGUMENT` for what cannot be an operand */
export function readOperand(name: string, operand: Operand): PendingInput {
  if (isScalar(operand)) return { kind: "scalar", value: operand };
  if (typeof operand === "string") return { kind: "value", array: ndarray(operand) };
  if (isNdArray(operand)) return { kind: "value", array: operand };
  if (typeof operand === "object" && operand !== null) {
    if (TREE in operand || isOpNode(operand)) return { kind: "tree", tree: treeOf(operand as Extractable) };
    if (isSeed(operand)) return { kind: "tree", tree: checkSeed(operand) };
  }
  if (Array.isArray(operand) || dtypeOfTypedArray(operand) !== undefined) {
    return { kind: "value", array: copied(ndarray(operand as NestedInput)) };
  }
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${name}: an operand is ${operand === null ? "null" : `of type ${typeof operand}`}: expected a number, bigint, boolean, string, array or seed`,
  );
}

/** A delayed operation must not change when its caller reuses a typed array, so that is copied when it is given. */
function copied(array: NdArray): NdArray {
  return new NdArray({ data: array.data.slice() as TypedArray, shape: array.shape, dtype: array.dtype });
}

function outOfRange(name: string, value: Scalar, dtype: DType): never {
  const { min, max } = dtypeFacts(dtype);
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${name}: ${String(value)} does not fit ${dtype} (${min} to ${max}): convert the array with astype first`,
  );
}

function asFloat(name: string, value: Scalar): number {
  const number = Number(value);
  if (typeof value === "bigint" && !Number.isFinite(number)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${name}: a bigint of ${value.toString().length} digits is too large for a float`,
    );
  }
  return number;
}

function fits(value: number | bigint, dtype: DType): boolean {
  const { min, max } = dtypeFacts(dtype);
  return value >= min && value <= max;
}

/** A 0-d array of one value. */
function constant(value: number | bigint | boolean, dtype: DType): NdArray {
  const data = allocate(dtype, 1);
  if (dtype === "int64" || dtype === "uint64") data[0] = BigInt(value);
  else data[0] = Number(value);
  return new NdArray({ data, shape: [], dtype });
}

/** A scalar of which only matters whether it is 0. NaN is not. @throws `INVALID_ARGUMENT` for more than 64 bits */
export function condition(name: string, value: Scalar): NdArray {
  if (typeof value === "bigint" && !fits(value, "int64") && !fits(value, "uint64")) outOfRange(name, value, "uint64");
  return constant(typeof value === "number" ? value !== 0 : Boolean(value), "bool");
}

/** The dtype of a scalar that stands alone. */
export function scalarDType(value: Scalar): DType {
  const kind = scalarKind(value);
  return kind === "bool" ? "bool" : kind === "int" ? "int64" : "float64";
}

/** An integer as one of `dtype`. @throws `INVALID_ARGUMENT` when it does not fit */
export function integerOperand(name: string, value: number | bigint, dtype: DType): NdArray {
  return fits(value, dtype) ? constant(value, dtype) : outOfRange(name, value, dtype);
}

/** A scalar as an array of its own dtype. @throws `INVALID_ARGUMENT` for an integer of more than 64 bits */
export function scalarArray(name: string, value: Scalar): NdArray {
  const dtype = scalarDType(value);
  if (dtype === "int64" && !fits(value as number | bigint, dtype)) outOfRange(name, value, dtype);
  return constant(value, dtype);
}

/**
 * A scalar as an operand beside an array of `dtype`, by NEP 50: a JavaScript integer counts as a Python int and takes
 * the array's dtype (int64 beside bool), any other number as a Python float, which makes float64 of integers.
 *
 * @throws `INVALID_ARGUMENT` for an integer that does not fit the array's integer dtype, but for comparisons, which are
 * exact, and for division and functions to floats, which are in floats anyway
 */
export function scalarOperand(name: OperationName, value: Scalar, dtype: DType): NdArray {
  const rule = (OPERATIONS[name] as Operation).scalars;
  if (rule === "logic") return condition(name, value);
  const kind = scalarKind(value);
  if (kind === "bool") return constant(value, "bool");
  if (isFloatDType(dtype)) return constant(asFloat(name, value), dtype);
  if (kind === "float" || rule === "float") return constant(asFloat(name, value), "float64");
  const own = dtype === "bool" ? "int64" : dtype;
  if (rule === "real") return constant(asFloat(name, value), floatOf(own));
  if (rule !== "compare" || fits(value as number | bigint, own)) {
    return integerOperand(name, value as number | bigint, own);
  }
  // Beyond every value of the array: an infinity compares the same, and exactly.
  return constant((value as number | bigint) > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY, "float64");
}

/** Values in memory converted once, when the operation is built, rather than at each read. */
export function convertValues(array: NdArray, dtype: DType): NdArray {
  if (array.dtype === dtype) return array;
  const { data, mask } = array.contiguous();
  const converted = allocate(dtype, data.length);
  castInto(data as TypedArray, array.dtype, converted as TypedArray, dtype);
  return new NdArray({ data: converted, shape: array.shape, dtype, mask });
}
