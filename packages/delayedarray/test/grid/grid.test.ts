import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunkShapeToGrid } from "../../src/grid/chunk-shape-to-grid.js";
import { CompositeGrid } from "../../src/grid/composite-grid.js";
import type { Grid } from "../../src/grid/grid.js";
import { RegularTicks } from "../../src/grid/regular-ticks.js";
import { SimpleGrid } from "../../src/grid/simple-grid.js";
import { maxGap } from "../../src/grid/ticks.js";
import { listSelection, rangeSelection, selectionIndices } from "../../src/subset/axis-selection.js";

const HUGE = Number.MAX_SAFE_INTEGER;

const code = (expected: string) => expect.objectContaining({ name: "DelayedArrayError", code: expected });

/** How often each cell is visited, and the largest block. */
function visits(grid: Grid, dimensions: readonly number[], buffer: number): { counts: Set<number>; largest: number } {
  const { shape } = grid;
  const size = shape.reduce((product, extent) => product * extent, 1);
  const seen = new Uint8Array(size);
  let largest = 0;
  for (const block of grid.iterate(dimensions, buffer)) {
    largest = Math.max(
      largest,
      block.reduce((product, [start, end]) => product * (end - start), 1),
    );
    const mark = (axis: number, at: number): void => {
      if (axis === shape.length) {
        seen[at]!++;
        return;
      }
      for (let i = block[axis]![0]; i < block[axis]![1]; i++) mark(axis + 1, at * shape[axis]! + i);
    };
    mark(0, 0);
  }
  return { counts: new Set(seen), largest };
}

const ticksOf = (extent: number): fc.Arbitrary<RegularTicks | number[]> =>
  fc.oneof(
    fc.integer({ min: 1, max: extent + 2 }).map((spacing) => new RegularTicks(spacing, extent)),
    fc
      .uniqueArray(fc.integer({ min: 1, max: Math.max(1, extent - 1) }))
      .map((inner) => [
        ...inner.filter((tick) => tick < extent).sort((a, b) => a - b),
        ...(extent > 0 ? [extent] : []),
      ]),
  );

const simpleOf = (shape: readonly number[]): fc.Arbitrary<Grid> =>
  fc.tuple(...shape.map(ticksOf)).map((boundaries) => new SimpleGrid(boundaries, 1));

const anyGrid: fc.Arbitrary<Grid> = fc
  .array(fc.integer({ min: 0, max: 7 }), { minLength: 0, maxLength: 4 })
  .chain((shape) =>
    shape.length === 0
      ? simpleOf(shape)
      : fc.oneof(
          simpleOf(shape),
          fc
            .tuple(fc.nat(shape.length - 1), fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 3 }))
            .chain(([along, extents]) =>
              fc
                .tuple(
                  ...extents.map((extent) => simpleOf(shape.map((other, axis) => (axis === along ? extent : other)))),
                )
                .map((components) => new CompositeGrid(components, along)),
            ),
        ),
  );

describe("iterate", () => {
  it("visits each cell exactly once and keeps blocks within the buffer", () => {
    fc.assert(
      fc.property(anyGrid, fc.integer({ min: 0, max: 40 }), (grid, buffer) => {
        const { counts, largest } = visits(
          grid,
          grid.shape.map((_, axis) => axis),
          buffer,
        );
        expect([...counts]).toEqual(grid.shape.includes(0) ? [] : [1]);
        expect(largest).toBeLessThanOrEqual(Math.max(1, buffer));
      }),
      { numRuns: 500 },
    );
  });

  it("takes axes that are not iterated over whole, and each cell once", () => {
    fc.assert(
      fc.property(anyGrid, fc.integer({ min: 0, max: 40 }), fc.nat(15), (grid, buffer, flags) => {
        const dimensions = grid.shape.map((_, axis) => axis).filter((axis) => (flags >> axis) & 1);
        for (const block of grid.iterate(dimensions, buffer)) {
          block.forEach((interval, axis) => {
            if (!dimensions.includes(axis)) expect(interval).toEqual([0, grid.shape[axis]]);
          });
        }
        expect([...visits(grid, dimensions, buffer).counts]).toEqual(grid.shape.includes(0) ? [] : [1]);
      }),
    );
  });

  it("gives one block of a 0-d array and none of an empty one", () => {
    expect([...new SimpleGrid([], 1).iterate([])]).toEqual([[]]);
    expect([...chunkShapeToGrid([2, 3], [4, 0], 1).iterate([0, 1])]).toEqual([]);
  });

  it("takes negative axes, and refuses others at once", () => {
    const grid = chunkShapeToGrid([2, 3], [4, 6], 1);
    expect([...grid.iterate([-1], 8)]).toEqual([...grid.iterate([1], 8)]);
    expect(() => grid.iterate([2])).toThrow(code("INVALID_ARGUMENT"));
    expect(() => grid.iterate([0], Number.NaN)).toThrow(code("INVALID_ARGUMENT"));
    expect(() => grid.iterate([0], -1)).toThrow(code("INVALID_ARGUMENT"));
    expect(() => new CompositeGrid([grid], 0).iterate([0], -1)).toThrow(code("INVALID_ARGUMENT"));
  });

  it("gives arrays that the caller may keep and change", () => {
    const blocks = [...chunkShapeToGrid([1], [3], 1).iterate([0], 1)];
    expect(blocks).toEqual([[[0, 1]], [[1, 2]], [[2, 3]]]);
  });

  it("works on extents up to 2^53", () => {
    const grid = chunkShapeToGrid([10, 1000], [HUGE, 20], 1);
    const blocks = grid.iterate([0, 1], 1e6);
    expect(blocks.next().value).toEqual([
      [0, 50000],
      [0, 20],
    ]);
    expect(blocks.next().value).toEqual([
      [50000, 100000],
      [0, 20],
    ]);
    expect(chunkShapeToGrid([HUGE], [HUGE], 1).iterate([0], 5).next().value).toEqual([[0, 5]]);
  });
});

describe("subset", () => {
  it("gives the same ticks for a range as for its indices, also of a subset of a subset", () => {
    const steps = fc.array(
      fc.tuple(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: -5, max: 5 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
      ),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }).chain((extent) => fc.tuple(fc.constant(extent), ticksOf(extent))),
        steps,
        fc.boolean(),
        ([extent, ticks], progressions, joined) => {
          const one = new SimpleGrid([ticks], 1);
          let byRange: Grid = joined ? new CompositeGrid([one, one], 0) : one;
          let byList: Grid = byRange;
          let length = joined ? 2 * extent : extent;
          for (const [from, step, share] of progressions) {
            if (length === 0) break;
            const start = Math.min(length - 1, Math.floor(from * length));
            const stride = step === 0 ? 1 : step;
            const most = stride > 0 ? Math.floor((length - 1 - start) / stride) + 1 : Math.floor(start / -stride) + 1;
            const range = rangeSelection(start, stride, Math.round(share * most));
            byRange = byRange.subset([range]);
            byList = byList.subset([selectionIndices(range)]);
            length = range.length;
          }
          expect(byRange.shape).toEqual(byList.shape);
          const expected = [...byList.boundaries[0]!];
          expect([...byRange.boundaries[0]!]).toEqual(expected);
          expect(expected.map((_, i) => byRange.boundaries[0]!.at(i))).toEqual(expected);
          expect(byRange.boundaries[0]!.at(-1)).toBe(expected.at(-1));
          expect(byRange.boundaries[0]!.at(expected.length)).toBeUndefined();
          // The longest interval decides how blocks are made, so the short cut to it must be right.
          expect(maxGap(byRange.boundaries[0]!)).toBe(
            expected.reduce((most, tick, i) => Math.max(most, tick - (expected[i - 1] ?? 0)), 0),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("never writes out a huge axis", () => {
    const grid = chunkShapeToGrid([100, 7], [HUGE, 7], 1);
    const thinned = grid.subset([rangeSelection(HUGE - 1, -3, 3e15), null]);
    expect(thinned.shape).toEqual([3e15, 7]);
    // 2^53 - 2 lies at offset 90 of its chunk: 90, 87, ..., 0 are 31 elements.
    expect([thinned.boundaries[0]!.at(0), thinned.boundaries[0]!.at(1), thinned.boundaries[0]!.at(-1)]).toEqual([
      31, 64, 3e15,
    ]);
    const joined = new CompositeGrid([chunkShapeToGrid([100], [2 ** 52], 1), chunkShapeToGrid([30], [2 ** 51], 1)], 0);
    expect(joined.boundaries[0]!.at(-1)).toBe(2 ** 52 + 2 ** 51);
    const part = joined.subset([rangeSelection(50, 1, 2 ** 52)]);
    expect(part.components.map((component) => component.shape)).toEqual([[2 ** 52 - 50], [50]]);
    expect([part.boundaries[0]!.at(0), part.boundaries[0]!.at(-1), part.boundaries[0]!.at(-2)]).toEqual([
      50,
      2 ** 52,
      2 ** 52 - 20,
    ]);
    expect(new SimpleGrid(joined.boundaries, 1).subset([rangeSelection(50, 1, 2 ** 52)]).boundaries[0]!.at(-2)).toBe(
      2 ** 52 - 20,
    );
    expect(part.iterate([0], 1000).next().value).toEqual([[0, 950]]);
  });

  it("starts a new interval whenever the chunk changes, also when it comes back", () => {
    const grid = new SimpleGrid([[3, 5, 9]], 1);
    expect([...grid.subset([[0, 2, 3, 3, 1, 8, 5]]).boundaries[0]!]).toEqual([2, 4, 5, 7]);
    expect([...grid.subset([new Int32Array([8, 0])]).boundaries[0]!]).toEqual([1, 2]);
    expect([...grid.subset([listSelection(Float64Array.of(0, 2, 3, 1))]).boundaries[0]!]).toEqual([2, 3, 4]);
  });

  it("gives the first element of a component to that component, where BiocPy gives it to the one before", () => {
    const grid = new CompositeGrid([chunkShapeToGrid([2], [4], 1), chunkShapeToGrid([3], [6], 1)], 0);
    const part = grid.subset([[3, 4, 5, 6]]);
    expect(part.components.map((component) => component.shape)).toEqual([[1], [3]]);
    expect([...part.boundaries[0]!]).toEqual([1, 4]);
  });

  it("of nothing still has extents, boundaries and blocks", () => {
    const parts = [chunkShapeToGrid([2, 2], [4, 5], 1), chunkShapeToGrid([3, 3], [6, 5], 2)];
    for (const entry of [[], rangeSelection(0, 1, 0), new Float64Array(0)]) {
      const composite = new CompositeGrid(parts, 0).subset([entry, null]);
      expect(composite.shape).toEqual([0, 5]);
      expect(composite.boundaries.map((ticks) => [...ticks])).toEqual([[], [3, 5]]);
      expect([...composite.iterate([0, 1])]).toEqual([]);
      expect(composite.cost).toBe(0);
      const simple = parts[0]!.subset([null, entry]);
      expect(simple.shape).toEqual([4, 0]);
      expect(simple.boundaries.map((ticks) => [...ticks])).toEqual([[2, 4], []]);
      expect(simple.subset([null, entry]).shape).toEqual([4, 0]);
    }
  });

  it("keeps what is not subset, and passes over components without elements", () => {
    const grid = chunkShapeToGrid([2, 2], [4, 5], 1);
    expect(grid.subset([null, [1]]).boundaries[0]).toBe(grid.boundaries[0]);
    expect(grid.subset([[0, 1, 2, 3], rangeSelection(0, 1, 5)]).boundaries).toEqual(grid.boundaries);
    const composite = new CompositeGrid(
      [0, 3, 0, 2].map((extent) => chunkShapeToGrid([2], [extent], 1)),
      0,
    );
    expect([...composite.boundaries[0]!]).toEqual([2, 3, 5]);
    expect([...composite.subset([[3, 2]]).boundaries[0]!]).toEqual([1, 2]);
    expect([...composite.subset([null]).boundaries[0]!]).toEqual([2, 3, 5]);
  });

  it("is checked", () => {
    for (const grid of [chunkShapeToGrid([2], [4], 1), new CompositeGrid([chunkShapeToGrid([2], [4], 1)], 0)]) {
      expect(() => grid.subset([])).toThrow(code("SHAPE_MISMATCH"));
      expect(() => grid.subset([[4]])).toThrow(code("INDEX_OUT_OF_RANGE"));
      expect(() => grid.subset([[-1]])).toThrow(code("INDEX_OUT_OF_RANGE"));
      expect(() => grid.subset([[0.5]])).toThrow(code("INVALID_ARGUMENT"));
      expect(() => grid.subset([rangeSelection(0, 2, 3)])).toThrow(code("INDEX_OUT_OF_RANGE"));
    }
  });
});

describe("RegularTicks", () => {
  it("ends where the axis ends", () => {
    const ticks = new RegularTicks(10, 25);
    expect([...ticks]).toEqual([10, 20, 25]);
    expect([ticks.length, ticks.spacing, ticks.final]).toEqual([3, 10, 25]);
    expect([ticks.at(0), ticks.at(2), ticks.at(-1), ticks.at(-3), ticks.at(3), ticks.at(-4)]).toEqual([
      10,
      25,
      25,
      10,
      undefined,
      undefined,
    ]);
    expect([...new RegularTicks(30, 25)]).toEqual([25]);
    expect([...new RegularTicks(5, 25)]).toEqual([5, 10, 15, 20, 25]);
    expect([...new RegularTicks(5, 0)]).toEqual([]);
    expect(new RegularTicks(1, HUGE)).toMatchObject({ length: HUGE });
    expect(new RegularTicks(2, HUGE).at(-1)).toBe(HUGE);
  });

  it("is checked and frozen", () => {
    for (const spacing of [0, -1, 1.5, Number.NaN, 2 ** 53])
      expect(() => new RegularTicks(spacing, 4)).toThrow(code("INVALID_ARGUMENT"));
    for (const final of [-1, 1.5, 2 ** 53]) expect(() => new RegularTicks(1, final)).toThrow(code("INVALID_ARGUMENT"));
    expect(Object.isFrozen(new RegularTicks(1, 2))).toBe(true);
  });
});

describe("chunkShapeToGrid", () => {
  it("has no boundary for an extent of 0, one for a chunk as long as the axis", () => {
    const grid = chunkShapeToGrid([4, 5, 3, 0], [0, 5, 7, 0], 2);
    expect(grid.boundaries.map((ticks) => [...ticks])).toEqual([[], [5], [3, 6, 7], []]);
    expect(grid.boundaries[2]).toBeInstanceOf(RegularTicks);
    expect([grid.shape, grid.cost, grid.costFactor]).toEqual([[0, 5, 7, 0], 0, 2]);
  });

  it("is checked", () => {
    expect(() => chunkShapeToGrid([1], [1, 2], 1)).toThrow("chunks of 1 extents for an array <1 x 2>: expected 2");
    expect(() => chunkShapeToGrid([0], [3], 1)).toThrow(code("INVALID_ARGUMENT"));
    expect(() => chunkShapeToGrid([1.5], [3], 1)).toThrow(code("INVALID_ARGUMENT"));
    expect(() => chunkShapeToGrid([1], [3], 0)).toThrow(code("INVALID_ARGUMENT"));
  });
});

describe("SimpleGrid and CompositeGrid", () => {
  it("check their arguments", () => {
    expect(() => new SimpleGrid([[3, 3]], 1)).toThrow("boundary 1 on axis 0 is 3, expected an integer greater than 3");
    expect(() => new SimpleGrid([[0]], 1)).toThrow(code("INVALID_ARGUMENT"));
    expect(() => new SimpleGrid([[3]], Number.NaN)).toThrow(code("INVALID_ARGUMENT"));
    const part = chunkShapeToGrid([1, 1], [2, 3], 1);
    expect(() => new CompositeGrid([], 0)).toThrow(code("INVALID_ARGUMENT"));
    expect(() => new CompositeGrid([part], 2)).toThrow(code("INVALID_ARGUMENT"));
    expect(() => new CompositeGrid([part, chunkShapeToGrid([1, 1], [2, 4], 1)], 0)).toThrow(
      "component 1 is <2 x 4>, expected the extents of component 0, <2 x 3>, on every axis but 0",
    );
    expect(() => new CompositeGrid([part, chunkShapeToGrid([1], [2], 1)], 0)).toThrow(code("SHAPE_MISMATCH"));
    expect(() => part.transpose([0, 0])).toThrow(code("INVALID_ARGUMENT"));
  });

  it("are frozen and do not follow changes of what they were made from", () => {
    const own = [2, 4];
    const grid = new SimpleGrid([own], 1);
    own[0] = 1;
    expect([...grid.boundaries[0]!]).toEqual([2, 4]);
    const composite = new CompositeGrid([grid], 0);
    for (const one of [
      grid,
      grid.shape,
      grid.boundaries,
      grid.boundaries[0],
      composite,
      composite.shape,
      composite.boundaries,
      composite.components,
    ]) {
      expect(Object.isFrozen(one)).toBe(true);
    }
  });

  it("are known by brand", () => {
    const foreign = { [Symbol.for("delayedarray.CompositeGrid")]: true };
    expect(foreign instanceof CompositeGrid).toBe(true);
    expect((foreign as object) instanceof SimpleGrid).toBe(false);
  });

  it("follow the costliest component where components disagree, and their own costliest parts", () => {
    const cheap = chunkShapeToGrid([1, 2], [4, 6], 1);
    const dear = chunkShapeToGrid([1, 3], [2, 6], 5);
    const composite = new CompositeGrid([cheap, dear], 0);
    expect(composite.cost).toBe(84);
    expect([...composite.boundaries[1]!]).toEqual([3, 6]);
    const nested = new CompositeGrid([new CompositeGrid([cheap, cheap, cheap], 0), dear], 0);
    expect([...nested.boundaries[1]!]).toEqual([3, 6]);
    const turned = nested.transpose([1, 0]);
    expect([turned.along, turned.shape]).toEqual([1, [6, 14]]);
    expect([...turned.boundaries[0]!]).toEqual([3, 6]);
  });
});
