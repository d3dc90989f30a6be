import { checkCast } from "../base/cast.js";
import { checkDType, type DType, isFloatDType, isIntegerDType, promoteAll, type TypedArray } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { isScalar, type Scalar, scalarKind } from "../base/scalar.js";
import { sameShape } from "../base/shape.js";
import { shown } from "../base/shown.js";
import { castKernel } from "../kernels/cast.js";
import { copy } from "../kernels/math.js";
import { roundKernel } from "../kernels/round.js";
import { broadcastShape } from "./broadcast.js";
import { type ElementwiseNode, type Extractable, type Input, isOpNode, makeNode, type Tree, treeOf } from "./node.js";
import {
  condition,
  convertValues,
  dtypeOf,
  type Operand,
  type PendingInput,
  readOperand,
  scalarDType,
  scalarOperand,
  shapeOf,
} from "./operand.js";
import { negativePower, type Operation } from "./operation-kinds.js";
import { OPERATIONS, type OperationName } from "./operations.js";
import { stringOperation } from "./string-operations.js";
import { keepsZero } from "./zero-probe.js";

/** The dtype that scalars go along with: what the arrays beside them have in common, in floats if one of them needs it. */
function dtypeBeside(scalars: readonly Scalar[], arrays: readonly Input[]): DType {
  if (arrays.length === 0) return promoteAll(scalars.map(scalarDType));
  const dtype = promoteAll(arrays.map(dtypeOf));
  const isFloat = scalars.some((scalar) => scalarKind(scalar) === "float");
  return isFloat && !isFloatDType(dtype) ? "float64" : dtype;
}

function settle(name: OperationName, { conditional }: Operation, pending: readonly PendingInput[]): Input[] {
  const chosen = conditional ? pending.slice(1) : pending;
  const scalars = chosen.flatMap((input) => (input.kind === "scalar" ? [input.value] : []));
  const arrays = chosen.flatMap((input) => (input.kind === "scalar" ? [] : [input]));
  const inputs = pending.map((input, i): Input => {
    if (input.kind !== "scalar") return input;
    const { value } = input;
    const isCondition = conditional && i === 0;
    return {
      kind: "value",
      array: isCondition ? condition(name, value) : scalarOperand(name, value, dtypeBeside(scalars, arrays)),
    };
  });
  // Something must stand at the bottom of the tree: with values alone, the first array of the result's shape does.
  if (inputs.every((input) => input.kind === "value")) {
    const shape = broadcastShape(name, inputs.map(shapeOf));
    const first = inputs.find((input) => sameShape(shapeOf(input), shape));
    return inputs.map((input) =>
      input === first && input.kind === "value" ? { kind: "tree", tree: input.array } : input,
    );
  }
  return inputs;
}

/**
 * Builds one element-wise operation.
 *
 * @throws `SHAPE_MISMATCH`, `DTYPE_UNSUPPORTED`, `INVALID_ARGUMENT`, now rather than when values are read
 */
export function elementwise(name: OperationName, operands: readonly Operand[]): ElementwiseNode {
  const operation: Operation = OPERATIONS[name];
  const pending = operands.map((operand) => readOperand(name, operand));
  if (operands.every((operand) => isScalar(operand) || typeof operand === "string")) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `${name}: no operand is an array or seed; expected at least one`);
  }
  const strings = pending.some(isString) ? stringOperation(name, pending.map(pendingDType)) : undefined;
  const inputs = settle(name, operation, pending);
  const shapes = inputs.map(shapeOf);
  const shape = broadcastShape(name, shapes);
  if (strings !== undefined) {
    const { compute, result, kernel } = strings;
    return build({ op: name, missing: operation.missing, inputs, compute, kernel, shape, dtype: result });
  }
  const { compute, result } = operation.resolve(name, inputs.map(dtypeOf));
  if (name === "power" && isIntegerDType(result)) checkExponents(inputs[1]!);
  const kernel = operation.kernel(compute, result, shapes);
  return build({ op: name, missing: operation.missing, inputs, compute, kernel, shape, dtype: result });
}

function pendingDType(input: PendingInput): DType {
  return input.kind === "scalar" ? scalarDType(input.value) : dtypeOf(input);
}

function isString(input: PendingInput): boolean {
  return input.kind !== "scalar" && dtypeOf(input) === "string";
}

function checkExponents(exponent: Input): void {
  if (exponent.kind !== "value") return;
  const { data, mask } = exponent.array.contiguous();
  (data as TypedArray).forEach((value: number | bigint, i: number) => {
    if (value < 0 && !mask?.[i]) throw negativePower(String(value));
  });
}

/** A node of its parts: values in memory are converted, and the facts that follow from the parts are worked out. */
export function build(parts: Omit<ElementwiseNode, "kind" | "isSparse" | "isMasked">): ElementwiseNode {
  const { op, parameter, compute, kernel, missing, dtype, shape } = parts;
  const inputs = parts.inputs.map(
    (input, i): Input =>
      input.kind === "value" ? { kind: "value", array: convertValues(input.array, compute[i]!) } : input,
  );
  // Spelt out: objects made by spreading take more memory, and deep trees have many.
  return makeNode<ElementwiseNode>({
    kind: "elementwise",
    op,
    parameter,
    inputs: Object.freeze(inputs),
    compute: Object.freeze(Array.from(compute)),
    kernel,
    missing,
    shape,
    dtype,
    isSparse: keepsZero(inputs, compute, kernel, dtype, shape),
    isMasked: inputs.some((input) => (input.kind === "tree" ? input.tree.isMasked : input.array.isMasked)),
  });
}

/** Whether a conversion loses nothing. */
function isLossless(from: DType, to: DType): boolean {
  return castKernel(from, to) === null;
}

/**
 * Whether one conversion gives what a second one after it gives: the first loses nothing, and does not make floats, which
 * saturate, of integers, which wrap around.
 */
function isOneConversion(from: DType, between: DType, to: DType): boolean {
  const saturates = isFloatDType(between) && !isFloatDType(from) && isIntegerDType(to);
  return isLossless(from, between) && (!saturates || isLossless(from, to));
}

/**
 * The values converted to another dtype.
 *
 * @throws `DTYPE_UNSUPPORTED`, also from and to strings
 */
export function cast(x: Extractable, dtype: DType): Tree {
  checkDType(dtype);
  let tree = treeOf(x);
  checkCast(tree.dtype, dtype);
  while (isOpNode(tree) && tree.kind === "elementwise" && tree.op === "astype") {
    const inner = (tree.inputs[0] as { tree: Tree }).tree;
    if (!isOneConversion(inner.dtype, tree.dtype, dtype)) break;
    tree = inner;
  }
  if (tree.dtype === dtype) return tree;
  // Operands are converted to their compute dtype before the kernel runs: that conversion is all there is to do.
  return build({
    op: "astype",
    inputs: [{ kind: "tree", tree }],
    compute: [dtype],
    kernel: copy,
    shape: tree.shape,
    dtype,
  });
}

/**
 * The values rounded to a number of decimals, halves to even; negative: to tens, hundreds and so on.
 *
 * @throws `INVALID_ARGUMENT` for a fraction, `DTYPE_UNSUPPORTED` for strings and for bool with decimals other than 0
 * @see https://numpy.org/doc/stable/reference/generated/numpy.round.html
 */
export function round(x: Extractable, decimals = 0): Tree {
  if (!Number.isInteger(decimals)) {
    throw new DelayedArrayError("INVALID_ARGUMENT", `round: decimals ${shown(decimals)} is not an integer`);
  }
  const tree = treeOf(x);
  const { dtype, shape } = tree;
  if (dtype === "string") throw new DelayedArrayError("DTYPE_UNSUPPORTED", "round of string: expected numbers");
  if (dtype === "bool") {
    if (decimals === 0) return cast(tree, "float32");
    throw new DelayedArrayError(
      "DTYPE_UNSUPPORTED",
      `round of bool to ${decimals} decimals: convert it to a number first`,
    );
  }
  const kernel = roundKernel(dtype, decimals);
  if (kernel === null) return tree;
  const inputs: Input[] = [{ kind: "tree", tree }];
  return build({ op: "round", parameter: decimals, inputs, compute: [dtype], kernel, shape, dtype });
}
