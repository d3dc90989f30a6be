import { DelayedArrayError } from "../base/errors.js";
import { sameShape, shapeText } from "../base/shape.js";
import { checkSeed, type Seed } from "../seed/seed.js";
import { assignNode } from "./assign-op.js";
import { concatenate } from "./combine-op.js";
import { withDimnames } from "./dimnames-op.js";
import { build } from "./elementwise.js";
import { type Extractable, isOpNode, type OpNode, type Tree, treeOf } from "./node.js";
import { select } from "./subset-op.js";
import { axesOf } from "./transpose-op.js";
import { walk } from "./walk.js";

/** The seeds of a tree, each once, in the order in which they appear. */
export function seedsOf(x: Extractable): Seed[] {
  return [...walk(treeOf(x))].filter((tree): tree is Seed => !isOpNode(tree));
}

/**
 * The same operations on other seeds.
 *
 * @param fn - gives the seed to put in place of one, of the same shape and dtype
 * @throws `SHAPE_MISMATCH`, `DTYPE_UNSUPPORTED` when that has another shape or dtype
 */
export function mapTreeSeeds(x: Extractable, fn: (seed: Seed) => Extractable): Tree {
  const root = treeOf(x);
  const mapped = new Map<Tree, Tree>();
  for (const tree of walk(root)) {
    mapped.set(tree, isOpNode(tree) ? rebuild(tree, (child) => mapped.get(child)!) : replaced(tree, fn));
  }
  return mapped.get(root)!;
}

function replaced(seed: Seed, fn: (seed: Seed) => Extractable): Tree {
  const tree = treeOf(fn(seed));
  if (!isOpNode(tree)) checkSeed(tree);
  if (!sameShape(tree.shape, seed.shape)) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `mapSeeds: a seed of shape ${shapeText(seed.shape)} was replaced by one of ${shapeText(tree.shape)}: expected the same shape`,
    );
  }
  if (tree.dtype !== seed.dtype) {
    throw new DelayedArrayError(
      "DTYPE_UNSUPPORTED",
      `mapSeeds: a seed of dtype ${seed.dtype} was replaced by one of ${tree.dtype}: expected the same dtype`,
    );
  }
  return tree;
}

/** A node with other children: those that `of` gives for its own. The node itself when they are the same. */
function rebuild(node: OpNode, of: (child: Tree) => Tree): Tree {
  switch (node.kind) {
    case "subset":
      return of(node.seed) === node.seed ? node : select(of(node.seed), node.selections);
    case "transpose":
      return of(node.seed) === node.seed ? node : axesOf(of(node.seed), node.axes);
    case "dimnames":
      return of(node.seed) === node.seed ? node : withDimnames(of(node.seed), node.dimnames);
    case "combine":
      return node.seeds.every((seed) => of(seed) === seed) ? node : concatenate(node.seeds.map(of), node.along);
    case "assign": {
      const [seed, value] = [of(node.seed), of(node.value)];
      return seed === node.seed && value === node.value ? node : assignNode(seed, node.selections, value);
    }
    case "elementwise": {
      if (node.inputs.every((input) => input.kind === "value" || of(input.tree) === input.tree)) return node;
      const inputs = node.inputs.map((input) => (input.kind === "value" ? input : { ...input, tree: of(input.tree) }));
      return build({ ...node, inputs });
    }
    default:
      return node satisfies never;
  }
}
