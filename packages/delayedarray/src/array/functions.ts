import { checkOptions } from "../base/check-options.js";
import type { DType } from "../base/dtype.js";
import { clip as clipValues } from "../ops/clip-op.js";
import { elementwise } from "../ops/elementwise.js";
import { mapValues, type ValueFunction } from "../ops/map-op.js";
import type { Operand } from "../ops/operand.js";
import { DelayedArray } from "./delayed-array.js";
import { type AnyArray, checked } from "./generics.js";

/*
 * Arithmetic, comparisons, logic and choices, value by value, as functions; `maths.ts` has the others. At least one
 * operand is an array or a seed; the others are numbers, bigints, booleans or arrays, on any side. The result is delayed.
 * All throw when they are built: `SHAPE_MISMATCH`, `DTYPE_UNSUPPORTED`, `INVALID_ARGUMENT`.
 */

/**
 * `a + b`. Of bools: logical or.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.add.html
 */
export function add(a: Operand, b: Operand): DelayedArray {
  return new DelayedArray(elementwise("add", [a, b]));
}

/**
 * `a - b`. Two bools are refused.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.subtract.html
 */
export function subtract(a: Operand, b: Operand): DelayedArray {
  return new DelayedArray(elementwise("subtract", [a, b]));
}

/**
 * `a * b`. Of bools: logical and.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.multiply.html
 */
export function multiply(a: Operand, b: Operand): DelayedArray {
  return new DelayedArray(elementwise("multiply", [a, b]));
}

/**
 * `a / b`, always in floats.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.divide.html
 */
export function divide(a: Operand, b: Operand): DelayedArray {
  return new DelayedArray(elementwise("divide", [a, b]));
}

/**
 * The remainder of `a / b` with the sign of `b`; 0 for integers divided by 0.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.remainder.html
 */
export function remainder(a: Operand, b: Operand): DelayedArray {
  return new DelayedArray(elementwise("remainder", [a, b]));
}

/**
 * The floor of `a / b`; 0 for integers divided by 0.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.floor_divide.html
 */
export function floorDivide(a: Operand, b: Operand): DelayedArray {
  return new DelayedArray(elementwise("floorDivide", [a, b]));
}

/**
 * `a` to the power of `b`, as `numpy.power`. Integers to negative integer powers are `INVALID_ARGUMENT`. An exponent of one
 * element takes the square root for 0.5 and the reciprocal for -1, where -0 and -Infinity give something else.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.power.html
 */
export function power(a: Operand, b: Operand): DelayedArray {
  return new DelayedArray(elementwise("power", [a, b]));
}

/**
 * Whether `a` equals `b`. Strings are compared with strings, by code point; so by the other comparisons.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.equal.html
 */
export function equal(a: Operand, b: Operand): DelayedArray<"bool"> {
  return new DelayedArray(elementwise("equal", [a, b]));
}

/**
 * Whether `a` and `b` differ.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.not_equal.html
 */
export function notEqual(a: Operand, b: Operand): DelayedArray<"bool"> {
  return new DelayedArray(elementwise("notEqual", [a, b]));
}

/**
 * Whether `a < b`.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.less.html
 */
export function less(a: Operand, b: Operand): DelayedArray<"bool"> {
  return new DelayedArray(elementwise("less", [a, b]));
}

/**
 * Whether `a <= b`.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.less_equal.html
 */
export function lessEqual(a: Operand, b: Operand): DelayedArray<"bool"> {
  return new DelayedArray(elementwise("lessEqual", [a, b]));
}

/**
 * Whether `a > b`.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.greater.html
 */
export function greater(a: Operand, b: Operand): DelayedArray<"bool"> {
  return new DelayedArray(elementwise("greater", [a, b]));
}

/**
 * Whether `a >= b`.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.greater_equal.html
 */
export function greaterEqual(a: Operand, b: Operand): DelayedArray<"bool"> {
  return new DelayedArray(elementwise("greaterEqual", [a, b]));
}

/**
 * Whether `a` and `b` are both not 0.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.logical_and.html
 */
export function logicalAnd(a: Operand, b: Operand): DelayedArray<"bool"> {
  return new DelayedArray(elementwise("logicalAnd", [a, b]));
}

/**
 * Whether `a` or `b` is not 0.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.logical_or.html
 */
export function logicalOr(a: Operand, b: Operand): DelayedArray<"bool"> {
  return new DelayedArray(elementwise("logicalOr", [a, b]));
}

/**
 * Whether exactly one of `a` and `b` is not 0.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.logical_xor.html
 */
export function logicalXor(a: Operand, b: Operand): DelayedArray<"bool"> {
  return new DelayedArray(elementwise("logicalXor", [a, b]));
}

/**
 * Whether values are 0.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.logical_not.html
 */
export function logicalNot(x: Operand): DelayedArray<"bool"> {
  return new DelayedArray(elementwise("logicalNot", [x]));
}

/**
 * The smaller of `a` and `b`; NaN where one of them is NaN. Of 0 and -0: `b`.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.minimum.html
 */
export function minimum(a: Operand, b: Operand): DelayedArray {
  return new DelayedArray(elementwise("minimum", [a, b]));
}

/**
 * The larger of `a` and `b`; NaN where one of them is NaN. Of 0 and -0: `b`.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.maximum.html
 */
export function maximum(a: Operand, b: Operand): DelayedArray {
  return new DelayedArray(elementwise("maximum", [a, b]));
}

/**
 * `x`, but `min` where it is below and `max` where it is above; where they cross, `max`. NaN where any of them is NaN.
 * What equals a bound stays as it is, also 0 beside -0.
 *
 * An integer bound outside the dtype of an integer array is no bound if all values are on its right side (`clip(x, -1,
 * 300)` of uint8), and `INVALID_ARGUMENT` otherwise.
 *
 * @param min - `null` for none
 * @param max - `null` for none
 * @see https://numpy.org/doc/stable/reference/generated/numpy.clip.html
 */
export function clip(x: Operand, min: Operand | null = null, max: Operand | null = null): DelayedArray {
  return new DelayedArray(clipValues(x, min, max));
}

/**
 * `a` where `condition` is not 0, else `b`, in the dtype that `a` and `b` have in common. NaN is not 0.
 *
 * Missing where the condition is missing, or the one of `a` and `b` that it chooses, as in `numpy.ma.where`. An integer
 * beside an array whose integer dtype it does not fit is `INVALID_ARGUMENT`; NumPy wraps it around.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.where.html
 */
export function where(condition: Operand, a: Operand, b: Operand): DelayedArray {
  return new DelayedArray(elementwise("where", [condition, a, b]));
}

/**
 * A function of your own of each value. It is called when values are read, in no particular order, and not for missing
 * entries, which stay missing; so it should depend on its argument alone. Of a sparse array it is called on zero at once:
 * if that gives 0, the result is sparse and the function is called on stored entries only.
 *
 * What it returns is converted to `dtype`: numbers as float64 (truncated, saturated, NaN to 0 for integers), bigints as
 * integers (wrapped around), booleans to 0 and 1. If it throws, or returns something else, reading rejects with
 * `INVALID_ARGUMENT`, and what it threw as `cause`.
 *
 * @param options - `dtype` of the result; that of the array if not given
 * @throws `INVALID_ARGUMENT` for what is no array or function, `DTYPE_UNSUPPORTED`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.vectorize.html
 */
export function map<D extends DType, R extends DType = D>(
  x: AnyArray<D>,
  fn: ValueFunction<D>,
  options: { readonly dtype?: R | undefined } = {},
): DelayedArray<R> {
  const { dtype } = checkOptions("map", options, ["dtype"]);
  return new DelayedArray<R>(mapValues(checked(x), fn, dtype));
}
