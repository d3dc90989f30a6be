import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DelayedArray } from "../../src/index.js";
import { CompositeGrid, chunkShapeToGrid, concatenate, type Grid, ndarray, slice, wrap } from "../../src/index.js";

const matrix = ndarray([
  [1, 2],
  [3, 4],
]);
const none = [ndarray(new Float64Array(0), [0, 2]), ndarray(new Float64Array(0), [2, 0])];

describe("an array combined over and over", () => {
  const DEPTH = 30_000;
  const loops: [string, (x: DelayedArray, i: number) => DelayedArray, shape: number[], cost: number][] = [
    ["and cut back to what it was", (x) => concatenate([x, matrix]).subset([slice(0, 2)]), [2, 2], 4],
    ["and cut at both ends", (x) => concatenate([x, matrix]).subset([slice(1, 3)]), [2, 2], 4],
    ["and cut by a list", (x) => concatenate([x, matrix]).subset([[3, 0]]), [2, 2], 4],
    [
      "on both axes in turn, and cut back",
      (x, i) => concatenate([x, matrix], i % 2).subset([slice(0, 2), slice(0, 2)]),
      [2, 2],
      4,
    ],
    ["with an operation in between", (x) => concatenate([x.add(1), ndarray([[1, 2]])]), [DEPTH + 2, 2], 2 * DEPTH + 4],
    ["on both axes in turn, with an operation", (x, i) => concatenate([x.add(1), none[i % 2]!], i % 2), [2, 2], 4],
    ["and turned", (x) => concatenate([x.add(1), none[0]!]).T, [2, 2], 4],
  ];

  test.each(loops)("%s: its grid needs no stack, and time in proportion", (_, step, shape, cost) => {
    let x: DelayedArray = wrap(matrix);
    for (let i = 0; i < DEPTH; i++) x = step(x, i);
    const grid = x.chunkGrid();
    expect([grid.shape, grid.cost]).toEqual([shape, cost]);
    expect(grid.boundaries.map((ticks) => ticks.at(-1))).toEqual(shape);
    let covered = 0;
    for (const [[start, end], [left, right]] of grid.iterate([0, 1], 2) as Iterable<
      [[number, number], [number, number]]
    >)
      covered += (end - start) * (right - left);
    expect(covered).toBe(cost);
    const part = grid.subset([[1, 0, 1], null]);
    expect(part.shape).toEqual([3, 2]);
    expect(part.transpose([1, 0]).boundaries.map((ticks) => ticks.at(-1))).toEqual([2, 3]);
  });

  test("has statistics and values", async () => {
    const depth = 4000;
    let x: DelayedArray = wrap(matrix);
    for (let i = 0; i < depth; i++) x = concatenate([x.add(1), ndarray([[1, 2]])]);
    // Row k from the end was added to k times.
    const rows = (depth * (depth - 1)) / 2;
    expect(await x.sum()).toBe(10 + 4 * depth + 2 * rows + 3 * depth);
    expect((await x.subset([[0, 1, 2, -1]]).toDense()).toNested()).toEqual([
      [depth + 1, depth + 2],
      [depth + 3, depth + 4],
      [depth, depth + 1],
      [1, 2],
    ]);
  });
});

/** A grid of grids, or of chunks. */
type Made = { readonly chunk: number; readonly cost: number } | { readonly along: number; readonly parts: Made[] };

const { made } = fc.letrec<{ made: Made }>((tie) => ({
  made: fc.oneof(
    { depthSize: "small" },
    fc.record({ chunk: fc.integer({ min: 1, max: 4 }), cost: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ along: fc.nat(1), parts: fc.array(tie("made"), { minLength: 1, maxLength: 3 }) }),
  ),
}));

/** Makes a grid of the given shape; what is left over on the axis of a composite goes to its last component. */
function make(one: Made, shape: readonly number[]): Grid {
  if ("chunk" in one) return chunkShapeToGrid([one.chunk, one.chunk], shape, one.cost);
  const { along, parts } = one;
  const each = Math.floor(shape[along]! / parts.length);
  return new CompositeGrid(
    parts.map((part, i) => {
      const own = i === parts.length - 1 ? shape[along]! - each * i : each;
      return make(
        part,
        shape.map((extent, axis) => (axis === along ? own : extent)),
      );
    }),
    along,
  );
}

/** The blocks as recursion gives them. */
function blocksOf(grid: Grid, dimensions: number[], elements: number): [number, number][][] {
  if (!(grid instanceof CompositeGrid) || !dimensions.includes(grid.along))
    return [...grid.iterate(dimensions, elements)];
  let offset = 0;
  return grid.components.flatMap((component) => {
    const blocks = blocksOf(component, dimensions, elements);
    for (const block of blocks) block[grid.along] = block[grid.along]!.map((end) => end + offset) as [number, number];
    offset += component.shape[grid.along]!;
    return blocks;
  });
}

/** The chunk that an element is in, as the number of the boundary after it on each axis, through all components. */
function chunkOf(grid: Grid, at: readonly number[]): string {
  if (grid instanceof CompositeGrid) {
    let rest = at[grid.along]!;
    for (const [i, component] of grid.components.entries()) {
      const extent = component.shape[grid.along]!;
      if (rest < extent) {
        return `${i}:${chunkOf(
          component,
          at.map((index, axis) => (axis === grid.along ? rest : index)),
        )}`;
      }
      rest -= extent;
    }
  }
  return grid.boundaries.map((ticks, axis) => [...ticks].findIndex((tick) => tick > at[axis]!)).join();
}

describe("grids of grids", () => {
  const shape = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }));

  test("give their components' blocks one after another", () => {
    fc.assert(
      fc.property(
        made,
        shape,
        fc.subarray([0, 1]),
        fc.integer({ min: 1, max: 50 }),
        (one, extents, dimensions, most) => {
          const grid = make(one, extents);
          expect([...grid.iterate(dimensions, most)]).toEqual(blocksOf(grid, dimensions, most));
          const turned = grid.transpose([1, 0]);
          const expected = turned.transpose([1, 0]);
          expect(expected.boundaries.map((ticks) => [...ticks])).toEqual(grid.boundaries.map((ticks) => [...ticks]));
          expect([...expected.iterate(dimensions, most)]).toEqual(blocksOf(grid, dimensions, most));
          expect([turned.shape, turned.cost]).toEqual([[extents[1], extents[0]], grid.cost]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("keep neighbours together that were in one chunk, and no others", () => {
    const picks = fc.array(fc.nat(1000), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(made, shape, picks, picks, fc.boolean(), (one, extents, rows, columns, inOrder) => {
        const grid = make(one, extents);
        const lists = [rows, columns].map((list, axis) => {
          const indices = list.map((index) => index % extents[axis]!);
          return inOrder ? indices.sort((a, b) => a - b) : indices;
        });
        const part = grid.subset(lists);
        expect(part.shape).toEqual(lists.map((list) => list.length));
        lists[0]!.forEach((row, i) => {
          lists[1]!.forEach((column, j) => {
            const isOne = (a: number[], b: number[]) => chunkOf(part, a) === chunkOf(part, b);
            const wasOne = (a: number[], b: number[]) => chunkOf(grid, a) === chunkOf(grid, b);
            if (i > 0) expect(isOne([i - 1, j], [i, j])).toBe(wasOne([lists[0]![i - 1]!, column], [row, column]));
            if (j > 0) expect(isOne([i, j - 1], [i, j])).toBe(wasOne([row, lists[1]![j - 1]!], [row, column]));
          });
        });
        expect(part.cost).toBeCloseTo(costOf(grid, lists), 6);
      }),
      { numRuns: 500 },
    );
  });
});

/** What reading the selected elements costs: each what one of its component costs. */
function costOf(grid: Grid, [rows, columns]: readonly number[][]): number {
  const each = (part: Grid, at: number[]): number => {
    if (!(part instanceof CompositeGrid)) return part.cost / (part.shape[0]! * part.shape[1]!);
    let rest = at[part.along]!;
    for (const component of part.components) {
      const extent = component.shape[part.along]!;
      if (rest < extent)
        return each(
          component,
          at.map((index, axis) => (axis === part.along ? rest : index)),
        );
      rest -= extent;
    }
    throw new Error("beyond the end");
  };
  return rows!.reduce((sum, row) => sum + columns!.reduce((inner, column) => inner + each(grid, [row, column]), 0), 0);
}
