import { allocate } from "../base/dtype.js";
import type { Kernel } from "./kernel.js";
import type { Tile } from "./tile.js";

/** Whether there is a value that is not 0 (NaN is not), or one that is, for each cell. */
export class Presence implements Kernel {
  readonly found: Uint8Array;
  /** Cells for which the answer may still change. */
  undecided: number;
  readonly #nonzero: boolean;

  /** @param nonzero - whether to look for what is not 0 */
  constructor(cells: number, nonzero: boolean) {
    this.found = allocate("uint8", cells);
    this.undecided = cells;
    this.#nonzero = nonzero;
  }

  /** Takes a zero into account. */
  zero(cell: number): void {
    if (!this.#nonzero) this.#find(cell);
  }

  runs({ values }: Tile, from: number, count: number, length: number, cell: number): void {
    const nonzero = this.#nonzero;
    for (let run = 0, start = from; run < count; run++, start += length) {
      if (this.found[cell + run] !== 0) continue;
      for (let i = start, end = start + length; i < end; i++) {
        if ((values[i] !== 0) === nonzero) {
          this.#find(cell + run);
          break;
        }
      }
    }
  }

  rows({ values }: Tile, from: number, rows: number, length: number, stride: number, cell: number): void {
    const nonzero = this.#nonzero;
    for (let row = 0, at = from; row < rows; row++, at += stride) {
      for (let j = 0; j < length; j++) if ((values[at + j] !== 0) === nonzero) this.#find(cell + j);
    }
  }

  scatter({ values }: Tile, from: number, count: number, cells: Uint32Array): void {
    const nonzero = this.#nonzero;
    for (let i = 0; i < count; i++) if ((values[from + i] !== 0) === nonzero) this.#find(cells[i]!);
  }

  #find(cell: number): void {
    this.undecided -= 1 - this.found[cell]!;
    this.found[cell] = 1;
  }
}
