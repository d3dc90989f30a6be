import type { Shape } from "../base/shape.js";
import { type AxisSelection, composeSelections, fullSelection, isFullSelection } from "../subset/axis-selection.js";
import { checkSubset, type Subset } from "../subset/subset.js";
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
  const { selections, dropped } = checkSubset(entries, tree.shape);
  const selected = select(tree, selections);
  if (!dropped.includes(true)) return selected;
  const kept = dropped.flatMap((isDropped, axis) => (isDropped ? [] : [axis]));
  return axesOf(selected, kept);
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
