import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chunkShapeToGrid } from "../../src/grid/chunk-shape-to-grid.js";
import { CompositeGrid } from "../../src/grid/composite-grid.js";
import type { Grid } from "../../src/grid/grid.js";
import { SimpleGrid } from "../../src/grid/simple-grid.js";
import { listSelection } from "../../src/subset/axis-selection.js";

type Made =
  | { chunks: number[]; shape: number[]; cost: number }
  | { boundaries: number[][]; cost: number }
  | { along: number; components: Made[] };

interface Case {
  grid: Made;
  steps: ({ transpose: number[] } | { subset: (number[] | null)[] })[];
  dimensions: number[];
  buffer: number;
  shape: number[];
  boundaries: number[][];
  totalCost: number;
  blocks: [number, number][][];
}

function make(made: Made): Grid {
  if ("components" in made) return new CompositeGrid(made.components.map(make), made.along);
  if ("chunks" in made) return chunkShapeToGrid(made.chunks, made.shape, made.cost);
  return new SimpleGrid(made.boundaries, made.cost);
}

/** What was recorded from BiocPy's grids by fixtures/block-sequences.py. */
const cases = JSON.parse(readFileSync(new URL("fixtures/block-sequences.json", import.meta.url), "utf8")) as Case[];

describe.each([
  ["lists of indices", (indices: number[]) => indices],
  // Lists in arithmetic progression become ranges, which take another way through the grids.
  ["selections", (indices: number[]) => listSelection(Float64Array.from(indices))],
])("blocks are those of BiocPy, subset by %s", (_, entry) => {
  it.each(cases.map((one, i) => [i, one] as const))("case %i", (_i, one) => {
    let grid = make(one.grid);
    for (const step of one.steps) {
      grid =
        "transpose" in step
          ? grid.transpose(step.transpose)
          : grid.subset(step.subset.map((indices) => (indices === null ? null : entry(indices))));
    }
    expect(grid.shape).toEqual(one.shape);
    expect(grid.boundaries.map((ticks) => [...ticks])).toEqual(one.boundaries);
    expect(grid.boundaries.map((ticks) => Array.from({ length: ticks.length }, (_, i) => ticks.at(i)))).toEqual(
      one.boundaries,
    );
    expect(grid.cost).toBe(one.totalCost);
    expect([...grid.iterate(one.dimensions, one.buffer)]).toEqual(one.blocks);
  });
});
