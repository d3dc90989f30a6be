/** A JavaScript value that can stand as an operand of its own. */
export type Scalar = number | bigint | boolean;

/** Whether `value` is a scalar operand. */
export function isScalar(value: unknown): value is Scalar {
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
}

/**
 * The Python type that a JavaScript scalar stands for: a safe integer other than -0 counts as an `int`, any other
 * number as a `float`, a bigint as an `int`.
 */
export function scalarKind(value: Scalar): "bool" | "int" | "float" {
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return "int";
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? "int" : "float";
}
