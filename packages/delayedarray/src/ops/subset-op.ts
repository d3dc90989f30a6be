import { DelayedArrayError } from "../base/errors.js";
import { type Shape, settleShape, shapeText } from "../base/shape.js";
import { type AxisSelection, composeSelections, fullSelection, isFullSelection } from "../subset/axis-selection.js";
import { checkSubset, type Subset } from "../subset/subset.js";
import { dimnamesOf } from "./dimnames-op.js";
import { type Extractable, isOpNode, makeNode, type SubsetNode, type Tree, treeOf } from "./node.js";
import { axesOf } from "./transpose-op.js";

/**
 * `x[subset]`, delayed. Subsets of subsets become one, subsets go below transposes, and one that changes nothing is
 * left out.
 *
 * @throws as `checkSubset`
 */
export function subset(x: Extractable, entries: Subset): Tree {
  const tree = treeOf(x);
  const { selections, axes } = checkSubset(entries, tree.shape, (axis) => dimnamesOf(tree)?.[axis] ?? null);
  return axesOf(select(tree, selections), axes);
}

/** `tree[selections]` for selections that are known to be in range. */
export function select(tree: Tree, selections: readonly AxisSelection[]): Tree {
  if (selections.every((selection, axis) => isFullSelection(selection, tree.shape[axis]!))) return tree;
  if (isOpNode(tree) && tree.kind === "subset") {
    return select(
      tree.seed,
      tree.selections.map((outer, axis) => composeSelections(outer, selections[axis]!)),
    );
  }
  if (isOpNode(tree) && tree.kind === "transpose" && tree.axes.every((axis) => axis !== null)) {
    const below: AxisSelection[] = tree.seed.shape.map((extent) => fullSelection(extent));
    tree.axes.forEach((axis, k) => {
      below[axis as number] = selections[k]!;
    });
    return axesOf(select(tree.seed, below), tree.axes);
  }
  const { dtype, isSparse, isMasked } = tree;
  const shape: Shape = Object.freeze(selections.map((selection) => selection.length));
  return makeNode<SubsetNode>({
    kind: "subset",
    seed: tree,
    selections: Object.freeze(Array.from(selections)),
    shape,
    dtype,
    isSparse,
    isMasked,
  });
}

/**
 * The same elements in C order under another shape, as far as that adds and drops axes of extent 1, delayed.
 *
 * @param shape - one extent may be -1 and is worked out
 * @throws `SHAPE_MISMATCH` when the sizes differ, `INVALID_ARGUMENT` for what is no array, or when elements would have to
 * move
 */
export function reshape(x: Extractable, shape: readonly number[]): Tree {
  const tree = treeOf(x);
  const target = settleShape(shape, tree.shape);
  const axes: (number | null)[] = [];
  let at = 0;
  for (const extent of target) {
    while (extent !== 1 && tree.shape[at] === 1) at++;
    if (extent === tree.shape[at]) axes.push(at++);
    else if (extent === 1) axes.push(null);
    else {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `cannot reshape ${shapeText(tree.shape)} into ${shapeText(target)} without moving elements: a delayed reshape adds and drops axes of extent 1 only; use (await x.toDense()).reshape([${target.join(", ")}])`,
      );
    }
  }
  return axesOf(tree, axes);
}
