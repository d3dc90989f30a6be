import { isOpNode, type OpNode, type Tree } from "./node.js";

/** The trees that a node works on, in order; values in memory are not among them. */
export function treeChildren(node: OpNode): readonly Tree[] {
  switch (node.kind) {
    case "subset":
    case "transpose":
    case "dimnames":
      return [node.seed];
    case "combine":
      return node.seeds;
    case "assign":
      return [node.seed, node.value];
    case "elementwise":
      return node.inputs.flatMap((input) => (input.kind === "tree" ? [input.tree] : []));
    default:
      return node satisfies never;
  }
}

/**
 * Every distinct seed and node of a tree once, children before what works on them, first operand first. It keeps a stack
 * of its own, so that no depth overflows the runtime's.
 *
 * @param enters - which trees to visit; what is left out is not gone into either
 */
export function* walk(root: Tree, enters: (tree: Tree) => boolean = () => true): Generator<Tree, void, void> {
  const seen = new Set<Tree>();
  const stack: { readonly tree: Tree; readonly isReady: boolean }[] = [{ tree: root, isReady: false }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { tree, isReady } = top;
    if (isReady) {
      yield tree;
      continue;
    }
    if (seen.has(tree) || !enters(tree)) continue;
    seen.add(tree);
    stack.push({ tree, isReady: true });
    if (!isOpNode(tree)) continue;
    const children = treeChildren(tree);
    for (let i = children.length - 1; i >= 0; i--) stack.push({ tree: children[i]!, isReady: false });
  }
}
