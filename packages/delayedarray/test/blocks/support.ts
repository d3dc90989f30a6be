import { expect } from "vitest";
import { sizeOf } from "../../src/base/shape.js";
import type { BlockPosition } from "../../src/blocks/blocks.js";
import { chunkShapeToGrid } from "../../src/grid/chunk-shape-to-grid.js";
import type { Grid } from "../../src/grid/grid.js";
import type { ExtractOptions, Seed } from "../../src/seed/seed.js";
import type { SeedSubset } from "../../src/subset/seed-subset.js";
import { NdArray } from "../../src/values/nd-array.js";

/** An error of this project with this code. */
export const code = (expected: string): unknown =>
  expect.objectContaining({ name: "DelayedArrayError", code: expected });

/** 0, 1, 2, … in C order. */
export function counting(shape: readonly number[]): NdArray<"float64"> {
  return new NdArray({ data: Float64Array.from({ length: sizeOf(shape) }, (_, i) => i), shape, dtype: "float64" });
}

/** A position as Python writes slices. */
export const textOf = (position: BlockPosition): string => position.map(([start, end]) => `${start}:${end}`).join(", ");

export const later = (milliseconds = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** An array in memory that answers late, in chunks of its own, and keeps a log of reads begun and ended. */
export class SlowSeed implements Seed<"float64"> {
  readonly isSparse = false;
  readonly isMasked = false;
  readonly dtype = "float64";
  readonly log: string[] = [];
  readonly signals: (AbortSignal | undefined)[] = [];
  constructor(
    readonly array: NdArray<"float64">,
    readonly chunks: number[],
    readonly wait: (signal: AbortSignal | undefined, read: number) => Promise<void> = () => later(),
  ) {}
  get shape(): readonly number[] {
    return this.array.shape;
  }
  chunkGrid(): Grid {
    return chunkShapeToGrid(this.chunks, this.shape, 10);
  }
  async extractDense(subset: SeedSubset, { signal }: ExtractOptions): Promise<NdArray<"float64">> {
    const read = this.signals.push(signal) - 1;
    this.log.push(`begin ${read}`);
    await this.wait(signal, read);
    this.log.push(`end ${read}`);
    return this.array.extractDense(subset);
  }
}
