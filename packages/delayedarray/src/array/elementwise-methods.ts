import { checkOptions } from "../base/check-options.js";
import type { DType } from "../base/dtype.js";
import { clip } from "../ops/clip-op.js";
import { cast, elementwise, round } from "../ops/elementwise.js";
import { mapValues, type ValueFunction } from "../ops/map-op.js";
import type { Operand } from "../ops/operand.js";
import { ArrayFacts } from "./array-facts.js";
import type { DelayedArray } from "./delayed-array.js";

/** The element-wise operations of a delayed array, each of which gives a new one and reads nothing. */
export abstract class ElementwiseMethods<D extends DType = DType> extends ArrayFacts<D> {
  /**
   * Values converted to another dtype, delayed: floats truncate towards zero and saturate, NaN gives 0, integers wrap.
   *
   * @throws `DTYPE_UNSUPPORTED`, also from and to strings: `map` does that
   */
  astype<E extends DType>(dtype: E): DelayedArray<E> {
    return this.derive<E>(cast(this, dtype));
  }

  /**
   * Values rounded to a number of decimals, halves to even, delayed; negative: to tens, hundreds and so on.
   *
   * @throws `INVALID_ARGUMENT` for a fraction, `DTYPE_UNSUPPORTED` for bool with decimals
   */
  round(decimals = 0): DelayedArray {
    return this.derive(round(this, decimals));
  }

  /** `this + other`, value by value. Of bools: logical or. */
  add(other: Operand): DelayedArray {
    return this.derive(elementwise("add", [this, other]));
  }

  /** `this - other`, value by value. Bools are refused. */
  subtract(other: Operand): DelayedArray {
    return this.derive(elementwise("subtract", [this, other]));
  }

  /** `this * other`, value by value. Of bools: logical and. */
  multiply(other: Operand): DelayedArray {
    return this.derive(elementwise("multiply", [this, other]));
  }

  /** `this / other`, value by value, always in floats. */
  divide(other: Operand): DelayedArray {
    return this.derive(elementwise("divide", [this, other]));
  }

  /** The remainder of `this / other` with the sign of `other`; 0 for integers divided by 0. */
  remainder(other: Operand): DelayedArray {
    return this.derive(elementwise("remainder", [this, other]));
  }

  /** The floor of `this / other`; 0 for integers divided by 0. */
  floorDivide(other: Operand): DelayedArray {
    return this.derive(elementwise("floorDivide", [this, other]));
  }

  /**
   * `this` to the power of `other`. Integers to negative integer powers are `INVALID_ARGUMENT`. Of 0.5 and -1 alone: the
   * square root and the reciprocal.
   */
  power(other: Operand): DelayedArray {
    return this.derive(elementwise("power", [this, other]));
  }

  /** Whether values are equal. */
  equal(other: Operand): DelayedArray<"bool"> {
    return this.derive(elementwise("equal", [this, other]));
  }

  /** Whether values differ. */
  notEqual(other: Operand): DelayedArray<"bool"> {
    return this.derive(elementwise("notEqual", [this, other]));
  }

  /** Whether `this < other`. */
  less(other: Operand): DelayedArray<"bool"> {
    return this.derive(elementwise("less", [this, other]));
  }

  /** Whether `this <= other`. */
  lessEqual(other: Operand): DelayedArray<"bool"> {
    return this.derive(elementwise("lessEqual", [this, other]));
  }

  /** Whether `this > other`. */
  greater(other: Operand): DelayedArray<"bool"> {
    return this.derive(elementwise("greater", [this, other]));
  }

  /** Whether `this >= other`. */
  greaterEqual(other: Operand): DelayedArray<"bool"> {
    return this.derive(elementwise("greaterEqual", [this, other]));
  }

  /** Whether both values are not 0. */
  logicalAnd(other: Operand): DelayedArray<"bool"> {
    return this.derive(elementwise("logicalAnd", [this, other]));
  }

  /** Whether any of both values is not 0. */
  logicalOr(other: Operand): DelayedArray<"bool"> {
    return this.derive(elementwise("logicalOr", [this, other]));
  }

  /** Whether one of both values is not 0 and the other is. */
  logicalXor(other: Operand): DelayedArray<"bool"> {
    return this.derive(elementwise("logicalXor", [this, other]));
  }

  /** Whether values are 0. */
  logicalNot(): DelayedArray<"bool"> {
    return this.derive(elementwise("logicalNot", [this]));
  }

  /** The smaller of both values; NaN where one of them is NaN. */
  minimum(other: Operand): DelayedArray {
    return this.derive(elementwise("minimum", [this, other]));
  }

  /** The larger of both values; NaN where one of them is NaN. */
  maximum(other: Operand): DelayedArray {
    return this.derive(elementwise("maximum", [this, other]));
  }

  /** The values, brought between two bounds; `null` for none. See the function `clip`. */
  clip(min: Operand | null = null, max: Operand | null = null): DelayedArray {
    return this.derive(clip(this, min, max));
  }

  /** A function of your own of each value, its results converted to `dtype`. See the function `map`. */
  map<R extends DType = D>(fn: ValueFunction<D>, options: { readonly dtype?: R | undefined } = {}): DelayedArray<R> {
    const { dtype } = checkOptions("map", options, ["dtype"]);
    return this.derive<R>(mapValues(this, fn, dtype));
  }

  /** Natural logarithm. */
  log(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("log", [this]));
  }

  /** `log(1 + x)`, accurate near 0. */
  log1p(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("log1p", [this]));
  }

  /** Logarithm to base 2. */
  log2(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("log2", [this]));
  }

  /** Logarithm to base 10. */
  log10(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("log10", [this]));
  }

  /** e to the power of x. */
  exp(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("exp", [this]));
  }

  /** 2 to the power of x. */
  exp2(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("exp2", [this]));
  }

  /** `exp(x) - 1`, accurate near 0. */
  expm1(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("expm1", [this]));
  }

  /** Square root; NaN below 0. */
  sqrt(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("sqrt", [this]));
  }

  /** Cube root. */
  cbrt(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("cbrt", [this]));
  }

  /** `x * x`; integers wrap around. */
  square(): DelayedArray {
    return this.derive(elementwise("square", [this]));
  }

  /** `1 / x`; of integers 0, but for 1 and -1. */
  reciprocal(): DelayedArray {
    return this.derive(elementwise("reciprocal", [this]));
  }

  /** `sqrt(this * this + other * other)`, without overflow on the way. */
  hypot(other: Operand): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("hypot", [this, other]));
  }

  /** `log(exp(this) + exp(other))`, without overflow on the way. */
  logaddexp(other: Operand): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("logaddexp", [this, other]));
  }

  /** Sine of radians. */
  sin(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("sin", [this]));
  }

  /** Cosine of radians. */
  cos(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("cos", [this]));
  }

  /** Tangent of radians. */
  tan(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("tan", [this]));
  }

  /** Hyperbolic sine. */
  sinh(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("sinh", [this]));
  }

  /** Hyperbolic cosine. */
  cosh(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("cosh", [this]));
  }

  /** Hyperbolic tangent. */
  tanh(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("tanh", [this]));
  }

  /** Inverse sine, in radians. */
  arcsin(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("arcsin", [this]));
  }

  /** Inverse cosine, in radians. */
  arccos(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("arccos", [this]));
  }

  /** Inverse tangent, in radians. */
  arctan(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("arctan", [this]));
  }

  /** The angle of the points (x, this), in radians. */
  arctan2(x: Operand): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("arctan2", [this, x]));
  }

  /** Inverse hyperbolic sine. */
  arcsinh(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("arcsinh", [this]));
  }

  /** Inverse hyperbolic cosine. */
  arccosh(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("arccosh", [this]));
  }

  /** Inverse hyperbolic tangent. */
  arctanh(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("arctanh", [this]));
  }

  /** The smallest integers not below, in the same dtype. */
  ceil(): DelayedArray<D> {
    return this.derive(elementwise("ceil", [this]));
  }

  /** The largest integers not above, in the same dtype. */
  floor(): DelayedArray<D> {
    return this.derive(elementwise("floor", [this]));
  }

  /** Towards zero to integers, in the same dtype. */
  trunc(): DelayedArray<D> {
    return this.derive(elementwise("trunc", [this]));
  }

  /** To the nearest integers, halves to even, in floats. */
  rint(): DelayedArray<"float32" | "float64"> {
    return this.derive(elementwise("rint", [this]));
  }

  /** -1, 0 or 1 by the sign; NaN stays. Bools are refused. */
  sign(): DelayedArray<D> {
    return this.derive(elementwise("sign", [this]));
  }

  /** Whether values are NaN. */
  isnan(): DelayedArray<"bool"> {
    return this.derive(elementwise("isnan", [this]));
  }

  /** Whether values are infinite. */
  isinf(): DelayedArray<"bool"> {
    return this.derive(elementwise("isinf", [this]));
  }

  /** Whether values are neither NaN nor infinite. */
  isfinite(): DelayedArray<"bool"> {
    return this.derive(elementwise("isfinite", [this]));
  }

  /** Absolute values; the smallest integer of a signed dtype wraps around to itself. */
  abs(): DelayedArray<D> {
    return this.derive(elementwise("abs", [this]));
  }

  /** `-x`; unsigned integers wrap around. Bools are refused. */
  negative(): DelayedArray<D> {
    return this.derive(elementwise("negative", [this]));
  }
}
