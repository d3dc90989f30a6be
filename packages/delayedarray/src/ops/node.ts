import type { DType } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import type { Shape } from "../base/shape.js";
import type { Kernel } from "../kernels/register.js";
import type { Seed } from "../seed/seed.js";
import type { AxisSelection } from "../subset/axis-selection.js";
import type { NdArray } from "../values/nd-array.js";

/*
 * The tree of delayed operations. A node is a plain frozen object; its facts (shape, dtype, sparsity, masks) are worked
 * out when it is built, from those of its children, and nothing is read.
 *
 *   kind         children   what it means
 *   subset       1          selections on each axis, in any order, with repeats
 *   transpose    1          axes in another order, dropped (extent 1) or added (extent 1)
 *   elementwise  1 or more  one function of values at the same place: arithmetic, maths, casts, rounding
 *   combine      1 or more  arrays after one another along an axis
 *   assign       1 or 2     one array with a part of it replaced by another
 *   dimnames     1          the same values, with names for the indices of axes
 */

interface NodeFacts {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly isSparse: boolean;
  readonly isMasked: boolean;
}

/** `seed[selections]`, the outer product of one selection per axis. */
export interface SubsetNode extends NodeFacts {
  readonly kind: "subset";
  readonly seed: Tree;
  readonly selections: readonly AxisSelection[];
}

/**
 * Axis `k` is the seed's axis `axes[k]`, or a new one of extent 1 where that is `null`. Axes of the seed that are not
 * named have extent 1 and are dropped.
 */
export interface TransposeNode extends NodeFacts {
  readonly kind: "transpose";
  readonly seed: Tree;
  readonly axes: readonly (number | null)[];
}

/** An operand of an element-wise node: another tree, or values in memory. Both broadcast as in NumPy. */
export type Input =
  | { readonly kind: "tree"; readonly tree: Tree }
  | { readonly kind: "value"; readonly array: NdArray };

/**
 * - `chosen`: the result is missing where the condition is, or the one of the two others that it chooses
 * - `told`: the result is missing where any operand is, and the kernel gets a last register that is 1 there, if any can be
 */
export type MissingRule = "chosen" | "told";

/** `op(inputs…)`, value by value. */
export interface ElementwiseNode extends NodeFacts {
  /** Tells this kind of node from the others. */
  readonly kind: "elementwise";
  /** The operation's name. */
  readonly op: string;
  /** What is not an operand: the decimals of `round`. */
  readonly parameter?: number | undefined;
  /** What the operation is applied to, in the order of its operands. */
  readonly inputs: readonly Input[];
  /** The dtype that each operand is converted to before the kernel runs. */
  readonly compute: readonly DType[];
  /** Computes the values of one piece. */
  readonly kernel: Kernel;
  /** What missing operands mean, if not that the result is missing: see {@link MissingRule}. */
  readonly missing?: MissingRule | undefined;
}

/** `seeds` after one another along an axis. */
export interface CombineNode extends NodeFacts {
  readonly kind: "combine";
  readonly seeds: readonly Tree[];
  readonly along: number;
  /** Where each seed begins along the axis, and the total extent at the end. */
  readonly starts: Float64Array;
}

/** `seed`, in which what `selections` select is replaced by `value`, which has the selection's shape. */
export interface AssignNode extends NodeFacts {
  readonly kind: "assign";
  readonly seed: Tree;
  readonly selections: readonly AxisSelection[];
  /** Of the seed's dtype and rank; axes of extent 1 broadcast. */
  readonly value: Tree;
}

/** Names of an axis's indices; `null` for an axis without. */
export type Dimnames = readonly (readonly string[] | null)[];

/** `seed` with names. */
export interface DimnamesNode extends NodeFacts {
  readonly kind: "dimnames";
  readonly seed: Tree;
  readonly dimnames: Dimnames;
}

/** An operation on trees. */
export type OpNode = SubsetNode | TransposeNode | ElementwiseNode | CombineNode | AssignNode | DimnamesNode;

/** What a delayed array is made of: a seed, or an operation on trees. */
export type Tree = Seed | OpNode;

/** Key under which a delayed array of this copy of the package shows its tree to the functions below the class. */
export const TREE: unique symbol = Symbol("delayedarray.tree");

/** Anything that has a tree: a delayed array, a node, or a seed. */
export type Extractable = Tree | { readonly [TREE]: Tree };

/** Marks nodes of this copy of the package. A `WeakSet` of them would cost the garbage collector dear in deep trees. */
const NODE: unique symbol = Symbol("delayedarray.node");

/** Registers a new node and freezes it. */
export function makeNode<N extends OpNode>(node: N): N {
  (node as N & { [NODE]?: true })[NODE] = true;
  return Object.freeze(node);
}

/** Whether a tree is an operation rather than a seed. */
export function isOpNode(tree: Tree | object): tree is OpNode {
  return typeof tree === "object" && tree !== null && NODE in tree;
}

/**
 * The tree of an array, a node or a seed. A delayed array of another copy of this package is a seed here: it implements
 * the seed protocol.
 *
 * @throws `INVALID_ARGUMENT` for what is no object
 */
export function treeOf(x: Extractable): Tree {
  if (typeof x !== "object" || x === null) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `expected a delayed array, an array in memory or a seed, got ${x === null ? "null" : `a value of type ${typeof x}`}`,
    );
  }
  return (x as { readonly [TREE]?: Tree })[TREE] ?? (x as Tree);
}
