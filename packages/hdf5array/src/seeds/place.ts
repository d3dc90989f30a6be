import type { TypedArray } from "delayedarray";
import type { AxisSelection } from "delayedarray/internal";
import type { Box } from "../read/piece.js";

/** Numbers of one size, by which elements are moved whatever their type: code that meets few types is much faster. */
type Words = Uint8Array | Uint16Array | Uint32Array;

/** Words from which on copying them as a block is faster than one by one. */
const BLOCK = 96;

/** Side of the squares in which a transposing copy goes, so that both sides stay in the cache. */
const TILE = 32;

/** Places in a box, in words. */
type Offsets = Int32Array | Float64Array;

/** Offsets of an axis that is passed over. */
const NOWHERE: Offsets = new Int32Array(1);

/**
 * Puts what is selected of boxes to its places in a result.
 *
 * @param selections - what is selected of the dataset, per axis, in increasing order
 * @param out - the result
 * @param outStride - strides of the result, in elements, per axis of the dataset
 * @returns a function that takes a box's elements, in C order, and where it lies in the dataset
 */
export function placer(
  selections: readonly AxisSelection[],
  out: TypedArray,
  outStride: readonly number[],
): (values: TypedArray, box: Box) => void {
  const target = new Target(selections, out, outStride);
  return (values, box) => target.place(values, box);
}

/** A result, and what the box at hand contributes to each of its axes, all in words. */
class Target {
  readonly #selections: readonly AxisSelection[];
  readonly #to: Words;
  /** Words of an element. Those of 8 bytes are pairs: moving bigints one by one would make an object of each. */
  readonly #width: number;
  readonly #outStride: readonly number[];
  /** Of the box: how many elements are picked, where the first is, and how far it is to the next. */
  readonly #length: number[] = [];
  readonly #first: number[] = [];
  readonly #step: number[] = [];
  /** Where the elements are, if they have no constant distance. */
  readonly #list: (Offsets | null)[] = [];
  /** Whether places in the box fit into 32 bits, as they do but for the very largest chunks. */
  #isSmall = true;
  #from: Words = new Uint8Array(0);

  constructor(selections: readonly AxisSelection[], out: TypedArray, outStride: readonly number[]) {
    this.#selections = selections;
    this.#to = wordsOf(out);
    this.#width = Math.max(1, out.BYTES_PER_ELEMENT / 4);
    this.#outStride = outStride.map((step) => step * this.#width);
  }

  place(values: TypedArray, { start, count }: Box): void {
    const rank = this.#selections.length;
    this.#isSmall = values.byteLength < 2 ** 31;
    let outAt = 0;
    let stride = this.#width;
    for (let axis = rank - 1; axis >= 0; axis--) {
      const out = this.#pick(axis, start[axis]!, count[axis]!, stride);
      if (this.#length[axis] === 0) return;
      outAt += out * this.#outStride[axis]!;
      stride *= count[axis]!;
    }
    this.#from = wordsOf(values);
    // Trailing axes that are contiguous on both sides move together.
    let inner = rank;
    let run = this.#width;
    let at = 0;
    while (inner > 0) {
      const axis = inner - 1;
      const length = this.#length[axis]!;
      const together =
        this.#list[axis] === null && (length === 1 || (this.#step[axis] === run && this.#outStride[axis] === run));
      if (!together) break;
      at += this.#first[axis]!;
      run *= length;
      inner--;
    }
    if (inner === 0) copyRuns(this.#from, at, 0, this.#to, outAt, 0, 1, run);
    else if (run > this.#width) this.#placeRuns(0, inner - 1, at, outAt, run);
    else this.#placeElements(inner, at, outAt);
  }

  /** Notes what is picked of an axis. @returns the place in the result of the first element */
  #pick(axis: number, start: number, count: number, stride: number): number {
    const selection = this.#selections[axis]!;
    if (selection.kind === "range") {
      const { start: from, step, length } = selection;
      const out = Math.min(length, Math.max(0, Math.ceil((start - from) / step)));
      const end = Math.min(length, Math.max(0, Math.ceil((start + count - from) / step)));
      this.#length[axis] = end - out;
      this.#first[axis] = (from + out * step - start) * stride;
      this.#step[axis] = step * stride;
      this.#list[axis] = null;
      return out;
    }
    const { indices } = selection;
    const out = lowerBound(indices, start);
    const end = lowerBound(indices, start + count);
    const list = this.#newOffsets(end - out);
    for (let i = out; i < end; i++) list[i - out] = (indices[i]! - start) * stride;
    this.#length[axis] = end - out;
    this.#first[axis] = 0;
    this.#step[axis] = 0;
    this.#list[axis] = list;
    return out;
  }

  #newOffsets(length: number): Offsets {
    return this.#isSmall ? new Int32Array(length) : new Float64Array(length);
  }

  /** Runs of words, as many as are picked on the axes from `axis` to `last`. */
  #placeRuns(axis: number, last: number, at: number, outAt: number, run: number): void {
    const length = this.#length[axis]!;
    const step = this.#step[axis]!;
    const outStep = this.#outStride[axis]!;
    const list = this.#list[axis]!;
    const first = at + this.#first[axis]!;
    if (list === null && axis === last) {
      copyRuns(this.#from, first, step, this.#to, outAt, outStep, length, run);
      return;
    }
    for (let i = 0; i < length; i++) {
      const from = first + (list === null ? i * step : list[i]!);
      if (axis === last) copyRuns(this.#from, from, 0, this.#to, outAt + i * outStep, 0, 1, run);
      else this.#placeRuns(axis + 1, last, from, outAt + i * outStep, run);
    }
  }

  /** Single elements, which are picked on the first axes. */
  #placeElements(axes: number, at: number, outAt: number): void {
    const last = axes - 1;
    // The axis that is contiguous in the result, if it is another one than the last, is what makes it a transposition.
    const across = this.#length.findIndex(
      (length, axis) => axis < last && length > 1 && this.#outStride[axis] === this.#width,
    );
    const rowAxis = across >= 0 ? across : last - 1;
    const columns = this.#offsets(last);
    const rows = rowAxis < 0 ? NOWHERE : this.#offsets(rowAxis);
    const side = across >= 0 ? TILE : Math.max(rows.length, columns.length);
    const outRow = this.#outStride[rowAxis] ?? 0;
    const outColumn = this.#outStride[last]!;
    const copy = (from: number, to: number) => {
      for (let r = 0; r < rows.length; r += side) {
        const rowStop = Math.min(rows.length, r + side);
        for (let c = 0; c < columns.length; c += side) {
          const columnStop = Math.min(columns.length, c + side);
          copyElements(
            this.#from,
            from,
            rows,
            r,
            rowStop,
            columns,
            c,
            columnStop,
            this.#to,
            to,
            outRow,
            outColumn,
            this.#width,
          );
        }
      }
    };
    this.#eachOther(0, last, rowAxis, at, outAt, copy);
  }

  /** Calls `visit` with the place in the box and in the result, for all that is picked on axes before `last` but one. */
  #eachOther(
    axis: number,
    last: number,
    without: number,
    at: number,
    outAt: number,
    visit: (at: number, outAt: number) => void,
  ): void {
    if (axis === last) {
      visit(at, outAt);
      return;
    }
    if (axis === without) {
      this.#eachOther(axis + 1, last, without, at, outAt, visit);
      return;
    }
    const offsets = this.#offsets(axis);
    for (let i = 0; i < offsets.length; i++)
      this.#eachOther(axis + 1, last, without, at + offsets[i]!, outAt + i * this.#outStride[axis]!, visit);
  }

  /** Where the elements picked on an axis are. */
  #offsets(axis: number): Offsets {
    const list = this.#list[axis]!;
    if (list !== null) return list;
    const first = this.#first[axis]!;
    const step = this.#step[axis]!;
    const offsets = this.#newOffsets(this.#length[axis]!);
    for (let i = 0; i < offsets.length; i++) offsets[i] = first + i * step;
    return offsets;
  }
}

function wordsOf({ buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: size }: TypedArray): Words {
  if (size >= 4) return new Uint32Array(buffer, byteOffset, byteLength / 4);
  return size === 2
    ? new Uint16Array(buffer, byteOffset, byteLength / 2)
    : new Uint8Array(buffer, byteOffset, byteLength);
}

/** Number of entries of an increasing list that are below `value`. */
function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Copies runs of words that have constant distances on both sides. */
function copyRuns(
  from: Words,
  at: number,
  step: number,
  to: Words,
  outAt: number,
  outStep: number,
  count: number,
  run: number,
): void {
  if (run >= BLOCK) {
    for (let i = 0; i < count; i++) {
      const p = at + i * step;
      to.set(from.subarray(p, p + run), outAt + i * outStep);
    }
    return;
  }
  for (let i = 0; i < count; i++) {
    let p = at + i * step;
    let o = outAt + i * outStep;
    const end = p + run;
    for (const most = end - 3; p < most; p += 4, o += 4) {
      to[o] = from[p]!;
      to[o + 1] = from[p + 1]!;
      to[o + 2] = from[p + 2]!;
      to[o + 3] = from[p + 3]!;
    }
    for (; p < end; p++, o++) to[o] = from[p]!;
  }
}

/** Copies the elements of some rows and columns one by one. */
function copyElements(
  from: Words,
  at: number,
  rows: Offsets,
  firstRow: number,
  lastRow: number,
  columns: Offsets,
  firstColumn: number,
  lastColumn: number,
  to: Words,
  outAt: number,
  outRow: number,
  outColumn: number,
  width: number,
): void {
  for (let row = firstRow; row < lastRow; row++) {
    const p = at + rows[row]!;
    let o = outAt + row * outRow + firstColumn * outColumn;
    if (width === 1) {
      for (let column = firstColumn; column < lastColumn; column++, o += outColumn) to[o] = from[p + columns[column]!]!;
    } else {
      for (let column = firstColumn; column < lastColumn; column++, o += outColumn) {
        const q = p + columns[column]!;
        to[o] = from[q]!;
        to[o + 1] = from[q + 1]!;
      }
    }
  }
}
