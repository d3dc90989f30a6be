import { DelayedArrayError, type DType, SparseNdarray, type TypedArray } from "delayedarray";
import { allocate, type Pacer, shapeText, sizeOf } from "delayedarray/internal";
import { preferLargePages } from "libtiledb";
import { newPositions, type Positions } from "./locate.js";
import type { Cells } from "./read-sparse.js";
import { type Entries, scatter } from "./scatter.js";
import { uncleared } from "./uncleared.js";

/** Some entries, in the order in which they came. */
interface Chunk extends Entries {
  readonly length: number;
  /** Number of the fibre: the position on the other axes together. */
  readonly fibre: Positions;
  /** Throws where positions on an axis are not in the array; `undefined` where that is known of all. */
  readonly check: Cells["check"] | undefined;
}

/** Entries that one step of sorting handles before others get their turn. */
const STEP = 2 ** 18;

/**
 * Collects cells into a `SparseNdarray`, in time linear in their number: entries are counted per fibre as they come, and
 * at the end put to their places by a counting sort. TileDB gives the cells of a fibre in order for most arrays; where it
 * does not, they are sorted by the first axis before.
 */
export class SparseCollector<D extends DType> {
  readonly #dtype: D;
  readonly #shape: readonly number[];
  readonly #isMasked: boolean;
  readonly #chunks: Chunk[] = [];
  /** Number of entries of each fibre, one place after the fibre. */
  readonly #counts: Uint32Array;
  /** How far apart, in fibres, neighbours on each axis are. */
  readonly #strides: readonly number[];
  #count = 0;

  /** @throws `LIMIT_EXCEEDED` for more than 2^32 fibres */
  constructor(dtype: D, shape: readonly number[], isMasked: boolean) {
    this.#dtype = dtype;
    this.#shape = shape;
    this.#isMasked = isMasked;
    const fibres = sizeOf(shape.slice(1));
    if (fibres > 2 ** 32) {
      throw new DelayedArrayError(
        "LIMIT_EXCEEDED",
        `a sparse array of shape ${shapeText(shape)} has ${fibres} fibres along its first axis, at 8 bytes each: take a ` +
          "smaller subset",
      );
    }
    this.#counts = allocate("uint32", fibres + 1);
    let stride = 1;
    this.#strides = shape.map((extent, axis) => {
      if (axis === 0) return 0;
      const own = stride;
      stride *= extent;
      return own;
    });
  }

  /** Takes the cells that were asked for: the arrays themselves where they are left to it, otherwise copies. */
  add(cells: Cells): void {
    const kept = askedFor(cells);
    const length = kept?.length ?? cells.count;
    if (length === 0) return;
    // Arrays that are mostly empty, or of which some cells are picked, would take more memory than copies of these.
    const own = kept === undefined && cells.keep !== undefined && length > cells.values.length / 2;
    if (own) cells.keep?.();
    // Counting and putting in order tell of positions outside a matrix without a look at each.
    const check = own && cells.positions.length === 2 ? cells.check : undefined;
    if (check === undefined) for (let axis = 0; axis < cells.positions.length; axis++) cells.check(axis);
    const mine = <A extends TypedArray>(array: A, make: () => A): A => {
      return own ? (array.subarray(0, length) as A) : take(array, kept, make());
    };
    const positions = cells.positions.map((one, axis) => mine(one, () => newPositions(this.#shape[axis]!, length)));
    const index = positions[0] ?? new Int32Array(length);
    const fibre = this.#fibres(positions, length);
    const data = mine(cells.values, () => allocate(this.#dtype, length) as TypedArray);
    if (this.#dtype === "bool") for (let i = 0; i < length; i++) data[i] = data[i] === 0 ? 0 : 1;
    const mask = cells.validity && mine(cells.validity, () => new Uint8Array(length));
    if (mask !== undefined) for (let i = 0; i < length; i++) mask[i] = mask[i] === 0 ? 1 : 0;
    countInto(this.#counts, fibre);
    this.#chunks.push({ length, index, fibre, data, mask, check });
    this.#count += length;
  }

  #fibres(positions: readonly Positions[], length: number): Positions {
    if (positions.length === 2) return positions[1]!;
    const fibre = newPositions(this.#counts.length - 1, length);
    for (let axis = 1; axis < positions.length; axis++) {
      const along = positions[axis]!;
      const stride = this.#strides[axis]!;
      for (let i = 0; i < length; i++) fibre[i]! += along[i]! * stride;
    }
    return fibre;
  }

  /** The array of all that was added; entries at one place are added up, as SciPy does. */
  async finish(pacer: Pacer): Promise<SparseNdarray<D>> {
    const indptr = await this.#starts(pacer);
    const extent = this.#shape[0] ?? 1;
    let chunks: readonly Chunk[] = this.#chunks;
    let sorted = await this.#intoFibres(chunks, indptr, pacer);
    let order = await orderOf(indptr, sorted.index, extent, pacer);
    if (order === "none") {
      checkAxis(chunks, 0);
      chunks = await this.#byIndex(chunks, pacer);
      sorted = await this.#intoFibres(chunks, indptr, pacer);
      order = await orderOf(indptr, sorted.index, extent, pacer);
    }
    const { index, data, mask } = order === "repeats" ? await this.#addUp(sorted, indptr, pacer) : sorted;
    return SparseNdarray.unchecked<D>({
      shape: this.#shape,
      dtype: this.#dtype,
      indptr,
      indices: index,
      data: data as never,
      mask,
    });
  }

  /** Where each fibre begins, from how many entries each has. */
  async #starts(pacer: Pacer): Promise<Float64Array> {
    const counts = this.#counts;
    const indptr = allocate("float64", counts.length);
    let sum = counts[0]!;
    for (let i = 1; i < indptr.length; i++) {
      sum += counts[i]!;
      indptr[i] = sum;
      if (i % STEP === 0 && pacer.isDue) await pacer.rest();
    }
    // Entries outside count nowhere, or, just before the first fibre, in the place that belongs to none.
    if (counts[0]! > 0 || sum !== this.#count) checkAxis(this.#chunks, 1);
    return indptr;
  }

  #allocate(): Entries {
    const length = this.#count;
    const index = uncleared((length) => newPositions(this.#shape[0] ?? 1, length), length);
    const data = uncleared((length) => allocate(this.#dtype, length) as TypedArray, length);
    preferLargePages(index);
    preferLargePages(data);
    return { index, data, mask: this.#isMasked ? new Uint8Array(length) : undefined };
  }

  /** Puts entries to their fibres; within a fibre they stay in the order in which they came. */
  async #intoFibres(chunks: readonly Chunk[], indptr: Float64Array, pacer: Pacer): Promise<Entries> {
    const next = newPositions(this.#count, indptr.length - 1);
    next.set(indptr.subarray(0, -1));
    const to = this.#allocate();
    for (const chunk of chunks) {
      scatter(chunk, chunk.fibre, next, to);
      if (pacer.isDue) await pacer.rest();
    }
    return to;
  }

  /** Sorts all entries by their position on the first axis, digit by digit; those at one position stay in order. */
  async #byIndex(chunks: readonly Chunk[], pacer: Pacer): Promise<readonly Chunk[]> {
    const extent = this.#shape[0] ?? 1;
    const base = extent <= 4 * this.#count + 65536 ? extent : 65536;
    let sorted = chunks;
    for (let divisor = 1; divisor < extent; divisor *= base) {
      const digit = (position: number) => (base === extent ? position : Math.floor(position / divisor) % base);
      const next = new Float64Array(base + 1);
      for (const { index, length } of sorted) for (let i = 0; i < length; i++) next[digit(index[i]!) + 1]!++;
      for (let i = 1; i <= base; i++) next[i]! += next[i - 1]!;
      const fibre = newPositions(this.#counts.length - 1, this.#count);
      const to = { ...this.#allocate(), fibre, length: this.#count, check: undefined };
      for (const chunk of sorted) {
        for (let i = 0; i < chunk.length; i++) {
          const at = next[digit(chunk.index[i]!)]!++;
          to.index[at] = chunk.index[i]!;
          to.fibre[at] = chunk.fibre[i]!;
          to.data[at] = chunk.data[i]!;
          if (chunk.mask !== undefined) to.mask![at] = chunk.mask[i]!;
        }
        if (pacer.isDue) await pacer.rest();
      }
      sorted = inSteps(to);
    }
    return sorted;
  }

  /** Adds up entries at one place, which are neighbours, in the array's own dtype. */
  async #addUp(sorted: Entries, indptr: Float64Array, pacer: Pacer): Promise<Entries> {
    const { index, data, mask } = sorted;
    let written = 0;
    let start = 0;
    let pause = STEP;
    for (let fibre = 0; fibre + 1 < indptr.length; fibre++) {
      if (start + fibre >= pause) {
        pause += STEP;
        if (pacer.isDue) await pacer.rest();
      }
      const first = written;
      for (let i = start; i < indptr[fibre + 1]!; i++) {
        if (written > first && index[written - 1] === index[i]) {
          addTo(data, written - 1, data[i]!, this.#dtype);
          if (mask?.[i]) mask[written - 1] = 1;
        } else {
          index[written] = index[i]!;
          data[written] = data[i]!;
          if (mask !== undefined) mask[written] = mask[i]!;
          written++;
        }
      }
      start = indptr[fibre + 1]!;
      indptr[fibre + 1] = written;
    }
    return { index: index.slice(0, written), data: data.slice(0, written), mask: mask?.slice(0, written) };
  }
}

/** Counts how often each number comes, one place after it. */
function countInto(counts: Uint32Array, numbers: Positions): void {
  for (let i = 0; i < numbers.length; i++) counts[numbers[i]! + 1]!++;
}

/** Throws where positions on an axis are not in the array. */
function checkAxis(chunks: readonly Chunk[], axis: number): void {
  for (const { check } of chunks) check?.(axis);
}

/** Which of the cells were asked for; `undefined` for all of them. */
function askedFor({ count, positions, isExact }: Cells): Uint32Array | undefined {
  if (isExact) return undefined;
  const kept = new Uint32Array(count);
  let length = 0;
  for (let i = 0; i < count; i++) {
    let asked = true;
    for (let axis = 0; axis < positions.length; axis++) if (positions[axis]![i]! < 0) asked = false;
    if (asked) kept[length++] = i;
  }
  return kept.subarray(0, length);
}

/** Copies the first elements of a buffer, or those at some places. */
function take<A extends TypedArray>(from: A, kept: Uint32Array | undefined, to: A): A {
  if (kept !== undefined) for (let i = 0; i < to.length; i++) to[i] = from[kept[i]!]!;
  else to.set(from.subarray(0, to.length) as never);
  return to;
}

/** One long chunk as several that share its memory. */
function inSteps(chunk: Chunk): Chunk[] {
  const steps: Chunk[] = [];
  for (let start = 0; start < chunk.length; start += STEP) {
    const end = Math.min(chunk.length, start + STEP);
    steps.push({
      length: end - start,
      index: chunk.index.subarray(start, end),
      fibre: chunk.fibre.subarray(start, end),
      data: chunk.data.subarray(start, end),
      mask: chunk.mask?.subarray(start, end),
      check: undefined,
    });
  }
  return steps;
}

/** Whether positions increase within each fibre, up to below `extent`, or do so apart from repeats, or not at all. */
async function orderOf(
  indptr: Float64Array,
  index: Positions,
  extent: number,
  pacer: Pacer,
): Promise<"strict" | "repeats" | "none"> {
  let isStrict = true;
  let pause = STEP;
  for (let fibre = 0; fibre + 1 < indptr.length; fibre++) {
    const start = indptr[fibre]!;
    const order = orderBetween(index, start, indptr[fibre + 1]!, extent);
    if (order === "none") return order;
    if (order === "repeats") isStrict = false;
    if (start + fibre < pause) continue;
    pause += STEP;
    if (pacer.isDue) await pacer.rest();
  }
  return isStrict ? "strict" : "repeats";
}

function orderBetween(index: Positions, start: number, stop: number, extent: number): "strict" | "repeats" | "none" {
  if (start < stop && index[start]! < 0) return "none";
  let isStrict = true;
  let last = -1;
  for (let i = start; i < stop; i++) {
    const position = index[i]!;
    if (position <= last) {
      if (position < last) return "none";
      isStrict = false;
    }
    last = position;
  }
  if (last >= extent) return "none";
  return isStrict ? "strict" : "repeats";
}

/** Adds a value to an element in the dtype's own arithmetic: integers wrap around, booleans are "or". */
export function addTo(values: TypedArray, at: number, value: number | bigint, dtype: DType): void {
  if (dtype === "bool") values[at] = values[at] || value ? 1 : 0;
  else values[at] = ((values[at] as number) + (value as number)) as never;
}
