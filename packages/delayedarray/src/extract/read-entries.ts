import type { Awaitable } from "../base/options.js";
import { sameShape, sizeOf } from "../base/shape.js";
import { isOpNode, type Tree } from "../ops/node.js";
import { type EntryOptions, type EntryReader, type EntrySource, READ_ENTRIES } from "../seed/entry-source.js";
import { fullSelection } from "../subset/axis-selection.js";
import type { StoredEntries } from "../values/stored-entries.js";
import { type Constant, compile, type Leaf } from "./program.js";
import { runEntries } from "./run-sparse.js";

/** Elements of operands in memory, up to which they are copied for the whole array at once. */
const MOST_CONSTANTS = 2 ** 20;

/** Entries of an array that is computed, and about which part of all of them has come with these. */
export interface ComputedEntries extends StoredEntries {
  readonly expected: number;
}

/**
 * How to read the entries of a sparse array without cutting it into blocks: where it is a seed that can do that, as it is
 * or with its axes in another order and element by element made into something else. `undefined` otherwise.
 *
 * Blocks of a sparse array cost as much as what they touch, which may be read again for the next block; this is one pass.
 */
export function entriesOf(
  tree: Tree,
): ((visit: (entries: ComputedEntries) => Awaitable<boolean>, options: EntryOptions) => Promise<void>) | undefined {
  const read = tree.isSparse ? entryReader(tree) : undefined;
  if (read === undefined) return undefined;
  const program = compile(tree, tree.shape.map(fullSelection));
  const leaves = program.sources.filter((source): source is Leaf => source.kind === "leaf");
  const constants = program.sources.filter((source): source is Constant => source.kind === "constant");
  const [leaf] = leaves as [Leaf];
  const isPlain = program.steps.length === 0 && leaf.tree.dtype === program.dtype;
  return (visit, options) =>
    read(async (batch) => {
      const { count, expected } = batch;
      const placed = { ...batch, coordinates: leaf.axes.map((axis) => batch.coordinates[axis]!) };
      if (isPlain) return visit(placed);
      return visit({ ...(await runEntries(program, leaf, placed, constants, options)), count, expected });
    }, options);
}

/** The reader of the only seed that an array is made of, if nothing is selected from it. */
function entryReader(root: Tree): EntryReader | undefined {
  let tree = root;
  while (isOpNode(tree)) {
    const { shape } = tree;
    if (tree.kind === "dimnames") tree = tree.seed;
    else if (tree.kind === "transpose") {
      if (tree.axes.includes(null) || shape.length !== tree.seed.shape.length) return undefined;
      tree = tree.seed;
    } else if (tree.kind === "elementwise") {
      let below: Tree | undefined;
      for (const input of tree.inputs) {
        if (input.kind === "value") {
          if (sizeOf(input.array.shape) > MOST_CONSTANTS) return undefined;
          continue;
        }
        below ??= input.tree;
        if (input.tree !== below || !below.isSparse || !sameShape(below.shape, shape)) return undefined;
      }
      if (below === undefined) return undefined;
      tree = below;
    } else return undefined;
  }
  return (tree as EntrySource)[READ_ENTRIES];
}
