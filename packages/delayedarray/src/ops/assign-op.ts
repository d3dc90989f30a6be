import { type DType, isIntegerDType } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { isScalar, type Scalar, scalarKind } from "../base/scalar.js";
import { type Shape, shapeText } from "../base/shape.js";
import { type AxisSelection, isFullSelection } from "../subset/axis-selection.js";
import { checkSubset, type Subset } from "../subset/subset.js";
import { NdArray } from "../values/nd-array.js";
import { dimnamesOf } from "./dimnames-op.js";
import { cast } from "./elementwise.js";
import { type AssignNode, type Extractable, makeNode, type Tree, treeOf } from "./node.js";
import { integerOperand, type Operand, readOperand } from "./operand.js";
import { axesOf } from "./transpose-op.js";

/**
 * The array in which what `subset` selects is replaced by `value`, delayed: neither changes. The value is converted to
 * the array's dtype as `astype` does and broadcasts to the selection; where a list selects an index several times the
 * last one counts. Replaced entries are missing only where the value is.
 *
 * @throws as `subset`; `SHAPE_MISMATCH` when the value does not broadcast to the selection, `INVALID_ARGUMENT` for an
 * integer that does not fit the array's dtype
 * @see NumPy's `x[index] = value`
 */
export function assign(x: Extractable, subset: Subset, value: Operand): Tree {
  const seed = treeOf(x);
  const { selections, axes } = checkSubset(subset, seed.shape, (axis) => dimnamesOf(seed)?.[axis] ?? null);
  const target = axes.map((axis) => (axis === null ? 1 : selections[axis]!.length));
  const part = placeValue(valueTree(value, seed.dtype), target, axes, seed.shape);
  if (selections.some((selection) => selection.length === 0)) return seed;
  if (
    part.shape.length === seed.shape.length &&
    coversAll(selections, seed.shape) &&
    part.shape.every((extent, axis) => extent === seed.shape[axis])
  ) {
    return part;
  }
  return assignNode(seed, selections, part);
}

/** The node for a value that already has the seed's dtype and rank. */
export function assignNode(seed: Tree, selections: readonly AxisSelection[], value: Tree): AssignNode {
  const { shape, dtype } = seed;
  return makeNode<AssignNode>({
    kind: "assign",
    seed,
    selections: Object.freeze(Array.from(selections)),
    value,
    shape,
    dtype,
    // A value that broadcasts repeats its entries, which a sparse result could not share.
    isSparse:
      seed.isSparse && value.isSparse && value.shape.every((extent, axis) => extent === selections[axis]!.length),
    isMasked: seed.isMasked || value.isMasked,
  });
}

function coversAll(selections: readonly AxisSelection[], shape: Shape): boolean {
  return selections.every((selection, axis) => isFullSelection(selection, shape[axis]!));
}

function valueTree(value: Operand, dtype: DType): Tree {
  if (isScalar(value)) return cast(scalarValue(value, dtype), dtype);
  const operand = readOperand("set", value);
  if (operand.kind === "tree") return cast(operand.tree, dtype);
  if (operand.kind === "value") return cast(operand.array, dtype);
  throw new Error("unreachable: scalars were taken above");
}

/** A scalar in its own dtype, checked as NumPy checks it: integers must fit, floats are cut off. */
function scalarValue(value: Scalar, dtype: DType): NdArray {
  if (scalarKind(value) !== "int" || !isIntegerDType(dtype)) {
    const data = typeof value === "boolean" ? Uint8Array.of(value ? 1 : 0) : Float64Array.of(Number(value));
    return new NdArray({ data, shape: [], dtype: typeof value === "boolean" ? "bool" : "float64" } as never);
  }
  return integerOperand("set", value as number | bigint, dtype);
}

/** The value with one axis per axis of the array, each as long as the selection or of extent 1. */
function placeValue(tree: Tree, target: readonly number[], axes: readonly (number | null)[], shape: Shape): Tree {
  const lead = target.length - tree.shape.length;
  const extra = tree.shape.slice(0, Math.max(0, -lead));
  const fits =
    extra.every((extent) => extent === 1) &&
    target.every((extent, k) => k < lead || tree.shape[k - lead] === 1 || tree.shape[k - lead] === extent);
  if (!fits) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `set: a value of shape ${shapeText(tree.shape)} does not broadcast to the selection ${shapeText(target)}`,
    );
  }
  const placed: (number | null)[] = shape.map(() => null);
  axes.forEach((axis, k) => {
    if (axis !== null && k >= lead) placed[axis] = k - lead;
  });
  return axesOf(tree, placed);
}
