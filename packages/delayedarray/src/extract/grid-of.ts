import { DelayedArrayError } from "../base/errors.js";
import { type Shape, sameShape } from "../base/shape.js";
import { chunkShapeToGrid } from "../grid/chunk-shape-to-grid.js";
import { CompositeGrid } from "../grid/composite-grid.js";
import type { Grid } from "../grid/grid.js";
import { SimpleGrid } from "../grid/simple-grid.js";
import { type Extractable, isOpNode, type OpNode, type Tree, treeOf } from "../ops/node.js";
import { isFullSelection } from "../subset/axis-selection.js";

/** The trees whose grids decide a node's grid. */
function gridChildren(node: OpNode): readonly Tree[] {
  switch (node.kind) {
    case "subset":
    case "transpose":
    case "dimnames":
    case "assign":
      return [node.seed];
    case "combine":
      return node.seeds;
    case "elementwise":
      return node.inputs.flatMap((input) =>
        input.kind === "tree" && sameShape(input.tree.shape, node.shape) ? [input.tree] : [],
      );
    default:
      return node satisfies never;
  }
}

/** The grid of axes taken from another grid, with new ones of extent 1. */
function gridOfAxes(grid: Grid, axes: readonly (number | null)[]): Grid {
  if (axes.length === grid.shape.length && !axes.includes(null)) return grid.transpose(axes as number[]);
  const size = grid.shape.reduce((product, extent) => product * extent, 1);
  return new SimpleGrid(
    axes.map((axis) => (axis === null ? [1] : grid.boundaries[axis]!)),
    size === 0 ? 1 : grid.cost / size,
  );
}

function rowsGrid(shape: Shape): Grid {
  return chunkShapeToGrid(
    shape.map((extent, axis) => (axis === shape.length - 1 ? Math.max(1, extent) : 1)),
    shape,
    1,
  );
}

function combineGrids(node: OpNode, grids: readonly Grid[]): Grid {
  switch (node.kind) {
    case "subset":
      return grids[0]!.subset(
        node.selections.map((selection, axis) =>
          isFullSelection(selection, node.seed.shape[axis]!) ? null : selection,
        ),
      );
    case "transpose":
      return gridOfAxes(grids[0]!, node.axes);
    case "assign":
    case "dimnames":
      return grids[0]!;
    case "combine":
      return new CompositeGrid(grids, node.along);
    case "elementwise":
      // The array that costs most to read decides; of two that cost the same, the later one.
      return grids.length === 0
        ? rowsGrid(node.shape)
        : grids.reduce((best, grid) => (grid.cost >= best.cost ? grid : best));
    default:
      return node satisfies never;
  }
}

/**
 * How an array is divided into chunks that are read as a whole.
 *
 * @param x - a delayed array, a seed, or an array in memory
 */
export function chunkGrid(x: Extractable): Grid {
  const root = treeOf(x);
  const known = new Map<Tree, Grid>();
  const stack: Tree[] = [root];
  while (stack.length > 0) {
    const tree = stack[stack.length - 1]!;
    if (known.has(tree)) stack.pop();
    else if (!isOpNode(tree)) {
      known.set(tree, seedGrid(tree));
    } else {
      const waiting = gridChildren(tree).filter((child) => !known.has(child));
      if (waiting.length > 0) for (const child of waiting) stack.push(child);
      else
        known.set(
          tree,
          combineGrids(
            tree,
            gridChildren(tree).map((child) => known.get(child)!),
          ),
        );
    }
  }
  return known.get(root)!;
}

function seedGrid(seed: Exclude<Tree, OpNode>): Grid {
  if (typeof seed?.chunkGrid !== "function") {
    throw new DelayedArrayError("INVALID_ARGUMENT", "expected a delayed array, an array in memory or a seed");
  }
  return seed.chunkGrid();
}
