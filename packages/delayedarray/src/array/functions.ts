import { elementwise } from "../ops/elementwise.js";
import type { Operand } from "../ops/operand.js";
import { DelayedArray } from "./delayed-array.js";

/*
 * Every element-wise operation as a function. At least one operand is an array or a seed; the others are numbers,
 * bigints, booleans or arrays, on either side. The result is delayed. All throw when they are built:
 * `SHAPE_MISMATCH`, `DTYPE_UNSUPPORTED`, `INVALID_ARGUMENT`.
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
 * `a` to the power of `b`, as `numpy.power`. Integers to negative integer powers are `INVALID_ARGUMENT`.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.power.html
 */
export function power(a: Operand, b: Operand): DelayedArray {
  return new DelayedArray(elementwise("power", [a, b]));
}

/**
 * Whether `a` equals `b`.
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
 * Natural logarithm.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.log.html
 */
export function log(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("log", [x]));
}

/**
 * `log(1 + x)`, accurate near 0.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.log1p.html
 */
export function log1p(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("log1p", [x]));
}

/**
 * Logarithm to base 2.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.log2.html
 */
export function log2(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("log2", [x]));
}

/**
 * Logarithm to base 10.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.log10.html
 */
export function log10(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("log10", [x]));
}

/**
 * e to the power of x.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.exp.html
 */
export function exp(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("exp", [x]));
}

/**
 * `exp(x) - 1`, accurate near 0.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.expm1.html
 */
export function expm1(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("expm1", [x]));
}

/**
 * Square root; NaN below 0.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.sqrt.html
 */
export function sqrt(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("sqrt", [x]));
}

/**
 * Sine of radians.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.sin.html
 */
export function sin(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("sin", [x]));
}

/**
 * Cosine of radians.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.cos.html
 */
export function cos(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("cos", [x]));
}

/**
 * Tangent of radians.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.tan.html
 */
export function tan(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("tan", [x]));
}

/**
 * Hyperbolic sine.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.sinh.html
 */
export function sinh(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("sinh", [x]));
}

/**
 * Hyperbolic cosine.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.cosh.html
 */
export function cosh(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("cosh", [x]));
}

/**
 * Hyperbolic tangent.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.tanh.html
 */
export function tanh(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("tanh", [x]));
}

/**
 * Inverse sine, in radians.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.arcsin.html
 */
export function arcsin(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("arcsin", [x]));
}

/**
 * Inverse cosine, in radians.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.arccos.html
 */
export function arccos(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("arccos", [x]));
}

/**
 * Inverse tangent, in radians.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.arctan.html
 */
export function arctan(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("arctan", [x]));
}

/**
 * Inverse hyperbolic sine.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.arcsinh.html
 */
export function arcsinh(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("arcsinh", [x]));
}

/**
 * Inverse hyperbolic cosine.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.arccosh.html
 */
export function arccosh(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("arccosh", [x]));
}

/**
 * Inverse hyperbolic tangent.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.arctanh.html
 */
export function arctanh(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("arctanh", [x]));
}

/**
 * The smallest integers not below, in the same dtype.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ceil.html
 */
export function ceil(x: Operand): DelayedArray {
  return new DelayedArray(elementwise("ceil", [x]));
}

/**
 * The largest integers not above, in the same dtype.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.floor.html
 */
export function floor(x: Operand): DelayedArray {
  return new DelayedArray(elementwise("floor", [x]));
}

/**
 * Towards zero to integers, in the same dtype.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.trunc.html
 */
export function trunc(x: Operand): DelayedArray {
  return new DelayedArray(elementwise("trunc", [x]));
}

/**
 * -1, 0 or 1 by the sign; NaN stays. Bools are refused.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.sign.html
 */
export function sign(x: Operand): DelayedArray {
  return new DelayedArray(elementwise("sign", [x]));
}

/**
 * Whether values are NaN.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.isnan.html
 */
export function isnan(x: Operand): DelayedArray<"bool"> {
  return new DelayedArray(elementwise("isnan", [x]));
}

/**
 * Absolute values; the smallest integer of a signed dtype wraps around to itself.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.abs.html
 */
export function abs(x: Operand): DelayedArray {
  return new DelayedArray(elementwise("abs", [x]));
}

/**
 * `-x`; unsigned integers wrap around. Bools are refused.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.negative.html
 */
export function negative(x: Operand): DelayedArray {
  return new DelayedArray(elementwise("negative", [x]));
}
