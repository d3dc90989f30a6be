import { allocateNumbers, type DType } from "../base/dtype.js";
import {
  type AxisSelection,
  isFullSelection,
  type ListSelection,
  type RangeSelection,
  selectionIndices,
} from "../subset/axis-selection.js";
import { compress } from "./sparse-build.js";
import { fibreOfEntries } from "./sparse-from.js";
import { copyEntries, takeEntries } from "./sparse-move.js";
import {
  allocateIndices,
  allocateIndptr,
  allocatePositions,
  fibreStrides,
  type IndexArray,
  lowerBound,
  type PositionArray,
  type SparseParts,
} from "./sparse-parts.js";

/** Stored entries that were selected, fibre after fibre: where each was, and its new index. */
interface Picked {
  readonly indptr: Float64Array;
  readonly positions: PositionArray;
  readonly indices: IndexArray;
}

/**
 * The selected part of a sparse array, in new arrays. Selections may be in any order and repeat indices (`null` = all of
 * an axis).
 *
 * Only fibres that are selected are looked at. On the first axis a range is found by binary search in each, a list by the
 * cheaper of a look-up and a search.
 */
export function subsetParts<D extends DType>(
  parts: SparseParts<D>,
  selections: readonly (AxisSelection | null)[],
): SparseParts<D> {
  const { dtype } = parts;
  const shape = Object.freeze(parts.shape.map((extent, axis) => selections[axis]?.length ?? extent));
  const fibres = selectFibres(parts, shape, selections);
  const along = parts.shape.length === 0 ? null : (selections[0] ?? null);
  if (along === null || isFullSelection(along, parts.shape[0]!)) return copyFibres(parts, shape, fibres);
  if (along.kind === "range") {
    if (along.length > 0 && along.step === 1) return copyFibres(parts, shape, fibres, along);
    const picked = pickRange(parts, shape, fibres, along);
    return { shape, dtype, indptr: picked.indptr, indices: picked.indices, ...takeEntries(parts, picked.positions) };
  }
  const unique = increasing(along);
  const uniqueShape = unique === along ? shape : [unique.length, ...shape.slice(1)];
  const picked = pickList(parts, uniqueShape, fibres, unique.indices);
  if (unique !== along) return restore(parts, shape, picked, along, unique.indices);
  return { shape, dtype, indptr: picked.indptr, indices: picked.indices, ...takeEntries(parts, picked.positions) };
}

/** Source fibre of each fibre of the result; `null`: the same ones. */
function selectFibres(
  { shape }: SparseParts,
  outShape: readonly number[],
  selections: readonly (AxisSelection | null)[],
): Float64Array | null {
  if (shape.every((extent, axis) => axis === 0 || !selections[axis] || isFullSelection(selections[axis], extent))) {
    return null;
  }
  const numbers = allocateIndptr(outShape).subarray(1);
  const strides = fibreStrides(shape);
  // Axis 1 is fastest: fill it once, then repeat what is there at the offsets of the next axis.
  let filled = 1;
  for (let axis = 1; axis < shape.length && numbers.length > 0; axis++) {
    const selection = selections[axis] ?? null;
    const indices = selection === null ? null : selectionIndices(selection);
    const length = outShape[axis]!;
    for (let i = length - 1; i >= 0; i--) {
      const offset = (indices === null ? i : indices[i]!) * strides[axis]!;
      for (let k = 0; k < filled; k++) numbers[i * filled + k] = numbers[k]! + offset;
    }
    filled *= length;
  }
  return numbers;
}

/** Entries of whole fibres, or of a range of step 1 within them: runs that are copied as they are. */
function copyFibres<D extends DType>(
  parts: SparseParts<D>,
  shape: readonly number[],
  fibres: Float64Array | null,
  range?: RangeSelection,
): SparseParts<D> {
  const { dtype, indices: fromIndices, indptr: starts } = parts;
  const indptr = allocateIndptr(shape);
  const count = indptr.length - 1;
  const first = range?.start ?? 0;
  const stop = range === undefined ? 0 : first + range.length;
  const from = range === undefined ? null : new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const fibre = fibres === null ? k : fibres[k]!;
    let start = starts[fibre]!;
    let end = starts[fibre + 1]!;
    if (from !== null) {
      start = lowerBound(fromIndices, first, start, end);
      end = lowerBound(fromIndices, stop, start, end);
      from[k] = start;
    }
    indptr[k + 1] = indptr[k]! + (end - start);
  }
  const nnz = indptr[count]!;
  const mask = parts.mask === undefined ? undefined : new Uint8Array(nnz);
  const out = { shape, dtype, indptr, indices: allocateIndices(shape, nnz), data: allocateNumbers(dtype, nnz), mask };
  // Fibres that are neighbours here and there move as one run.
  let at = 0;
  let runStart = 0;
  let runEnd = 0;
  for (let k = 0; k < count; k++) {
    const length = indptr[k + 1]! - indptr[k]!;
    const start = from !== null ? from[k]! : starts[fibres === null ? k : fibres[k]!]!;
    if (length === 0) continue;
    if (start !== runEnd) {
      copyEntries(parts, runStart, runEnd - runStart, out, at, -first);
      at += runEnd - runStart;
      runStart = start;
    }
    runEnd = start + length;
  }
  copyEntries(parts, runStart, runEnd - runStart, out, at, -first);
  return out;
}

/** Room for entries whose number is not known in advance. */
class PickedEntries {
  length = 0;
  positions: PositionArray;
  indices: IndexArray;
  readonly #limit: number;
  readonly #shape: readonly number[];

  constructor(limit: number, shape: readonly number[]) {
    this.#limit = limit;
    this.#shape = shape;
    this.positions = allocatePositions(limit, 1024);
    this.indices = allocateIndices(shape, 1024);
  }

  /** Makes sure that `more` entries fit. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.positions.length) return;
    const capacity = Math.max(needed, this.positions.length * 2);
    const positions = allocatePositions(this.#limit, capacity);
    const indices = allocateIndices(this.#shape, capacity);
    positions.set(this.positions.subarray(0, this.length));
    indices.set(this.indices.subarray(0, this.length));
    this.positions = positions;
    this.indices = indices;
  }

  finish(indptr: Float64Array): Picked {
    return { indptr, positions: this.positions.slice(0, this.length), indices: this.indices.slice(0, this.length) };
  }
}

/** Entries on every `step`-th index; for a negative step in reverse. */
function pickRange(
  { indptr: starts, indices: from }: SparseParts,
  shape: readonly number[],
  fibres: Float64Array | null,
  { start, step, length }: RangeSelection,
): Picked {
  const indptr = allocateIndptr(shape);
  const last = start + (length - 1) * step;
  const low = Math.min(start, last);
  const high = length === 0 ? low : Math.max(start, last) + 1;
  const picked = new PickedEntries(from.length, shape);
  for (let k = 0; k + 1 < indptr.length; k++) {
    const fibre = fibres === null ? k : fibres[k]!;
    const first = lowerBound(from, low, starts[fibre]!, starts[fibre + 1]!);
    const end = lowerBound(from, high, first, starts[fibre + 1]!);
    picked.reserve(end - first);
    const { positions, indices } = picked;
    let at = picked.length;
    for (let n = 0; n < end - first; n++) {
      const entry = step > 0 ? first + n : end - 1 - n;
      const index = (from[entry]! - start) / step;
      if (Number.isInteger(index)) {
        positions[at] = entry;
        indices[at++] = index;
      }
    }
    picked.length = at;
    indptr[k + 1] = at;
  }
  return picked.finish(indptr);
}

/** A list in increasing order without repeats: the list itself if it is so already. */
function increasing(list: ListSelection): ListSelection {
  const { indices } = list;
  let i = 1;
  while (i < indices.length && indices[i]! > indices[i - 1]!) i++;
  if (i >= indices.length) return list;
  const sorted = indices.slice().sort();
  let count = 0;
  for (let k = 0; k < sorted.length; k++) if (k === 0 || sorted[k] !== sorted[count - 1]) sorted[count++] = sorted[k]!;
  return { kind: "list", indices: sorted.slice(0, count), length: count };
}

/** Entries on the indices of an increasing list. */
function pickList(
  { indptr: starts, indices: from }: SparseParts,
  shape: readonly number[],
  fibres: Float64Array | null,
  list: Float64Array,
): Picked {
  const indptr = allocateIndptr(shape);
  const picked = new PickedEntries(from.length, shape);
  const first = list[0]!;
  const last = list[list.length - 1]!;
  // A table from index to place pays when it is not larger than what is read through it.
  let entries = 0;
  for (let k = 0; k + 1 < indptr.length; k++) {
    const fibre = fibres === null ? k : fibres[k]!;
    entries += starts[fibre + 1]! - starts[fibre]!;
  }
  const span = last - first + 1;
  const table = span <= 4 * (entries + list.length) + 1024 ? placeTable(list, span) : null;
  for (let k = 0; k + 1 < indptr.length; k++) {
    const fibre = fibres === null ? k : fibres[k]!;
    const start = lowerBound(from, first, starts[fibre]!, starts[fibre + 1]!);
    const end = lowerBound(from, last + 1, start, starts[fibre + 1]!);
    picked.reserve(Math.min(end - start, list.length));
    const { positions, indices } = picked;
    let at = picked.length;
    if (list.length * 8 < end - start) {
      for (let place = 0, entry = start; place < list.length && entry < end; place++) {
        entry = lowerBound(from, list[place]!, entry, end);
        if (entry < end && from[entry] === list[place]) {
          positions[at] = entry;
          indices[at++] = place;
        }
      }
    } else {
      for (let entry = start; entry < end; entry++) {
        const place = table === null ? placeOf(list, from[entry]!) : table[from[entry]! - first]! - 1;
        if (place >= 0) {
          positions[at] = entry;
          indices[at++] = place;
        }
      }
    }
    picked.length = at;
    indptr[k + 1] = at;
  }
  return picked.finish(indptr);
}

/** One more than the place in the list of each index from the first on; 0 where it is not in the list. */
function placeTable(list: Float64Array, span: number): PositionArray {
  const table = allocatePositions(list.length + 1, span);
  for (let place = 0; place < list.length; place++) table[list[place]! - list[0]!] = place + 1;
  return table;
}

function placeOf(list: Float64Array, index: number): number {
  const place = lowerBound(list, index, 0, list.length);
  return list[place] === index ? place : -1;
}

/** Puts entries picked by the sorted, unique indices of a list in the order of the list, as often as it names them. */
function restore<D extends DType>(
  parts: SparseParts<D>,
  shape: readonly number[],
  picked: Picked,
  list: ListSelection,
  unique: Float64Array,
): SparseParts<D> {
  // Places of each unique index in the list: a list of lists, flat.
  const ends = new Float64Array(unique.length + 1);
  const which = Float64Array.from(list.indices, (index) => placeOf(unique, index));
  for (const place of which) ends[place + 1]!++;
  for (let place = 1; place < ends.length; place++) ends[place]! += ends[place - 1]!;
  const places = new Float64Array(list.length);
  const next = ends.slice();
  for (let i = 0; i < which.length; i++) places[next[which[i]!]!++] = i;

  let count = 0;
  for (const place of picked.indices) count += ends[place + 1]! - ends[place]!;
  const index = allocateIndices(shape, count);
  const fibre = new Uint32Array(count);
  const positions = allocatePositions(parts.indices.length, count);
  const fibres = fibreOfEntries(picked.indptr);
  let at = 0;
  for (let entry = 0; entry < picked.indices.length; entry++) {
    const place = picked.indices[entry]!;
    for (let i = ends[place]!; i < ends[place + 1]!; i++, at++) {
      index[at] = places[i]!;
      fibre[at] = fibres[entry]!;
      positions[at] = picked.positions[entry]!;
    }
  }
  return compress({ shape, dtype: parts.dtype, index, fibre, ...takeEntries(parts, positions) });
}

/** Whether selections take everything in its order. */
export function takesAll(selections: readonly (AxisSelection | null)[], shape: readonly number[]): boolean {
  return shape.every((extent, axis) => !selections[axis] || isFullSelection(selections[axis], extent));
}
