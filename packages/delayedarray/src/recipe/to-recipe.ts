import type { TypedArray } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { shapeText } from "../base/shape.js";
import { type ElementwiseNode, type Extractable, isOpNode, type OpNode, type Tree, treeOf } from "../ops/node.js";
import { OPERATIONS } from "../ops/operations.js";
import { walk } from "../ops/walk.js";
import type { Seed } from "../seed/seed.js";
import type { AxisSelection } from "../subset/axis-selection.js";
import { isNdArray, type NdArray } from "../values/nd-array.js";
import { isSparseNdarray, type SparseNdarray } from "../values/sparse-ndarray.js";
import { toBase64 } from "./base64.js";
import {
  type DenseRecipe,
  RECIPE_VERSION,
  type Recipe,
  type RecipeNode,
  type SelectionRecipe,
  type SparseRecipe,
} from "./recipe.js";

/**
 * A delayed array as plain JSON that `fromRecipe` makes an array of again: in another process, a worker, or later. Values
 * in memory go along; files are named, not copied. Nothing is read.
 *
 * @throws `UNSUPPORTED_FEATURE` for a seed that cannot say how it is opened (bytes, a custom source) and for a function
 * of the user's own
 */
export function toRecipe(x: Extractable): Recipe {
  const root = treeOf(x);
  const numbers = new Map<Tree, number>();
  const nodes: RecipeNode[] = [];
  for (const tree of walk(root)) {
    const node = isOpNode(tree) ? nodeRecipe(tree, (child) => numbers.get(child)!) : seedRecipe(tree);
    numbers.set(tree, nodes.push(node) - 1);
  }
  return { format: "delayedarray", version: RECIPE_VERSION, nodes, root: numbers.get(root)! };
}

function selectionRecipe(selection: AxisSelection): SelectionRecipe {
  return selection.kind === "range"
    ? { range: [selection.start, selection.step, selection.length] }
    : { list: Array.from(selection.indices) };
}

function nodeRecipe(node: OpNode, number: (tree: Tree) => number): RecipeNode {
  switch (node.kind) {
    case "subset":
      return { kind: "subset", seed: number(node.seed), selections: node.selections.map(selectionRecipe) };
    case "transpose":
      return { kind: "transpose", seed: number(node.seed), axes: node.axes };
    case "dimnames":
      return { kind: "dimnames", seed: number(node.seed), dimnames: node.dimnames };
    case "combine":
      return { kind: "combine", seeds: node.seeds.map(number), along: node.along };
    case "assign":
      return {
        kind: "assign",
        seed: number(node.seed),
        selections: node.selections.map(selectionRecipe),
        value: number(node.value),
      };
    case "elementwise":
      return elementwiseRecipe(node, number);
    default:
      return node satisfies never;
  }
}

function elementwiseRecipe(node: ElementwiseNode, number: (tree: Tree) => number): RecipeNode {
  const operands = node.inputs.map((input) => (input.kind === "tree" ? number(input.tree) : denseRecipe(input.array)));
  if (node.op === "astype") return { kind: "astype", seed: operands[0] as number, dtype: node.dtype };
  if (node.op === "round") return { kind: "round", seed: operands[0] as number, decimals: node.parameter ?? 0 };
  if (!Object.hasOwn(OPERATIONS, node.op)) {
    throw new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `toRecipe: ${node.op} calls a function of your own, which JSON cannot hold: realize the array first`,
    );
  }
  return { kind: "elementwise", op: node.op, operands };
}

function denseRecipe(array: NdArray): DenseRecipe {
  const { dtype, shape, data, mask } = array.contiguous();
  return {
    kind: "dense",
    dtype,
    shape,
    data: Array.isArray(data) ? data.slice() : toBase64(data as TypedArray),
    ...(mask === undefined ? {} : { mask: toBase64(mask) }),
  };
}

function sparseRecipe({ dtype, shape, nnz, indptr, indices, data, mask }: SparseNdarray): SparseRecipe {
  return {
    kind: "sparse",
    dtype,
    shape,
    nnz,
    indptr: toBase64(indptr),
    indices: toBase64(Float64Array.from(indices)),
    data: toBase64(data as TypedArray),
    ...(mask === undefined ? {} : { mask: toBase64(mask) }),
  };
}

function seedRecipe(seed: Seed): RecipeNode {
  if (isNdArray(seed)) return denseRecipe(seed);
  if (isSparseNdarray(seed)) return sparseRecipe(seed);
  if (typeof seed.recipe !== "function") {
    throw new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `toRecipe: a ${seed.constructor?.name ?? "seed"} of shape ${shapeText(seed.shape)} does not say how it is opened: give it a method recipe(), or realize the array first`,
    );
  }
  const { opener, arguments: args } = seed.recipe();
  return { kind: "seed", dtype: seed.dtype, shape: Array.from(seed.shape), opener, arguments: args };
}
