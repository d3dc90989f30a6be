import type { DType } from "../base/dtype.js";
import type { Kernel } from "../kernels/register.js";
import { type AssignNode, type CombineNode, type ElementwiseNode, isOpNode, type Tree } from "../ops/node.js";
import type { Seed } from "../seed/seed.js";
import { type AxisSelection, composeSelections, fullSelection, sameSelection } from "../subset/axis-selection.js";
import { gather } from "../values/gather.js";
import { NdArray } from "../values/nd-array.js";
import type { MissingParts } from "./missing.js";
import { ProgramBuilder } from "./program-builder.js";

/**
 * What a tree needs to be read for one block, worked out without reading: subsets and transposes have been turned into
 * what each leaf is asked for, and all element-wise operations into one list of steps over tiles.
 */
export interface Program {
  /** Extents of the block. */
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly sources: readonly Source[];
  readonly steps: readonly Step[];
  /** The value that is the result: a source, or the output of a step. */
  readonly result: ValueId;
  /** Where the result is missing. */
  readonly missing: MissingParts;
  /** Values that say where a source is missing, for steps that need to know. */
  readonly flags: readonly Flags[];
  /** How many values there are: sources, flags and outputs of steps. */
  readonly values: number;
}

export type ValueId = number;

/** Where values come from. */
export type Source = Leaf | Constant;

interface Placed {
  readonly id: ValueId;
  /** For each axis of the block, the axis of the source that runs along it; -1 where the source does not vary. */
  readonly axes: readonly number[];
}

/** Values to be read: from a seed, or put together from several arrays. */
export interface Leaf extends Placed {
  readonly kind: "leaf";
  readonly tree: Seed | CombineNode | AssignNode;
  readonly selections: readonly AxisSelection[];
}

/** Values in memory, already subset. */
export interface Constant extends Placed {
  readonly kind: "constant";
  readonly array: NdArray;
}

/** 1 where a source is missing, of dtype bool. */
export interface Flags {
  readonly id: ValueId;
  readonly source: ValueId;
}

/** `values[out] = kernel(values[inputs]…)`. */
export interface Step {
  readonly kernel: Kernel;
  readonly inputs: readonly ValueId[];
  readonly out: ValueId;
  readonly dtype: DType;
}

/** A tree seen through selections of its axes, placed along the axes of the block. */
interface Point {
  readonly tree: Tree;
  readonly selections: readonly AxisSelection[];
  readonly axes: readonly number[];
}

type Task =
  | { readonly visit: Point }
  | { readonly emit: ElementwiseNode; readonly at: Point }
  | { readonly value: ValueId };

/** Follows subsets and transposes down to what they select from. */
function descend(point: Point): Point {
  let { tree, selections, axes } = point;
  while (isOpNode(tree)) {
    if (tree.kind === "subset") {
      const outer = tree.selections;
      selections = selections.map((inner, axis) => composeSelections(outer[axis]!, inner));
    } else if (tree.kind === "transpose") {
      const below: AxisSelection[] = tree.seed.shape.map(() => fullSelection(1));
      tree.axes.forEach((axis, k) => {
        if (axis !== null) below[axis] = selections[k]!;
      });
      const through = tree.axes;
      axes = axes.map((axis) => (axis < 0 ? -1 : (through[axis] ?? -1)));
      selections = below;
    } else if (tree.kind !== "dimnames") break;
    tree = tree.seed;
  }
  return { tree, selections, axes };
}

/** An operand of smaller shape, seen from the node that it broadcasts to. */
function broadcastTo(
  inputShape: readonly number[],
  node: ElementwiseNode,
  point: Point,
): Pick<Point, "selections" | "axes"> {
  const lead = node.shape.length - inputShape.length;
  if (lead === 0 && inputShape.every((extent, axis) => extent === node.shape[axis]))
    return { selections: point.selections, axes: point.axes };
  const repeats = (axis: number) => inputShape[axis] === 1 && node.shape[axis + lead] !== 1;
  return {
    selections: inputShape.map((_, axis) => (repeats(axis) ? fullSelection(1) : point.selections[axis + lead]!)),
    axes: point.axes.map((axis) => (axis < lead || repeats(axis - lead) ? -1 : axis - lead)),
  };
}

/** Values that were compiled before, so that a tree used twice is read and computed once. */
class Memo {
  readonly #known = new Map<object, { point: Point; id: ValueId }[]>();

  find({ tree, selections, axes }: Point): ValueId | undefined {
    return this.#known
      .get(tree)
      ?.find(
        ({ point }) =>
          (point.axes === axes || point.axes.every((axis, k) => axis === axes[k])) &&
          (point.selections === selections ||
            point.selections.every((selection, k) => sameSelection(selection, selections[k]!))),
      )?.id;
  }

  add(point: Point, id: ValueId): void {
    const entries = this.#known.get(point.tree);
    if (entries === undefined) this.#known.set(point.tree, [{ point, id }]);
    // A tree that is seen through many different subsets is not worth a long search each time.
    else if (entries.length < 8) entries.push({ point, id });
  }
}

/**
 * Compiles a tree for one block.
 *
 * Works through an explicit stack: a tree of any depth compiles without recursion, and a node that is reached along
 * several paths is compiled once.
 */
export function compile(root: Tree, selections: readonly AxisSelection[]): Program {
  const builder = new ProgramBuilder(selections.length);
  const memo = new Memo();
  const done: ValueId[] = [];

  const tasks: Task[] = [{ visit: { tree: root, selections, axes: selections.map((_, axis) => axis) } }];
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    if ("value" in task) {
      done.push(task.value);
      continue;
    }
    if ("emit" in task) {
      const { emit: node, at } = task;
      const id = builder.addOperation(node, done.splice(done.length - node.inputs.length));
      memo.add(at, id);
      done.push(id);
      continue;
    }
    const point = descend(task.visit);
    const known = memo.find(point);
    if (known !== undefined) {
      done.push(known);
      continue;
    }
    const { tree } = point;
    if (!isOpNode(tree) || tree.kind !== "elementwise") {
      const id = builder.addLeaf({ tree: tree as Leaf["tree"], selections: point.selections, axes: point.axes });
      memo.add(point, id);
      done.push(id);
      continue;
    }
    tasks.push({ emit: tree, at: point });
    // The first operand is to be visited first, so it is pushed last.
    for (const input of [...tree.inputs].reverse()) {
      if (input.kind === "tree") {
        tasks.push({ visit: { tree: input.tree, ...broadcastTo(input.tree.shape, tree, point) } });
      } else {
        const { selections: selected, axes } = broadcastTo(input.array.shape, tree, point);
        tasks.push({ value: builder.addConstant({ array: new NdArray(gather(input.array, selected)), axes }) });
      }
    }
  }
  const shape = selections.map((selection) => selection.length);
  return builder.finish(done[0]!, shape, root.dtype);
}
