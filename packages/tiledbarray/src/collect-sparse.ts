import { DelayedArrayError, type DType, SparseNdarray, type TypedArray } from "delayedarray";
import { allocate, type Pacer, shapeText, sizeOf } from "delayedarray/internal";
import { preferLargePages } from "libtiledb";
import { appendRuns, type BatchRuns, countInto, dropRuns, sortBatch } from "./batch-runs.js";
import { newPositions, type Positions } from "./locate.js";
import type { Cells } from "./read-sparse.js";
import { type Entries, scatter } from "./scatter.js";
import { uncleared } from "./uncleared.js";

/** Some entries, in the order in which they came. */
interface Chunk extends Entries {
  readonly length: number;
  /** Number of the fibre: the position on the other axes together. */
  readonly fibre: Positions;
}

/** A batch is put in order as it comes when it has at least so many entries for each fibre. */
const ENTRIES_PER_FIBRE = 2;

/** Entries that one step of sorting handles before others get their turn. */
const STEP = 2 ** 18;

/**
 * Collects cells into a `SparseNdarray`, in time linear in their number: each batch is put in the order of the fibres by a
 * counting sort as it comes, while TileDB reads the next, and at the end they are joined. Where there are more fibres than that
 * is worth, entries are only counted as they come, and all put to their places at the end. TileDB gives the cells of a fibre in
 * order for most arrays; where it does not, they are sorted by the first axis, and put to their places once more.
 */
export class SparseCollector<D extends DType> {
  readonly #dtype: D;
  readonly #shape: readonly number[];
  readonly #isMasked: boolean;
  #chunks: (Chunk | BatchRuns)[] = [];
  /** Number of entries of each fibre, one place after the fibre. */
  readonly #counts: Uint32Array;
  /** How far apart, in fibres, neighbours on each axis are. */
  readonly #strides: readonly number[];
  #count = 0;
  /** Throws where positions on an axis are not in the array. */
  #check: Cells["check"] | undefined;

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
    unify(cells, this.#dtype);
    this.#count += length;
    if (this.#addSorted(cells, kept, length)) return;
    for (let axis = 0; axis < cells.positions.length; axis++) cells.check(axis);
    // Arrays that are mostly empty, or of which some cells are picked, would take more memory than copies of these.
    const own = kept === undefined && cells.keep !== undefined && length > cells.values.length / 2;
    if (own) cells.keep?.();
    const chunk = this.#chunk(cells, length, (array, make) => {
      return own ? (array.subarray(0, length) as typeof array) : take(array, kept, make());
    });
    countInto(this.#counts, chunk.fibre);
    this.#chunks.push(chunk);
  }

  /** Takes them in the order of their fibres, if that is worth it. */
  #addSorted(cells: Cells, kept: Uint32Array | undefined, length: number): boolean {
    const fibres = this.#counts.length - 1;
    if (length < ENTRIES_PER_FIBRE * fibres || (this.#shape[0] ?? 1) > 2 ** 31) return false;
    // Sorting tells of positions outside a matrix without a look at each; see also `finish`.
    if (cells.positions.length !== 2) for (let axis = 1; axis < cells.positions.length; axis++) cells.check(axis);
    const chunk = this.#chunk(cells, length, (array, make) => {
      return kept === undefined ? (array.subarray(0, length) as typeof array) : take(array, kept, make());
    });
    const isFull = kept === undefined && length > cells.values.length / 2;
    const runs = sortBatch(chunk, chunk.fibre, fibres, isFull ? cells.values.length : length);
    if (runs === undefined) return false;
    const { starts } = runs;
    for (let fibre = 1; fibre <= fibres; fibre++) this.#counts[fibre]! += starts[fibre]! - starts[fibre - 1]!;
    this.#chunks.push(runs);
    this.#check = cells.check;
    return true;
  }

  #chunk(cells: Cells, length: number, mine: <A extends TypedArray>(array: A, make: () => A) => A): Chunk {
    const positions = cells.positions.map((one, axis) => mine(one, () => newPositions(this.#shape[axis]!, length)));
    return {
      length,
      index: positions[0] ?? new Int32Array(length),
      fibre: this.#fibres(positions, length),
      data: mine(cells.values, () => allocate(this.#dtype, length) as TypedArray),
      flags: cells.validity && mine(cells.validity, () => new Uint8Array(length)),
    };
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
    const chunks = this.#chunks;
    this.#chunks = [];
    let [entries, increases] = await this.#intoFibres(chunks, indptr, pacer);
    if (!increases) this.#check?.(0, entries.index);
    let order = increases ? "strict" : await orderOf(indptr, entries.index, pacer);
    if (order === "none") {
      const fibre = fibresOf(indptr, this.#count);
      const sorted = await this.#byIndex(inSteps({ ...entries, fibre, length: this.#count }), pacer);
      [entries] = await this.#intoFibres(sorted, indptr, pacer);
      order = await orderOf(indptr, entries.index, pacer);
    }
    const { index, data, flags } = order === "repeats" ? await this.#addUp(entries, indptr, pacer) : entries;
    return SparseNdarray.unchecked<D>({
      shape: this.#shape,
      dtype: this.#dtype,
      indptr,
      indices: index,
      data: data as never,
      mask: flags,
    });
  }

  /** Where each fibre begins, from how many entries each has. */
  async #starts(pacer: Pacer): Promise<Float64Array> {
    const counts = this.#counts;
    const indptr = allocate("float64", counts.length);
    for (let i = 1; i < indptr.length; i++) {
      indptr[i] = indptr[i - 1]! + counts[i]!;
      if (i % STEP === 0 && pacer.isDue) await pacer.rest();
    }
    return indptr;
  }

  #allocate(): Entries {
    const length = this.#count;
    const index = uncleared((length) => newPositions(this.#shape[0] ?? 1, length), length);
    const data = uncleared((length) => allocate(this.#dtype, length) as TypedArray, length);
    preferLargePages(index);
    preferLargePages(data);
    return { index, data, flags: this.#isMasked ? new Uint8Array(length) : undefined };
  }

  /**
   * Puts entries to their fibres; within a fibre they stay in the order in which they came.
   *
   * @returns also whether it is known that positions increase within each fibre, and are in the array
   */
  async #intoFibres(
    chunks: readonly (Chunk | BatchRuns)[],
    indptr: Float64Array,
    pacer: Pacer,
  ): Promise<[entries: Entries, increases: boolean]> {
    const next = newPositions(this.#count, indptr.length - 1);
    next.set(indptr.subarray(0, -1));
    const to = this.#allocate();
    let increases = true;
    for (const chunk of chunks) {
      if ("starts" in chunk) {
        if (!appendRuns(chunk, next, indptr, to, this.#shape[0] ?? 1)) increases = false;
        dropRuns(chunk);
      } else {
        scatter(chunk, chunk.fibre, next, to);
        increases = false;
      }
      if (pacer.isDue) await pacer.rest();
    }
    return [to, increases];
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
      const to = { ...this.#allocate(), fibre, length: this.#count };
      for (const chunk of sorted) {
        for (let i = 0; i < chunk.length; i++) {
          const at = next[digit(chunk.index[i]!)]!++;
          to.index[at] = chunk.index[i]!;
          to.fibre[at] = chunk.fibre[i]!;
          to.data[at] = chunk.data[i]!;
          if (chunk.flags !== undefined) to.flags![at] = chunk.flags[i]!;
        }
        if (pacer.isDue) await pacer.rest();
      }
      sorted = inSteps(to);
    }
    return sorted;
  }

  /** Adds up entries at one place, which are neighbours, in the array's own dtype. */
  async #addUp(sorted: Entries, indptr: Float64Array, pacer: Pacer): Promise<Entries> {
    const { index, data, flags: mask } = sorted;
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
    return { index: index.slice(0, written), data: data.slice(0, written), flags: mask?.slice(0, written) };
  }
}

/** Booleans as 0 and 1, and 1 for what is missing: in place. */
function unify({ count, values, validity }: Cells, dtype: DType): void {
  if (dtype === "bool") for (let i = 0; i < count; i++) values[i] = values[i] === 0 ? 0 : 1;
  if (validity !== undefined) for (let i = 0; i < count; i++) validity[i] = validity[i] === 0 ? 1 : 0;
}

/** The fibre of each entry. */
function fibresOf(indptr: Float64Array, count: number): Positions {
  const fibres = indptr.length - 1;
  const fibre = newPositions(fibres, count);
  for (let i = 0; i < fibres; i++) fibre.fill(i, indptr[i]!, indptr[i + 1]!);
  return fibre;
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
      flags: chunk.flags?.subarray(start, end),
    });
  }
  return steps;
}

/** Whether positions increase within each fibre, or do so apart from repeats, or not at all. */
async function orderOf(indptr: Float64Array, index: Positions, pacer: Pacer): Promise<"strict" | "repeats" | "none"> {
  let isStrict = true;
  let pause = STEP;
  for (let fibre = 0; fibre + 1 < indptr.length; fibre++) {
    const start = indptr[fibre]!;
    const order = orderBetween(index, start, indptr[fibre + 1]!);
    if (order === "none") return order;
    if (order === "repeats") isStrict = false;
    if (start + fibre < pause) continue;
    pause += STEP;
    if (pacer.isDue) await pacer.rest();
  }
  return isStrict ? "strict" : "repeats";
}

function orderBetween(index: Positions, start: number, stop: number): "strict" | "repeats" | "none" {
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
  return isStrict ? "strict" : "repeats";
}

/** Adds a value to an element in the dtype's own arithmetic: integers wrap around, booleans are "or". */
export function addTo(values: TypedArray, at: number, value: number | bigint, dtype: DType): void {
  if (dtype === "bool") values[at] = values[at] || value ? 1 : 0;
  else values[at] = ((values[at] as number) + (value as number)) as never;
}
