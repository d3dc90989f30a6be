import { allocateNumbers, type DType, type NumbersOf, type TypedArray } from "../base/dtype.js";
import type { Shape } from "../base/shape.js";
import { placeEntries, scatterEntries } from "./sparse-move.js";
import {
  accumulate,
  allocateIndices,
  allocateIndptr,
  allocatePositions,
  counters,
  fibreExtent,
  type IndexArray,
  type PositionArray,
  type SparseParts,
} from "./sparse-parts.js";

/** Entries in any order, perhaps several at one position; every position is in range. */
export interface LooseEntries<D extends DType = DType> {
  readonly shape: Shape;
  readonly dtype: D;
  /** Position of each entry on the first axis. */
  readonly index: IndexArray;
  /** Fibre of each entry. */
  readonly fibre: Uint32Array;
  readonly data: NumbersOf<D>;
  readonly mask?: Uint8Array | undefined;
}

/**
 * Compresses entries into fibres, in time linear in their number: sorts them if they are not sorted, and adds up those
 * that share a position, in the order given and in the array's own dtype (integers wrap around, bool is "or"; a missing
 * entry makes the sum missing). What is in order already is used as it is, not copied.
 *
 * @see SciPy's `coo_array.sum_duplicates`
 */
export function compress<D extends DType>(entries: LooseEntries<D>): SparseParts<D> {
  const { shape, dtype } = entries;
  const indptr = allocateIndptr(shape);
  for (let i = 0; i < entries.fibre.length; i++) indptr[entries.fibre[i]! + 1]!++;
  accumulate(indptr);
  // Least significant key first: every pass is stable.
  let sorted = isSorted(entries.index) ? entries : sortByIndex(entries);
  if (!isSorted(sorted.fibre)) sorted = place(sorted, targetsOf(sorted.fibre, indptr));
  const { index: indices, data, mask } = sorted;
  const parts = { shape, dtype, indptr, indices, data, mask };
  const repeats = countRepeats(parts);
  return repeats === 0 ? parts : addUp(parts, indices.length - repeats);
}

function isSorted(keys: IndexArray | Uint32Array): boolean {
  let i = 1;
  while (i < keys.length && keys[i]! >= keys[i - 1]!) i++;
  return i >= keys.length;
}

function sortByIndex<D extends DType>(entries: LooseEntries<D>): LooseEntries<D> {
  const limit = fibreExtent(entries.shape);
  const { length } = entries.index;
  // One pass with a bucket per index when that many buckets are in proportion; otherwise digit by digit.
  const base = limit <= 4 * length + 65536 ? limit : length < 4096 ? 256 : 65536;
  let sorted = entries;
  for (let divisor = 1; divisor < limit; divisor *= base) {
    const digits = base === limit ? sorted.index : digitsOf(sorted.index, divisor, base);
    const ends = new Float64Array(base + 1);
    for (let i = 0; i < length; i++) ends[digits[i]! + 1]!++;
    accumulate(ends);
    sorted = place(sorted, targetsOf(digits, ends));
  }
  return sorted;
}

function digitsOf(keys: IndexArray, divisor: number, base: number): Uint32Array {
  const digits = new Uint32Array(keys.length);
  for (let i = 0; i < digits.length; i++) digits[i] = Math.floor(keys[i]! / divisor) % base;
  return digits;
}

/** Where each entry goes in the stable order of keys, of which `starts` says where each begins. */
function targetsOf(keys: IndexArray | Uint32Array, starts: Float64Array): PositionArray {
  const targets = allocatePositions(keys.length, keys.length);
  const next = counters(starts, keys.length);
  for (let i = 0; i < targets.length; i++) targets[i] = next[keys[i]!]!++;
  return targets;
}

/** Moves entries, rather than an order of them: the writes of a pass fall into runs, reads by an order would not. */
function place<D extends DType>(entries: LooseEntries<D>, targets: PositionArray): LooseEntries<D> {
  const { shape, dtype } = entries;
  const index = allocateIndices(shape, targets.length);
  const fibre = new Uint32Array(targets.length);
  scatterEntries(entries.index, targets, index);
  scatterEntries(entries.fibre, targets, fibre);
  return { shape, dtype, index, fibre, ...placeEntries(entries, targets) };
}

/** How many entries have the position of the entry before them. */
function countRepeats({ indptr, indices }: SparseParts): number {
  let repeats = 0;
  for (let fibre = 0; fibre + 1 < indptr.length; fibre++) {
    const end = indptr[fibre + 1]!;
    for (let i = indptr[fibre]! + 1; i < end; i++) if (indices[i] === indices[i - 1]) repeats++;
  }
  return repeats;
}

function addUp<D extends DType>(sorted: SparseParts<D>, count: number): SparseParts<D> {
  const { shape, dtype, indices: index } = sorted;
  const indptr = allocateIndptr(shape);
  const indices = allocateIndices(shape, count);
  const data = allocateNumbers(dtype, count);
  const mask = sorted.mask === undefined ? undefined : new Uint8Array(count);
  const from = sorted.data as TypedArray;
  const to = data as TypedArray;
  let at = -1;
  for (let fibre = 0; fibre + 1 < indptr.length; fibre++) {
    const start = sorted.indptr[fibre]!;
    for (let i = start; i < sorted.indptr[fibre + 1]!; i++) {
      if (i === start || index[i] !== index[i - 1]) {
        at++;
        to[at] = from[i]!;
        indices[at] = index[i]!;
      } else if (dtype === "bool") to[at] = Math.max(to[at] as number, from[i] as number);
      // Storing the sum rounds or wraps it to the dtype at each step.
      else to[at] = ((to[at] as number) + (from[i] as number)) as never;
      if (mask !== undefined && sorted.mask?.[i]) mask[at] = 1;
    }
    indptr[fibre + 1] = at + 1;
  }
  return { shape, dtype, indptr, indices, data, mask };
}
