import { allocate, type DType, type TypedArray, type TypedArrayOf } from "../base/dtype.js";
import type { Shape } from "../base/shape.js";
import { takeEntries } from "./sparse-move.js";
import {
  accumulate,
  allocateIndices,
  allocateIndptr,
  allocatePositions,
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
  readonly data: TypedArrayOf<D>;
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
  // Least significant key first: both passes are stable.
  const byIndex = stableOrder(entries.index, fibreExtent(shape), null);
  const order = stableOrder(entries.fibre, indptr.length - 1, byIndex);
  const sorted: LooseEntries<D> = order === null ? entries : reorder(entries, order);
  const { index, fibre } = sorted;
  let repeats = 0;
  for (let i = 1; i < index.length; i++) if (index[i] === index[i - 1] && fibre[i] === fibre[i - 1]) repeats++;
  if (repeats > 0) return addUp(sorted, indptr, index.length - repeats);
  for (let i = 0; i < fibre.length; i++) indptr[fibre[i]! + 1]!++;
  accumulate(indptr);
  return { shape, dtype, indptr, indices: index, data: sorted.data, mask: sorted.mask };
}

function reorder<D extends DType>(entries: LooseEntries<D>, order: PositionArray): LooseEntries<D> {
  const { shape, dtype } = entries;
  const index = allocateIndices(shape, order.length);
  const fibre = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) index[i] = entries.index[order[i]!]!;
  for (let i = 0; i < order.length; i++) fibre[i] = entries.fibre[order[i]!]!;
  return { shape, dtype, index, fibre, ...takeEntries(entries, order) };
}

function addUp<D extends DType>(sorted: LooseEntries<D>, indptr: Float64Array, count: number): SparseParts<D> {
  const { shape, dtype, index, fibre } = sorted;
  const indices = allocateIndices(shape, count);
  const data = allocate(dtype, count);
  const mask = sorted.mask === undefined ? undefined : new Uint8Array(count);
  const from = sorted.data as TypedArray;
  const to = data as TypedArray;
  let at = -1;
  for (let i = 0; i < index.length; i++) {
    if (i > 0 && index[i] === index[i - 1] && fibre[i] === fibre[i - 1]) {
      // Storing the sum rounds or wraps it to the dtype at each step.
      if (dtype === "bool") to[at] = Math.max(to[at] as number, from[i] as number);
      else to[at] = ((to[at] as number) + (from[i] as number)) as never;
    } else {
      at++;
      to[at] = from[i]!;
      indices[at] = index[i]!;
      indptr[fibre[i]! + 1]!++;
    }
    if (mask !== undefined && sorted.mask?.[i]) mask[at] = 1;
  }
  accumulate(indptr);
  return { shape, dtype, indptr, indices, data, mask };
}

/**
 * The stable order of keys: element `order[i]` comes `i`-th.
 *
 * @param keys - non-negative integers below `limit`
 * @param order - the order to start from; `null`: as they are
 * @returns `order` itself when the keys are in that order already
 */
export function stableOrder(
  keys: IndexArray | Uint32Array,
  limit: number,
  order: PositionArray | null,
): PositionArray | null {
  const { length } = keys;
  let i = 1;
  if (order === null) while (i < length && keys[i]! >= keys[i - 1]!) i++;
  else while (i < length && keys[order[i]!]! >= keys[order[i - 1]!]!) i++;
  if (i >= length) return order;
  // One pass with a bucket per key when that many buckets are in proportion; otherwise digit by digit.
  if (limit <= 4 * length + 65536) return bucketPass(keys, 1, limit, order);
  const base = length < 4096 ? 256 : 65536;
  let sorted = order;
  for (let divisor = 1; divisor < limit; divisor *= base) sorted = bucketPass(keys, divisor, base, sorted);
  return sorted;
}

/** One stable pass of a counting sort by the digit `floor(key / divisor) mod base`. */
function bucketPass(
  keys: IndexArray | Uint32Array,
  divisor: number,
  base: number,
  order: PositionArray | null,
): PositionArray {
  const { length } = keys;
  const digit = (key: number) => (divisor === 1 && key < base ? key : Math.floor(key / divisor) % base);
  const next = new Float64Array(base + 1);
  for (let i = 0; i < length; i++) next[digit(keys[i]!) + 1]!++;
  accumulate(next);
  const sorted = allocatePositions(length, length);
  if (order === null) for (let i = 0; i < length; i++) sorted[next[digit(keys[i]!)]!++] = i;
  else for (let i = 0; i < length; i++) sorted[next[digit(keys[order[i]!]!)]!++] = order[i]!;
  return sorted;
}
