import { checkDType, type DType, isIntegerDType } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { type Shape, sameShape, shapeText } from "../base/shape.js";
import { castKernel } from "../kernels/cast.js";
import { copy } from "../kernels/math.js";
import type { Kernel } from "../kernels/register.js";
import { roundKernel } from "../kernels/round.js";
import { type ElementwiseNode, type Extractable, type Input, isOpNode, makeNode, type Tree, treeOf } from "./node.js";
import { convertValues, type Operand, type PendingInput, readOperand, scalarOperand } from "./operand.js";
import { negativePower, OPERATIONS, type Operation, type OperationName } from "./operations.js";
import { keepsZero } from "./zero-probe.js";

/** How an error says what could not be done with two operands. */
function attempt(name: OperationName, left: string, right: string): string {
  switch (name) {
    case "add":
      return `cannot add ${right} to ${left}`;
    case "subtract":
      return `cannot subtract ${right} from ${left}`;
    case "multiply":
      return `cannot multiply ${left} by ${right}`;
    case "divide":
    case "floorDivide":
      return `cannot divide ${left} by ${right}`;
    default:
      return `cannot take ${name} of ${left} and ${right}`;
  }
}

function shapeOf(input: Input): Shape {
  return input.kind === "tree" ? input.tree.shape : input.array.shape;
}

function dtypeOf(input: Input): DType {
  return input.kind === "tree" ? input.tree.dtype : input.array.dtype;
}

/**
 * The shape of the result: that of one operand, to which the other broadcasts as in NumPy.
 *
 * @throws `SHAPE_MISMATCH` naming both shapes, and for a vector its length and the one expected
 */
function broadcastShape(name: OperationName, inputs: readonly Input[]): Shape {
  const [left, right] = inputs.map(shapeOf) as [Shape, Shape | undefined];
  if (right === undefined || sameShape(left, right)) return left;
  const fitsInto = (small: Shape, large: Shape) =>
    small.length <= large.length &&
    small.every((extent, i) => extent === 1 || extent === large[large.length - small.length + i]);
  if (fitsInto(right, left)) return left;
  if (fitsInto(left, right)) return right;
  const describe = (shape: Shape) => (shape.length === 1 ? `a vector of length ${shape[0]}` : shapeText(shape));
  const vector = left.length === 1 && right.length > 1 ? right : left;
  const expected =
    left.length === 1 || right.length === 1
      ? `expected ${vector[vector.length - 1]} (the last axis)`
      : "expected equal shapes, or one that broadcasts to the other (equal extents or 1, aligned at the last axis)";
  throw new DelayedArrayError("SHAPE_MISMATCH", `${attempt(name, describe(left), describe(right))}: ${expected}`);
}

function settle(name: OperationName, pending: readonly PendingInput[]): Input[] {
  const array = pending.find((input) => input.kind !== "scalar") as Input | undefined;
  if (array === undefined) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${name}: no operand is an array or seed; expected at least one`);
  }
  const inputs: Input[] = pending.map((input) =>
    input.kind === "scalar" ? { kind: "value", array: scalarOperand(name, input.value, dtypeOf(array)) } : input,
  );
  // Something must stand at the bottom of the tree: with values alone, the first array of the result's shape does.
  if (inputs.every((input) => input.kind === "value")) {
    const shape = broadcastShape(name, inputs);
    const first = inputs.find((input) => sameShape(shapeOf(input), shape));
    return inputs.map((input) =>
      input === first && input.kind === "value" ? { kind: "tree", tree: input.array } : input,
    );
  }
  return inputs;
}

/**
 * Builds one element-wise operation of one or two operands.
 *
 * @throws `SHAPE_MISMATCH`, `DTYPE_UNSUPPORTED`, `INVALID_ARGUMENT`, now rather than when values are read
 */
export function elementwise(name: OperationName, operands: readonly Operand[]): ElementwiseNode {
  const operation: Operation = OPERATIONS[name];
  const inputs = settle(
    name,
    operands.map((operand) => readOperand(name, operand)),
  );
  const shape = broadcastShape(name, inputs);
  const { compute, result } = operation.resolve(name, inputs.map(dtypeOf));
  if (name === "power" && isIntegerDType(result)) checkExponents(inputs[1]!);
  return build(name, undefined, inputs, compute, operation.kernel(compute, result), shape, result);
}

function checkExponents(exponent: Input): void {
  if (exponent.kind !== "value") return;
  const { data } = exponent.array.contiguous();
  for (const value of data) if (value < 0) throw negativePower(String(value));
}

function build(
  op: string,
  parameter: number | undefined,
  given: readonly Input[],
  compute: readonly DType[],
  kernel: Kernel,
  shape: Shape,
  dtype: DType,
): ElementwiseNode {
  const inputs = given.map(
    (input, i): Input =>
      input.kind === "value" ? { kind: "value", array: convertValues(input.array, compute[i]!) } : input,
  );
  return makeNode<ElementwiseNode>({
    kind: "elementwise",
    op,
    ...(parameter === undefined ? {} : { parameter }),
    inputs: Object.freeze(inputs),
    compute: Object.freeze(Array.from(compute)),
    kernel,
    shape,
    dtype,
    isSparse: keepsZero(inputs, compute, kernel, dtype, shape),
    isMasked: inputs.some((input) => (input.kind === "tree" ? input.tree.isMasked : input.array.isMasked)),
  });
}

/** Whether a conversion loses nothing, so that a second one may take its place. */
function isLossless(from: DType, to: DType): boolean {
  return castKernel(from, to) === null;
}

/**
 * The values converted to another dtype.
 *
 * @throws `DTYPE_UNSUPPORTED`
 */
export function cast(x: Extractable, dtype: DType): Tree {
  checkDType(dtype);
  let tree = treeOf(x);
  while (isOpNode(tree) && tree.kind === "elementwise" && tree.op === "astype") {
    const inner = (tree.inputs[0] as { tree: Tree }).tree;
    if (!isLossless(inner.dtype, tree.dtype)) break;
    tree = inner;
  }
  if (tree.dtype === dtype) return tree;
  // Operands are converted to their compute dtype before the kernel runs: that conversion is all there is to do.
  return build("astype", undefined, [{ kind: "tree", tree }], [dtype], copy, tree.shape, dtype);
}

/**
 * The values rounded to a number of decimals, halves to even; negative: to tens, hundreds and so on.
 *
 * @throws `INVALID_ARGUMENT` for a fraction, `DTYPE_UNSUPPORTED` for bool with decimals other than 0
 * @see https://numpy.org/doc/stable/reference/generated/numpy.round.html
 */
export function round(x: Extractable, decimals = 0): Tree {
  if (!Number.isInteger(decimals)) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `round: decimals ${String(decimals)} is not an integer`);
  }
  const tree = treeOf(x);
  const { dtype, shape } = tree;
  if (dtype === "bool") {
    if (decimals === 0) return cast(tree, "float32");
    throw new DelayedArrayError(
      "DTYPE_UNSUPPORTED",
      `round of bool to ${decimals} decimals: convert it to a number first`,
    );
  }
  const kernel = roundKernel(dtype, decimals);
  return kernel === null ? tree : build("round", decimals, [{ kind: "tree", tree }], [dtype], kernel, shape, dtype);
}
