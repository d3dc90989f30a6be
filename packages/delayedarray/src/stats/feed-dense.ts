import type { TypedArray } from "../base/dtype.js";
import type { NdArrayParts } from "../values/nd-array-parts.js";
import { COLUMNS, type Kernel } from "./kernel.js";
import type { Reduction } from "./reduce.js";
import type { Tally } from "./tally.js";
import { TILE, type Tile, type WideForm, Window } from "./tile.js";

/** Axes that are next to each other in memory and in the result, or are all reduced, as one. */
interface Group {
  extent: number;
  /** How far apart the cells of neighbours are; 0 if reduced. */
  step: number;
}

/**
 * Gives the values of a dense block to a kernel, as few and as long pieces as its shape and the axes allow: runs where
 * the last axes are reduced, rows where they are kept.
 *
 * @param block - without gaps in memory; its axes may be in any order there
 * @param starts - where the block begins on each axis
 */
export function feedDense(
  kernel: Kernel,
  block: NdArrayParts,
  starts: readonly number[],
  { reduced, cellStrides }: Reduction,
  tally: Tally,
  wide: WideForm,
): void {
  const size = block.shape.reduce((product, extent) => product * extent, 1);
  if (size === 0) return;
  const axes = memoryOrder(block);
  const groups: Group[] = [];
  let cell = 0;
  for (const axis of axes) {
    const extent = block.shape[axis]!;
    const step = cellStrides[axis]!;
    cell += starts[axis]! * step;
    if (extent === 1) continue;
    const outer = groups[groups.length - 1];
    const joins =
      outer !== undefined && (reduced[axis] ? outer.step === 0 : outer.step !== 0 && outer.step === step * extent);
    if (joins) {
      outer.extent *= extent;
      outer.step = step;
    } else groups.push({ extent, step });
  }
  const feeder = new Feeder(kernel, block, tally, wide, size);
  // A single element is a run of 1.
  const inner = groups.pop() ?? { extent: 1, step: 0 };
  const isRun = inner.step === 0;
  const next = groups[groups.length - 1];
  const joins = next !== undefined && (isRun ? next.step === 1 : next.step === 0);
  const count = joins ? groups.pop()!.extent : 1;
  const piece = count * inner.extent;
  const index = new Array<number>(groups.length).fill(0);
  for (let from = block.offset, end = block.offset + size; from < end; from += piece) {
    if (isRun) feeder.runs(from, count, inner.extent, cell);
    else feeder.rows(from, count, inner.extent, inner.step, cell);
    for (let g = groups.length - 1; g >= 0; g--) {
      const { extent, step } = groups[g]!;
      cell += step;
      if (++index[g]! < extent) break;
      cell -= step * extent;
      index[g] = 0;
    }
  }
}

/** The axes from the one whose neighbours are farthest apart in memory to the one whose neighbours are closest. */
export function memoryOrder({ shape, stride }: Pick<NdArrayParts, "shape" | "stride">): number[] {
  const axes = shape.map((_, axis) => axis);
  // Where an axis has extent 1 its stride means nothing.
  const long = axes.filter((axis) => shape[axis] !== 1).sort((a, b) => stride[b]! - stride[a]!);
  return [...axes.filter((axis) => shape[axis] === 1), ...long];
}

/** Cuts pieces to what kernels take, converts them, and leaves out what is missing. */
class Feeder {
  readonly #kernel: Kernel;
  readonly #window: Window;
  readonly #mask: Uint8Array | undefined;
  readonly #tally: Tally;
  /** Values picked from the window, and the cell that each belongs to. */
  #picked: Tile | null = null;
  #cells: Uint32Array | null = null;

  constructor(kernel: Kernel, block: NdArrayParts, tally: Tally, wide: WideForm, size: number) {
    this.#kernel = kernel;
    this.#window = new Window(block.data as TypedArray, block.offset + size, wide);
    this.#mask = block.mask;
    this.#tally = tally;
  }

  runs(from: number, count: number, length: number, cell: number): void {
    if (this.#hasMissing(from, count * length)) {
      this.#scattered(from, count, length, cell, 1, 0);
      return;
    }
    if (this.#window.isWhole) {
      this.#kernel.runs(this.#window, from, count, length, cell);
      return;
    }
    if (length >= TILE) {
      for (let run = 0; run < count; run++) {
        for (let done = 0; done < length; done += TILE) {
          const n = Math.min(TILE, length - done);
          const at = this.#window.at(from + run * length + done, n);
          this.#kernel.runs(this.#window, at, 1, n, cell + run);
        }
      }
      return;
    }
    const most = Math.floor(TILE / length);
    for (let run = 0; run < count; run += most) {
      const n = Math.min(most, count - run);
      const at = this.#window.at(from + run * length, n * length);
      this.#kernel.runs(this.#window, at, n, length, cell + run);
    }
  }

  rows(from: number, rows: number, length: number, step: number, cell: number): void {
    if (step !== 1 || this.#hasMissing(from, rows * length)) {
      this.#scattered(from, rows, length, cell, 0, step);
      return;
    }
    if (length > COLUMNS) {
      this.#wideRows(from, rows, length, cell);
      return;
    }
    if (this.#window.isWhole) {
      this.#kernel.rows(this.#window, from, rows, length, length, cell);
      return;
    }
    const most = Math.floor(TILE / length);
    for (let row = 0; row < rows; row += most) {
      const n = Math.min(most, rows - row);
      this.#kernel.rows(this.#window, this.#window.at(from + row * length, n * length), n, length, length, cell);
    }
  }

  /** Rows that are longer than a kernel takes, some columns at a time. */
  #wideRows(from: number, rows: number, length: number, cell: number): void {
    const window = this.#window;
    const most = Math.floor(TILE / COLUMNS);
    for (let column = 0; column < length; column += COLUMNS) {
      const n = Math.min(COLUMNS, length - column);
      if (window.isWhole) {
        this.#kernel.rows(window, from + column, rows, n, length, cell + column);
      } else if (rows === 1) {
        this.#kernel.rows(window, window.at(from + column, n), 1, n, n, cell + column);
      } else {
        const tile = this.#pickedTile();
        for (let row = 0; row < rows; row += most) {
          const k = Math.min(most, rows - row);
          for (let i = 0; i < k; i++) window.copy(from + (row + i) * length + column, n, tile.values, tile.low, i * n);
          this.#kernel.rows(tile, 0, k, n, n, cell + column);
        }
      }
    }
  }

  #hasMissing(from: number, count: number): boolean {
    const mask = this.#mask;
    if (mask === undefined) return false;
    for (let i = from, end = from + count; i < end; i++) if (mask[i] !== 0) return true;
    return false;
  }

  /**
   * `count` times `length` values one by one, each with its cell: `cell`, `perRun` more in each run, `perValue` more for
   * each value within it.
   */
  #scattered(from: number, count: number, length: number, cell: number, perRun: number, perValue: number): void {
    const window = this.#window;
    const mask = this.#mask;
    const picked = this.#pickedTile();
    const { values, low } = picked;
    const isWide = window.low.length > 0;
    this.#cells ??= new Uint32Array(TILE);
    const cells = this.#cells;
    const total = count * length;
    let run = 0;
    let i = 0;
    for (let done = 0; done < total; done += TILE) {
      const n = Math.min(TILE, total - done);
      const at = window.at(from + done, n);
      let kept = 0;
      for (let k = 0; k < n; k++) {
        const own = cell + run * perRun + i * perValue;
        if (mask !== undefined && mask[from + done + k] !== 0) this.#tally.maskedCounts[own]!++;
        else {
          values[kept] = window.values[at + k]!;
          if (isWide) low[kept] = window.low[at + k]!;
          cells[kept++] = own;
        }
        if (++i === length) {
          i = 0;
          run++;
        }
      }
      if (kept > 0) this.#kernel.scatter(picked, 0, kept, cells);
    }
  }

  #pickedTile(): Tile {
    this.#picked ??= { values: new Float64Array(TILE), low: new Float64Array(this.#window.low.length > 0 ? TILE : 0) };
    return this.#picked;
  }
}
