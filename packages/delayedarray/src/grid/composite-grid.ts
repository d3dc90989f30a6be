import { brand } from "../base/brand.js";
import { DelayedArrayError } from "../base/errors.js";
import { checkAxis, checkPermutation, type Shape, shapeText } from "../base/shape.js";
import { shown } from "../base/shown.js";
import { blocksOfGrid, checkBufferElements, DEFAULT_BUFFER_ELEMENTS, usedAxes } from "./blocks-of-grid.js";
import { COMPOSITE, type Composite } from "./composite.js";
import { blocksOfComponents } from "./composite-blocks.js";
import { subsetComposite } from "./composite-subset.js";
import { ticksOfComposite } from "./composite-ticks.js";
import type { Grid, GridSubset, Ticks } from "./grid.js";
import { isGrid } from "./is-grid.js";
import { checkSubsetRank } from "./simple-grid.js";

/** A composite grid with its axes in another order, whose components are worked out when they are asked for. */
interface Turned {
  readonly source: CompositeGrid;
  readonly axes: readonly number[];
}

/** The grid of arrays laid end to end along one axis: each component keeps its own chunks. */
export class CompositeGrid implements Grid {
  /** The axis along which the components follow each other. */
  readonly along: number;
  /** Extents of the array, one per axis. */
  readonly shape: Shape;
  /** The sum of the components' costs. */
  readonly cost: number;
  #components: readonly Grid[] | undefined;
  #boundaries: readonly Ticks[] | undefined;
  readonly #turned: Turned | undefined;
  /** The component that costs most, and what its own costliest part costs. */
  readonly #most: { readonly index: number; readonly cost: number };

  /**
   * @param components - at least one; extents agree on all axes but `along`
   * @param along - negative counts from the end
   * @throws `INVALID_ARGUMENT` for no component or no such axis, `SHAPE_MISMATCH` for extents that do not agree
   */
  constructor(components: readonly Grid[], along: number);
  /** @internal */
  constructor(turned: Turned);
  constructor(given: readonly Grid[] | Turned, along = 0) {
    if (!isTurned(given) && !(Array.isArray(given) && given.every(isGrid))) {
      throw new DelayedArrayError(
        "INVALID_ARGUMENT",
        `CompositeGrid: components ${shown(given)}, expected an array of grids`,
      );
    }
    if (isTurned(given)) {
      const { source, axes } = given;
      this.along = axes.indexOf(source.along);
      this.shape = Object.freeze(axes.map((axis) => source.shape[axis]!));
      this.cost = source.cost;
      this.#turned = given;
      this.#most = source.#most;
    } else {
      const [first] = given;
      if (first === undefined) {
        throw new DelayedArrayError("INVALID_ARGUMENT", "CompositeGrid: no components, expected at least one");
      }
      this.along = checkAxis(along, first.shape.length);
      this.shape = joinedShape(given, this.along);
      this.cost = given.reduce((sum, component) => sum + component.cost, 0);
      this.#components = Object.freeze([...given]);
      this.#most = CompositeGrid.#mostOf(given);
    }
    Object.freeze(this);
  }

  /** The grids that follow one another. */
  get components(): readonly Grid[] {
    if (this.#components === undefined) {
      const { source, axes } = this.#turned!;
      this.#components = Object.freeze(source.components.map((component) => component.transpose(axes)));
    }
    return this.#components;
  }

  /**
   * On the axis of the components, all their boundaries; on the others, those of the component that costs most to read.
   */
  get boundaries(): readonly Ticks[] {
    this.#boundaries ??= Object.freeze(
      this.shape.map((_, axis) => ticksOfComposite(this, axis, CompositeGrid.#costliest)),
    );
    return this.#boundaries;
  }

  /** @throws `INVALID_ARGUMENT` when it is not a permutation of the axes */
  transpose(permutation: readonly number[]): CompositeGrid {
    const axes = checkPermutation(permutation, this.shape.length);
    const { source, axes: own } = this.#turned ?? { source: this, axes: undefined };
    return new CompositeGrid({ source, axes: own === undefined ? axes : axes.map((axis) => own[axis]!) });
  }

  /**
   * The grid of a subset: each run of elements from one component becomes a component.
   *
   * @throws `SHAPE_MISMATCH` for another number of entries than axes, `INDEX_OUT_OF_RANGE`, `INVALID_ARGUMENT`
   */
  subset(subset: GridSubset): CompositeGrid {
    checkSubsetRank(subset, this.shape);
    return subsetComposite<CompositeGrid>(this, subset, {
      make: (components, along) => new CompositeGrid(components, along),
      costliest: CompositeGrid.#costliest,
    });
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
    return blocksOfComponents(this, used, elements);
  }

  static readonly #costliest = (grid: Composite): Grid => {
    const { index } = #most in grid ? grid.#most : CompositeGrid.#mostOf(grid.components);
    return grid.components[index]!;
  };

  /** One that is composite itself counts as its own costliest part. */
  static #mostOf(components: readonly Grid[]): { index: number; cost: number } {
    let index = 0;
    let cost = 0;
    components.forEach((component, i) => {
      const own = #most in component ? component.#most.cost : component.cost;
      if (own > cost) {
        cost = own;
        index = i;
      }
    });
    return { index, cost };
  }
}
brand(CompositeGrid, COMPOSITE);

function isTurned(given: readonly Grid[] | Turned): given is Turned {
  return typeof given === "object" && given !== null && "source" in given && given.source instanceof CompositeGrid;
}

/**
 * The extents of grids laid end to end.
 *
 * @throws `SHAPE_MISMATCH` for extents that do not agree
 */
function joinedShape(components: readonly Grid[], along: number): Shape {
  const [first] = components as [Grid, ...Grid[]];
  const shape = [...first.shape];
  for (let i = 1; i < components.length; i++) {
    const component = components[i]!;
    const fits =
      component.shape.length === shape.length &&
      component.shape.every((extent, axis) => axis === along || extent === shape[axis]);
    if (!fits) {
      throw new DelayedArrayError(
        "SHAPE_MISMATCH",
        `CompositeGrid: component ${i} is ${shapeText(component.shape)}, expected the extents of component 0, ` +
          `${shapeText(first.shape)}, on every axis but ${along}`,
      );
    }
    shape[along]! += component.shape[along]!;
  }
  return Object.freeze(shape);
}
