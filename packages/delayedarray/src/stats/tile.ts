import type { TypedArray } from "../base/dtype.js";

/** Elements in a tile: 256 KB as float64, so that two of them stay in a CPU core's cache. */
export const TILE = 32768;

/** Values that a kernel works on. Every dtype comes as float64, so that the kernels' loops are compiled for one type. */
export interface Tile {
  /** Exact for every dtype up to 32 bits and floats; of a 64-bit integer, the upper 32 bits with their sign. */
  values: Float64Array;
  /** The lower 32 bits of 64-bit integers. */
  low: Float64Array;
}

const NONE = new Float64Array(0);

/** How 64-bit integers are given to a kernel: as two halves, or only whether they are not 0. */
export type WideForm = "halves" | "truth";

/**
 * A window onto the elements of a block, as float64. Of float64 data the window is the data; other dtypes are converted
 * a tile at a time.
 */
export class Window implements Tile {
  values: Float64Array;
  low = NONE;
  readonly isWhole: boolean;
  readonly #data: TypedArray;
  readonly #end: number;
  readonly #wide: WideForm | null;
  #first = 0;
  #last = 0;

  /**
   * @param data - elements in memory
   * @param end - where the elements end that will be asked for
   */
  constructor(data: TypedArray, end: number, wide: WideForm) {
    this.#data = data;
    this.#end = end;
    this.isWhole = data instanceof Float64Array;
    this.#wide = data instanceof BigInt64Array || data instanceof BigUint64Array ? wide : null;
    this.values = this.isWhole ? (data as Float64Array) : new Float64Array(Math.min(TILE, end));
    if (this.#wide === "halves") this.low = new Float64Array(this.values.length);
  }

  /** Where in `values` the element `from` is, with the `count` (at most a tile) that follow it. */
  at(from: number, count: number): number {
    if (this.isWhole) return from;
    if (from >= this.#first && from + count <= this.#last) return from - this.#first;
    this.#first = from;
    this.#last = Math.min(from + TILE, this.#end);
    this.copy(from, this.#last - from, this.values, this.low, 0);
    return 0;
  }

  /** Converts `count` elements to `values[to]` and on (and `low`). */
  copy(from: number, count: number, values: Float64Array, low: Float64Array, to: number): void {
    if (this.#wide === null) values.set(this.#data.subarray(from, from + count) as Float64Array, to);
    else if (this.#wide === "truth") wideTruth(this.#data as BigInt64Array, from, count, values, to);
    else wideHalves(this.#data as BigInt64Array, from, count, values, low, to);
  }
}

/** Where the upper half of a 64-bit integer is in memory: 1 on little-endian machines, which are all but a few. */
const UPPER = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

function wideHalves(
  data: BigInt64Array | BigUint64Array,
  from: number,
  count: number,
  values: Float64Array,
  low: Float64Array,
  to: number,
): void {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length * 2);
  const signed = data instanceof BigInt64Array;
  const lower = 1 - UPPER;
  for (let i = 0, at = 2 * from; i < count; i++, at += 2) {
    const high = words[at + UPPER]!;
    values[to + i] = signed ? high | 0 : high;
    low[to + i] = words[at + lower]!;
  }
}

function wideTruth(
  data: BigInt64Array | BigUint64Array,
  from: number,
  count: number,
  values: Float64Array,
  to: number,
): void {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length * 2);
  for (let i = 0, at = 2 * from; i < count; i++, at += 2) values[to + i] = (words[at]! | words[at + 1]!) === 0 ? 0 : 1;
}
