import { DelayedArrayError } from "../base/errors.js";
import { shapeText } from "../base/shape.js";
import { shown } from "../base/shown.js";
import { selectionAt } from "../subset/axis-selection.js";
import {
  type Dimnames,
  type DimnamesNode,
  type Extractable,
  isOpNode,
  makeNode,
  type OpNode,
  type Tree,
  treeOf,
} from "./node.js";
import { treeChildren, walk } from "./walk.js";

/**
 * The array with names for the indices of its axes, delayed; `null` takes them away.
 *
 * @param dimnames - per axis, one string for each index or `null`
 * @throws `SHAPE_MISMATCH` for another number of axes or names, `INVALID_ARGUMENT` for what is no list or no string
 */
export function withDimnames(x: Extractable, dimnames: Dimnames | null): Tree {
  const tree = treeOf(x);
  const bare = isOpNode(tree) && tree.kind === "dimnames" ? tree.seed : tree;
  const { shape, dtype, isSparse, isMasked } = bare;
  const names = dimnames === null ? shape.map(() => null) : dimnames;
  if (!Array.isArray(names)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `dimnames of ${shapeText(shape)}: got ${shown(names)}, expected an array with one entry per axis, or null for no names`,
    );
  }
  if (names.length !== shape.length) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `dimnames of ${shapeText(shape)}: got ${names.length} entries, expected ${shape.length}, one per axis (null for none)`,
    );
  }
  const checked = names.map((list: readonly string[] | null, axis) => {
    if (list === null || list === undefined) return null;
    if (!Array.isArray(list)) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `dimnames of ${shapeText(shape)}: the names of axis ${axis} are ${shown(list)}, expected an array of strings, or null`,
      );
    }
    if (list.length !== shape[axis]) {
      throw new DelayedArrayError(
        "SHAPE_MISMATCH",
        `dimnames of ${shapeText(shape)}: ${list.length} names for axis ${axis}, expected ${shape[axis]}`,
      );
    }
    const odd = list.findIndex((name) => typeof name !== "string");
    if (odd >= 0) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `dimnames of ${shapeText(shape)}: name ${odd} of axis ${axis} is ${shown(list[odd])}, expected a string`,
      );
    }
    return Object.freeze(Array.from(list));
  });
  return makeNode<DimnamesNode>({
    kind: "dimnames",
    seed: bare,
    dimnames: Object.freeze(checked),
    shape,
    dtype,
    isSparse,
    isMasked,
  });
}

/** Names worked out before, of the trees that were asked for: a tree does not change. */
const cache = new WeakMap<object, { readonly names: Dimnames | null }>();

/**
 * The names of an array's axes, carried through its operations: subsets take those that they select, transposes move
 * them, combines put them one after another (if every part has some), element-wise operations and replacements keep
 * those of the first array that has any.
 *
 * @returns per axis the names or `null`, frozen; `null` when no axis has names
 */
export function dimnamesOf(x: Extractable): Dimnames | null {
  const root = treeOf(x);
  const known = new Map<Tree, Dimnames | null>();
  const of = (tree: Tree): Dimnames | null => cache.get(tree)?.names ?? known.get(tree) ?? null;
  for (const tree of walk(root, (candidate) => !cache.has(candidate))) {
    const names = isOpNode(tree) ? namesOfNode(tree, of) : ownNames(tree.dimnames ?? null);
    known.set(tree, names?.some((list) => list !== null) ? frozen(names) : null);
    // A seed's are a copy, made once.
    if (!isOpNode(tree)) cache.set(tree, { names: known.get(tree) ?? null });
  }
  if (!cache.has(root)) cache.set(root, { names: known.get(root) ?? null });
  return of(root);
}

/** Names that a seed cannot change any more, and that nobody can change in the seed. */
function ownNames(names: Dimnames | null): Dimnames | null {
  return names && Array.from(names, (list) => (list ? (Object.isFrozen(list) ? list : Array.from(list)) : null));
}

/** Everybody who asks for an array's names gets the same ones. */
function frozen(names: Dimnames): Dimnames {
  for (const list of names) if (list !== null) Object.freeze(list);
  return Object.freeze(names);
}

function namesOfNode(node: OpNode, of: (tree: Tree) => Dimnames | null): Dimnames | null {
  switch (node.kind) {
    case "dimnames":
      return node.dimnames;
    case "subset":
      return (
        of(node.seed)?.map((names, axis) => {
          const selection = node.selections[axis]!;
          return names && Array.from({ length: selection.length }, (_, i) => names[selectionAt(selection, i)]!);
        }) ?? null
      );
    case "transpose": {
      const names = of(node.seed);
      return names && node.axes.map((axis) => (axis === null ? null : names[axis]!));
    }
    case "combine": {
      const parts = node.seeds.map(of);
      return node.shape.map((_, axis) => {
        if (axis !== node.along) return parts.find((names) => names?.[axis])?.[axis] ?? null;
        return parts.every((names) => names?.[axis]) ? parts.flatMap((names) => names![axis]!) : null;
      });
    }
    case "assign":
      return of(node.seed);
    case "elementwise": {
      const parts = treeChildren(node)
        .filter(({ shape }) => shape.length === node.shape.length)
        .map((tree) => ({ shape: tree.shape, names: of(tree) }));
      return node.shape.map(
        (extent, axis) =>
          parts.find(({ names, shape }) => names?.[axis] && shape[axis] === extent)?.names?.[axis] ?? null,
      );
    }
    default:
      return node satisfies never;
  }
}
