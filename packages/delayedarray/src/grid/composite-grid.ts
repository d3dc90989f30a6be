import { brand } from "../base/brand.js";
import { DelayedArrayError } from "../base/errors.js";
import { checkAxis, checkPermutation, type Shape, shapeText } from "../base/shape.js";
import { readAxisSubset } from "./axis-subset.js";
import { blocksOfGrid, checkBufferElements, DEFAULT_BUFFER_ELEMENTS, usedAxes } from "./blocks-of-grid.js";
import type { Grid, GridSubset, Ticks } from "./grid.js";
import { JoinedTicks } from "./joined-ticks.js";
import { checkSubsetRank } from "./simple-grid.js";
import { splitSubset } from "./split-subset.js";

/** The grid of arrays laid end to end along one axis: each component keeps its own chunks. */
export class CompositeGrid implements Grid {
  /** The grids that follow one another. */
  readonly components: readonly Grid[];
  /** The axis along which the components follow each other. */
  readonly along: number;
  /** Extents of the array, one per axis. */
  readonly shape: Shape;
  /** The sum of the components' costs. */
  readonly cost: number;
  #boundaries: readonly Ticks[] | undefined;

  /**
   * @param components - at least one; extents agree on all axes but `along`
   * @param along - negative counts from the end
   * @throws `INVALID_ARGUMENT` for no component or no such axis, `SHAPE_MISMATCH` for extents that do not agree
   */
  constructor(components: readonly Grid[], along: number) {
    const [first] = components;
    if (first === undefined) {
      throw new DelayedArrayError("INVALID_ARGUMENT", "CompositeGrid: no components, expected at least one");
    }
    this.along = checkAxis(along, first.shape.length);
    const shape = [...first.shape];
    components.slice(1).forEach((component, i) => {
      const fits =
        component.shape.length === shape.length &&
        component.shape.every((extent, axis) => axis === this.along || extent === shape[axis]);
      if (!fits) {
        throw new DelayedArrayError(
          "SHAPE_MISMATCH",
          `CompositeGrid: component ${i + 1} is ${shapeText(component.shape)}, expected the extents of component 0, ` +
            `${shapeText(first.shape)}, on every axis but ${this.along}`,
        );
      }
      shape[this.along]! += component.shape[this.along]!;
    });
    this.components = Object.freeze([...components]);
    this.shape = Object.freeze(shape);
    this.cost = components.reduce((sum, component) => sum + component.cost, 0);
    Object.freeze(this);
  }

  /**
   * On the axis of the components, all their boundaries; on the others, those of the component that costs most to read.
   */
  get boundaries(): readonly Ticks[] {
    if (this.#boundaries === undefined) {
      const boundaries = [...this.components[costliest(this).index]!.boundaries];
      boundaries[this.along] = new JoinedTicks(this.components.map((component) => component.boundaries[this.along]!));
      this.#boundaries = Object.freeze(boundaries);
    }
    return this.#boundaries;
  }

  /** @throws `INVALID_ARGUMENT` when it is not a permutation of the axes */
  transpose(permutation: readonly number[]): CompositeGrid {
    const axes = checkPermutation(permutation, this.shape.length);
    return new CompositeGrid(
      this.components.map((component) => component.transpose(axes)),
      axes.indexOf(this.along),
    );
  }

  /**
   * The grid of a subset: each run of elements from one component becomes a component.
   *
   * @throws `SHAPE_MISMATCH` for another number of entries than axes, `INDEX_OUT_OF_RANGE`, `INVALID_ARGUMENT`
   */
  subset(subset: GridSubset): CompositeGrid {
    checkSubsetRank(subset, this.shape);
    const { along } = this;
    const replaced = (component: Grid, entry: GridSubset[number]): Grid =>
      component.subset(subset.map((other, axis) => (axis === along ? entry : other)));
    const entry = readAxisSubset(subset[along]!, this.shape[along]!, along);
    if (entry === null) {
      return new CompositeGrid(
        this.components.map((component) => replaced(component, null)),
        along,
      );
    }
    // Of nothing, there is still a grid with the right extents and boundaries on the other axes.
    if (entry.length === 0) return new CompositeGrid([replaced(this.components[costliest(this).index]!, [])], along);
    const runs = splitSubset(
      entry,
      this.components.map((component) => component.shape[along]!),
    );
    return new CompositeGrid(
      runs.map((run) => replaced(this.components[run.component]!, run.subset)),
      along,
    );
  }

  /**
   * Blocks of one component after the other if the axis of the components is among `dimensions`; else as if the grid had
   * the same boundaries everywhere.
   *
   * @param dimensions - axes to iterate over; the others are taken whole
   * @param bufferElements - elements in a block at most, as far as `dimensions` allow
   * @throws `INVALID_ARGUMENT` at once, not when the first block is taken
   */
  iterate(
    dimensions: readonly number[],
    bufferElements: number = DEFAULT_BUFFER_ELEMENTS,
  ): Generator<[start: number, end: number][], void, void> {
    const used = usedAxes(dimensions, this.shape.length);
    const elements = checkBufferElements(bufferElements);
    if (!used[this.along]) return blocksOfGrid(this.shape, this.boundaries, used, elements);
    return blocksOfComponents(this, dimensions, elements);
  }
}
brand(CompositeGrid, "delayedarray.CompositeGrid");

function* blocksOfComponents(
  { components, along }: CompositeGrid,
  dimensions: readonly number[],
  elements: number,
): Generator<[start: number, end: number][], void, void> {
  let offset = 0;
  for (const component of components) {
    for (const block of component.iterate(dimensions, elements)) {
      const [start, end] = block[along]!;
      block[along] = [start + offset, end + offset];
      yield block;
    }
    offset += component.shape[along]!;
  }
}

/** The component that costs most; one that is composite itself counts as its own costliest part. */
function costliest({ components }: CompositeGrid): { index: number; cost: number } {
  let index = 0;
  let cost = 0;
  components.forEach((component, i) => {
    const own = component instanceof CompositeGrid ? costliest(component).cost : component.cost;
    if (own > cost) {
      cost = own;
      index = i;
    }
  });
  return { index, cost };
}
