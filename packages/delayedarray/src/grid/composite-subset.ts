import { type AxisSubset, isRange, readAxisSubset } from "./axis-subset.js";
import { type Composite, isComposite } from "./composite.js";
import type { Grid, GridSubset } from "./grid.js";
import { splitSubset } from "./split-subset.js";

/** What makes composite grids, and says which component costs most to read. */
export interface CompositeTools<C extends Composite> {
  make(components: readonly Grid[], along: number): C;
  costliest(grid: Composite): Grid;
}

/** One entry per axis, checked; `null` where all of an axis is taken. */
type Entries = readonly (AxisSubset | null)[];

/** A composite grid that is being subset: what is taken of which component, and what has come of that so far. */
interface Frame {
  readonly along: number;
  readonly parts: readonly { readonly grid: Grid; readonly entries: Entries }[];
  readonly done: Grid[];
}

/**
 * The grid of a subset of a composite grid: each run of elements from one component becomes a component. Components that
 * are taken whole are shared, and a composite of one composite is that one, so that subsets do not pile up.
 *
 * @param subset - one entry per axis
 * @throws `INDEX_OUT_OF_RANGE`, `INVALID_ARGUMENT`
 */
export function subsetComposite<C extends Composite>(root: C, subset: GridSubset, tools: CompositeTools<C>): C {
  const entries = Array.from(subset, (entry, axis) => readAxisSubset(entry, root.shape[axis]!, axis));
  if (isWhole(entries)) return root;
  const stack: Frame[] = [frameOf(root, entries, tools)];
  for (;;) {
    const { along, parts, done } = stack[stack.length - 1]!;
    const part = parts[done.length];
    if (part !== undefined) {
      if (isWhole(part.entries)) done.push(part.grid);
      else if (isComposite(part.grid)) stack.push(frameOf(part.grid, part.entries, tools));
      else done.push(part.grid.subset(part.entries));
      continue;
    }
    stack.pop();
    const [only] = done;
    const made = done.length === 1 && isComposite(only!) ? (only as C) : tools.make(done, along);
    const outer = stack[stack.length - 1];
    if (outer === undefined) return made;
    outer.done.push(made);
  }
}

function isWhole(entries: Entries): boolean {
  return entries.every((entry) => entry === null);
}

function frameOf<C extends Composite>(grid: Composite, entries: Entries, tools: CompositeTools<C>): Frame {
  const { along } = grid;
  const entry = entries[along]!;
  const part = (component: Grid, taken: AxisSubset | null) => ({
    grid: component,
    entries: entries.map((other, axis) => (axis === along ? taken : other)),
  });
  if (entry === null) return { along, parts: grid.components.map((one) => part(one, null)), done: [] };
  // Of nothing, there is still a grid with the right extents and boundaries on the other axes.
  if (entry.length === 0) return { along, parts: [part(tools.costliest(grid), [])], done: [] };
  // A list is split once for all components, and not once for each composite on the way to them.
  const components = isRange(entry) ? grid.components : componentsAlong(grid);
  const runs = splitSubset(
    entry,
    components.map((component) => component.shape[along]!),
  );
  const parts = runs.map((run) => {
    const component = components[run.component]!;
    return part(component, readAxisSubset(run.subset, component.shape[along]!, along));
  });
  return { along, parts, done: [] };
}

/** The components along an axis, with those of composites along the same axis in their place. */
function componentsAlong(grid: Composite): Grid[] {
  const flat: Grid[] = [];
  const stack: Grid[] = [grid];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (!isComposite(top) || top.along !== grid.along) flat.push(top);
    else for (let i = top.components.length - 1; i >= 0; i--) stack.push(top.components[i]!);
  }
  return flat;
}
