import { type DType, promoteAll } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { checkAxis, type Shape, sameShape, shapeText } from "../base/shape.js";
import { cast } from "./elementwise.js";
import { type CombineNode, type Extractable, isOpNode, makeNode, type Tree, treeOf } from "./node.js";
import { withNewAxis } from "./transpose-op.js";

/** Beyond this many seeds inner combines stay nested: an array combined with itself doubles them each time. */
const MOST_SEEDS = 1 << 16;

/**
 * The arrays in the common dtype, with those of inner combines along the same axis in their place. An inner combine of
 * another dtype was promoted in two steps, which may round twice; it stays as it is.
 */
function flatten(trees: readonly Tree[], along: number, dtype: DType): Tree[] {
  const inner = (tree: Tree) =>
    isOpNode(tree) && tree.kind === "combine" && tree.along === along && tree.dtype === dtype ? tree.seeds : undefined;
  const count = trees.reduce((sum, tree) => sum + (inner(tree)?.length ?? 1), 0);
  return count > MOST_SEEDS
    ? trees.map((tree) => cast(tree, dtype))
    : trees.flatMap((tree) => inner(tree) ?? [cast(tree, dtype)]);
}

/**
 * Arrays after one another along an axis, delayed. Their dtypes are promoted to a common one. Combines along the same
 * axis become one, and a combine of one array is that array.
 *
 * @param axis - negative counts from the end
 * @throws `INVALID_ARGUMENT` for no arrays or no such axis, `SHAPE_MISMATCH` when other extents differ
 */
export function concatenate(arrays: readonly Extractable[], axis = 0): Tree {
  if (!Array.isArray(arrays) || arrays.length === 0) {
    throw new DelayedArrayError("INVALID_ARGUMENT", "concatenate: expected an array of at least one array");
  }
  const trees = arrays.map(treeOf);
  const first = trees[0]!;
  if (first.shape.length === 0) {
    throw new DelayedArrayError("SHAPE_MISMATCH", "concatenate: 0-d arrays have no axis to concatenate along");
  }
  const along = checkAxis(axis, first.shape.length);
  trees.forEach((tree, i) => {
    if (
      tree.shape.length !== first.shape.length ||
      tree.shape.some((extent, a) => a !== along && extent !== first.shape[a])
    ) {
      throw new DelayedArrayError(
        "SHAPE_MISMATCH",
        `concatenate along axis ${along}: array ${i} is ${shapeText(tree.shape)}, array 0 is ${shapeText(first.shape)}: expected the same number of axes and equal extents on the others`,
      );
    }
  });
  const dtype = promoteAll(trees.map((tree) => tree.dtype as DType));
  const seeds = flatten(trees, along, dtype);
  if (seeds.length === 1) return seeds[0]!;
  const starts = new Float64Array(seeds.length + 1);
  seeds.forEach((seed, i) => {
    starts[i + 1] = starts[i]! + seed.shape[along]!;
  });
  const shape: Shape = Object.freeze(first.shape.map((extent, a) => (a === along ? starts[seeds.length]! : extent)));
  return makeNode<CombineNode>({
    kind: "combine",
    seeds: Object.freeze(seeds),
    along,
    starts,
    shape,
    dtype,
    isSparse: seeds.every((seed) => seed.isSparse),
    isMasked: seeds.some((seed) => seed.isMasked),
  });
}

/**
 * Arrays of one shape along a new axis, delayed.
 *
 * @param axis - where the new axis goes; negative counts from the end of the result's axes
 * @throws as {@link concatenate}, and `SHAPE_MISMATCH` when shapes differ
 * @see https://numpy.org/doc/stable/reference/generated/numpy.stack.html
 */
export function stack(arrays: readonly Extractable[], axis = 0): Tree {
  if (!Array.isArray(arrays) || arrays.length === 0) {
    throw new DelayedArrayError("INVALID_ARGUMENT", "stack: expected an array of at least one array");
  }
  const trees = arrays.map(treeOf);
  const first = trees[0]!;
  const odd = trees.findIndex((tree) => !sameShape(tree.shape, first.shape));
  if (odd >= 0) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `stack: array ${odd} is ${shapeText(trees[odd]!.shape)}, array 0 is ${shapeText(first.shape)}: expected equal shapes`,
    );
  }
  const along = checkAxis(axis, first.shape.length + 1);
  return concatenate(withNewAxis(trees, along), along);
}
