import { allocate } from "../base/dtype.js";
import type { Kernel } from "./kernel.js";
import type { Tile } from "./tile.js";

/*
 * Products of floats as if computed with twice the precision and rounded once: with each multiplication comes its
 * rounding error, found exactly by Dekker's TwoProduct, and is carried along.
 *
 *   p = h * x;  e = ((a * b - p) + a * y + b * z) + z * y       where h = a + z and x = b + y, halves of 26 bits,
 *                                                               so that h * x = p + e exactly
 *
 * Dekker: A floating-point technique for extending the available precision. Numer. Math. 18 (1971).
 * Graillat: Accurate floating-point product and exponentiation. IEEE Trans. Comput. 58 (2009), algorithm 2.2.
 *
 * Exponents are kept apart, so that neither a large nor a small product on the way spoils the result: it is the same
 * whatever the order. Infinities, zeros and NaN go their usual way: the error is then of no meaning, and not used.
 */

/** Splits a float64 into halves of 26 bits (Veltkamp). */
const SPLIT = 2 ** 27 + 1;
/** Factors are kept between the inverse of this and this. */
const LARGE = 2 ** 300;
const SMALL = 2 ** -300;
const UP = 2 ** 600;
const DOWN = 2 ** -600;

/** Products, one per cell. */
export class FloatProduct implements Kernel {
  readonly #product: Float64Array;
  readonly #error: Float64Array;
  /** How often the product was divided by {@link UP}. */
  readonly #exponent: Float64Array;
  readonly #isWide: boolean;

  /** @param isWide - whether values are 64-bit integers, in halves */
  constructor(cells: number, isWide: boolean) {
    this.#product = allocate("float64", cells).fill(1);
    this.#error = allocate("float64", cells);
    this.#exponent = allocate("float64", cells);
    this.#isWide = isWide;
  }

  /** The product of a cell. */
  total(cell: number): number {
    const product = this.#product[cell]!;
    if (product === 0 || !Number.isFinite(product)) return product;
    let value = product + this.#error[cell]!;
    let exponent = this.#exponent[cell]!;
    for (; exponent > 0 && Number.isFinite(value); exponent--) value *= UP;
    // Between 2^-300 and 2^300 as it is, the value is rounded in one of these steps at most, unless it becomes 0.
    for (; exponent < 0 && value !== 0; exponent++) value *= DOWN;
    return value;
  }

  /** Takes a zero into account. */
  zero(cell: number): void {
    this.#product[cell]! *= 0;
  }

  runs({ values, low }: Tile, from: number, count: number, length: number, cell: number): void {
    for (let run = 0, at = from; run < count; run++) {
      for (let i = 0; i < length; i++, at++) this.#take(values[at]!, this.#isWide ? low[at]! : 0, cell + run);
    }
  }

  rows({ values, low }: Tile, from: number, rows: number, length: number, stride: number, cell: number): void {
    for (let row = 0, at = from; row < rows; row++, at += stride) {
      for (let j = 0; j < length; j++) this.#take(values[at + j]!, this.#isWide ? low[at + j]! : 0, cell + j);
    }
  }

  scatter({ values, low }: Tile, from: number, count: number, cells: Uint32Array): void {
    for (let i = 0; i < count; i++) this.#take(values[from + i]!, this.#isWide ? low[from + i]! : 0, cells[i]!);
  }

  #take(value: number, lower: number, cell: number): void {
    let x = value;
    let rest = 0;
    if (this.#isWide) {
      // x + rest is the integer exactly.
      const upper = value * 4294967296;
      x = upper + lower;
      rest = lower - (x - upper);
    }
    const size = Math.abs(x);
    if (size > LARGE) {
      x *= DOWN;
      this.#exponent[cell]!++;
    } else if (size < SMALL) {
      x *= UP;
      this.#exponent[cell]!--;
    }
    const h = this.#product[cell]!;
    const p = h * x;
    const ah = SPLIT * h;
    const a = ah - (ah - h);
    const z = h - a;
    const bx = SPLIT * x;
    const b = bx - (bx - x);
    const y = x - b;
    const e = a * b - p + a * y + b * z + z * y;
    const error = this.#error[cell]! * x + (e + h * rest);
    const reached = Math.abs(p);
    if (reached > LARGE) {
      this.#product[cell] = p * DOWN;
      this.#error[cell] = error * DOWN;
      this.#exponent[cell]!++;
    } else if (reached < SMALL) {
      this.#product[cell] = p * UP;
      this.#error[cell] = error * UP;
      this.#exponent[cell]!--;
    } else {
      this.#product[cell] = p;
      this.#error[cell] = error;
    }
  }
}
