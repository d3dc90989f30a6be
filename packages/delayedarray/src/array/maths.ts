import { elementwise } from "../ops/elementwise.js";
import type { Operand } from "../ops/operand.js";
import { DelayedArray } from "./delayed-array.js";

/*
 * Mathematical functions, value by value, as functions; their operands and results are those of `functions.ts`. Functions
 * to floats give float32 for integers of up to 16 bits, also where NumPy has float16.
 */

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
 * 2 to the power of x.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.exp2.html
 */
export function exp2(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("exp2", [x]));
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
 * Cube root.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.cbrt.html
 */
export function cbrt(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("cbrt", [x]));
}

/**
 * `x * x`; integers wrap around, bools give int8.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.square.html
 */
export function square(x: Operand): DelayedArray {
  return new DelayedArray(elementwise("square", [x]));
}

/**
 * `1 / x`. Of integers 0, but for 1 and -1; of 0 too, where NumPy leaves it to the CPU. Bools give int8.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.reciprocal.html
 */
export function reciprocal(x: Operand): DelayedArray {
  return new DelayedArray(elementwise("reciprocal", [x]));
}

/**
 * `sqrt(a * a + b * b)`, without overflow on the way. An infinity gives infinity, also beside NaN.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.hypot.html
 */
export function hypot(a: Operand, b: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("hypot", [a, b]));
}

/**
 * `log(exp(a) + exp(b))`, without overflow on the way and accurate where the exponentials sum to 1.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.logaddexp.html
 */
export function logaddexp(a: Operand, b: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("logaddexp", [a, b]));
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
 * The angle of the point (x, y) in radians, between -pi and pi: the inverse tangent of `y / x` with the signs of both.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.arctan2.html
 */
export function arctan2(y: Operand, x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("arctan2", [y, x]));
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
 * To the nearest integers, halves to even, in floats.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.rint.html
 */
export function rint(x: Operand): DelayedArray<"float32" | "float64"> {
  return new DelayedArray(elementwise("rint", [x]));
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
 * Whether values are infinite.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.isinf.html
 */
export function isinf(x: Operand): DelayedArray<"bool"> {
  return new DelayedArray(elementwise("isinf", [x]));
}

/**
 * Whether values are neither NaN nor infinite.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.isfinite.html
 */
export function isfinite(x: Operand): DelayedArray<"bool"> {
  return new DelayedArray(elementwise("isfinite", [x]));
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
