import { allocate } from "../base/dtype.js";
import type { Kernel } from "./kernel.js";
import type { Tile } from "./tile.js";

/** Products of integers modulo 2^64, one per cell: what two's complement integers of any size wrap around to. */
export class IntegerProduct implements Kernel {
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  readonly #isWide: boolean;

  /** @param isWide - whether values are 64-bit integers, in halves */
  constructor(cells: number, isWide: boolean) {
    this.#high = allocate("uint32", cells);
    this.#low = allocate("uint32", cells).fill(1);
    this.#isWide = isWide;
  }

  /** The lower 32 bits of the product of a cell. */
  low(cell: number): number {
    return this.#low[cell]!;
  }

  /** All 64 bits of it, as an unsigned integer. */
  bits(cell: number): bigint {
    return (BigInt(this.#high[cell]!) << 32n) | BigInt(this.#low[cell]!);
  }

  /** Takes a zero into account. */
  zero(cell: number): void {
    this.#high[cell] = 0;
    this.#low[cell] = 0;
  }

  runs(tile: Tile, from: number, count: number, length: number, cell: number): void {
    for (let run = 0, at = from; run < count; run++) {
      for (let i = 0; i < length; i++, at++) this.#take(tile, at, cell + run);
    }
  }

  rows(tile: Tile, from: number, rows: number, length: number, stride: number, cell: number): void {
    for (let row = 0, at = from; row < rows; row++, at += stride) {
      for (let j = 0; j < length; j++) this.#take(tile, at + j, cell + j);
    }
  }

  scatter(tile: Tile, from: number, count: number, cells: Uint32Array): void {
    for (let i = 0; i < count; i++) this.#take(tile, from + i, cells[i]!);
  }

  #take({ values, low }: Tile, at: number, cell: number): void {
    const value = values[at]!;
    const high = this.#isWide ? value : value < 0 ? -1 : 0;
    const lower = (this.#isWide ? low[at]! : value) >>> 0;
    const own = this.#low[cell]!;
    // 32 by 32 bits from halves of 16: none of these is beyond 2^34.
    const a = own >>> 16;
    const b = own & 0xffff;
    const c = lower >>> 16;
    const d = lower & 0xffff;
    const middle = a * d + b * c;
    const bottom = b * d + (middle % 65536) * 65536;
    const carry = Math.floor(middle / 65536) + (bottom >= 4294967296 ? 1 : 0);
    // Typed arrays store modulo 2^32.
    this.#high[cell] = a * c + carry + Math.imul(this.#high[cell]!, lower) + Math.imul(own, high);
    this.#low[cell] = bottom;
  }
}
