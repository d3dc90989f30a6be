import type { Tile } from "./tile.js";

/** Most columns in one call of {@link Kernel.rows}: a few rows of partial results stay in the CPU's first cache. */
export const COLUMNS = 512;

/**
 * What a statistic does with values. Three loops are enough for every shape and choice of axes, dense and sparse; what
 * calls them is in feed-dense.ts and feed-sparse.ts.
 */
export interface Kernel {
  /** `count` runs of `length` neighbouring values, from `from` on: one run into each cell from `cell` on. */
  runs(tile: Tile, from: number, count: number, length: number, cell: number): void;
  /** `rows` rows of `length` (at most {@link COLUMNS}) values, `stride` apart: value `j` of each into `cell + j`. */
  rows(tile: Tile, from: number, rows: number, length: number, stride: number, cell: number): void;
  /** `count` (at most a tile) values: the `i`-th into `cells[i]`, in any order, with repeats. */
  scatter(tile: Tile, from: number, count: number, cells: Uint32Array): void;
}
