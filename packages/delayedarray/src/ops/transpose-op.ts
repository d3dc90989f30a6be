import { checkPermutation } from "../base/shape.js";
import { type Extractable, isOpNode, makeNode, type TransposeNode, type Tree, treeOf } from "./node.js";

/**
 * The axes in another order, delayed; reversed if none is given. Transposes of transposes become one, and one that
 * changes nothing is left out.
 *
 * @throws `INVALID_ARGUMENT` when `axes` is not a permutation
 */
export function transpose(x: Extractable, axes?: readonly number[] | null): Tree {
  const tree = treeOf(x);
  return axesOf(tree, checkPermutation(axes, tree.shape.length));
}

/**
 * Arrays of one shape along a new axis, ready to be combined along it.
 *
 * @returns the arrays with the axis added
 */
export function withNewAxis(trees: readonly Tree[], axis: number): Tree[] {
  return trees.map((tree) => {
    const axes: (number | null)[] = tree.shape.map((_, k) => k);
    axes.splice(axis, 0, null);
    return axesOf(tree, axes);
  });
}

/** The tree with the given axes of its own (`null` = a new one of extent 1); axes that are left out have extent 1. */
export function axesOf(tree: Tree, axes: readonly (number | null)[]): Tree {
  if (axes.length === tree.shape.length && axes.every((axis, k) => axis === k)) return tree;
  if (isOpNode(tree) && tree.kind === "transpose") {
    const inner = tree.axes;
    return axesOf(
      tree.seed,
      axes.map((axis) => (axis === null ? null : inner[axis]!)),
    );
  }
  const { dtype, isSparse, isMasked } = tree;
  const shape = Object.freeze(axes.map((axis) => (axis === null ? 1 : tree.shape[axis]!)));
  return makeNode<TransposeNode>({
    kind: "transpose",
    seed: tree,
    axes: Object.freeze(Array.from(axes)),
    shape,
    dtype,
    isSparse,
    isMasked,
  });
}
