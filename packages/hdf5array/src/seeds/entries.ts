import { DelayedArrayError, type TypedArray } from "delayedarray";
import { type AxisSelection, allocate, selectionAt } from "delayedarray/internal";
import type { Span } from "../read/piece.js";
import type { SourceReadOptions } from "../source/byte-source.js";
import { type IndexLookup, indexLookup } from "./index-lookup.js";
import type { SparseFileParts } from "./sparse-parts.js";
import { newPositions, type Positions, toIndices } from "./to-indices.js";
import { together } from "./together.js";
import type { Vector } from "./vector.js";

/** A compressed sparse matrix in a file, as fibres and indices: a CSC matrix's fibres are columns, a CSR matrix's rows. */
export interface FibreMatrix {
  readonly parts: SparseFileParts;
  /** Extent of the axis along which indices run. */
  readonly indexExtent: number;
  /** Which axis that is, for messages. */
  readonly indexAxis: number;
  /** File and dataset of the indices, for messages. */
  readonly indicesName: string;
}

/**
 * Gets some entries of one fibre.
 *
 * @param fibre - position among the selected fibres
 * @param positions - position among the selected indices of each entry, -1 for those that are not selected
 * @param values - their values; anything where an entry is not selected
 * @param start - first entry in `positions` and `values`
 * @param stop - entry after the last
 */
export type EntryVisitor = (
  fibre: number,
  positions: Positions,
  values: TypedArray,
  start: number,
  stop: number,
) => void;

/** Entries read at once: with 12 bytes each, some 12 MB. */
const BATCH = 2 ** 20;

/** Bytes of values that are read along rather than left out between two that are wanted, where they have no chunks. */
const PAGE = 2 ** 15;

/** Indices of a batch of entries: on their way, and then there. */
interface Batch {
  readonly span: Span;
  readonly positions: Positions;
  /** Memory that the positions are in. */
  readonly memory: Positions;
  /** Rejects when they cannot be read. */
  readonly arrived: Promise<unknown>;
}

/**
 * Visits the entries of the selected fibres, in the order in which they are stored, in one pass over the file and with
 * bounded memory. Only the chunks that hold entries of these fibres are read; values only where an index is selected.
 * While one batch is worked on, the indices of the next are read.
 *
 * @throws `FILE_INVALID` naming entry, value and extent when an index is not on its axis
 */
export async function visitEntries(
  matrix: FibreMatrix,
  fibres: AxisSelection,
  indices: AxisSelection,
  visit: EntryVisitor,
  options: SourceReadOptions,
): Promise<void> {
  const { parts, indexExtent } = matrix;
  // Even where nothing is stored, a closed file is not read from.
  await parts.indices.read(0, 0, options);
  const lookup = indexLookup(indices, indexExtent);
  const unit = chunkOf(parts);
  const spans = batches(entrySpans(fibres, parts.indptr, Math.max(unit, 1024)), unit);
  await together(options.signal, async (signal) => {
    // Memory of two batches, which take turns.
    const free: Positions[] = [];
    const begin = (): Batch | null => {
      const { value: span } = spans.next();
      if (span === undefined) return null;
      const length = span.stop - span.start;
      const known = free.shift();
      const memory = known !== undefined && known.length >= length ? known : newPositions(indexExtent, length);
      const positions = memory.subarray(0, length);
      const arrived = readIndices(matrix, [span], positions, { signal });
      // It is waited for below, unless something else fails before.
      arrived.catch(() => {});
      return { span, positions, memory, arrived };
    };
    const values = valueBuffer(parts);
    let next = 0;
    for (let batch = begin(); batch !== null; ) {
      await batch.arrived;
      const following = begin();
      next = await visitBatch(matrix, fibres, batch, lookup, values, next, visit, { signal });
      free.push(batch.memory);
      batch = following;
    }
  });
}

/** @returns the last fibre visited, which may go on in the next batch */
async function visitBatch(
  matrix: FibreMatrix,
  fibres: AxisSelection,
  { span, positions }: Batch,
  lookup: IndexLookup,
  values: (length: number) => TypedArray,
  from: number,
  visit: EntryVisitor,
  options: SourceReadOptions,
): Promise<number> {
  const { indptr, data } = matrix.parts;
  const first = firstFibre(fibres, indptr, span.start, from);
  let bad = -1;
  let end = 0;
  eachFibre(fibres, indptr, span, first, (_, start, stop) => {
    // What lies between the fibres was read along.
    positions.fill(-1, end, start);
    end = stop;
    if (bad < 0) bad = lookup(positions, positions, start, stop);
  });
  positions.fill(-1, end);
  if (bad >= 0) throw await outside(matrix, span.start + bad, options);
  const wanted = valueSpans(positions, span.start, data);
  if (wanted.length === 0) return first;
  const origin = wanted[0]!.start - span.start;
  const found = values(positions.length);
  await data.visit(wanted, (part, at) => found.set(part as never, origin + at), options);
  const low = origin;
  const high = wanted.at(-1)!.stop - span.start;
  return eachFibre(fibres, indptr, span, first, (fibre, start, stop) => {
    if (start < high && stop > low) visit(fibre, positions, found, Math.max(start, low), Math.min(stop, high));
  });
}

/** Memory for the values of a batch, used for one after the other. */
function valueBuffer({ data }: SparseFileParts): (length: number) => TypedArray {
  let memory: TypedArray | undefined;
  return (length) => {
    if (memory === undefined || memory.length < length) memory = allocate(data.decoder.dtype, length) as TypedArray;
    return memory;
  };
}

/** Where values are that are wanted, by the chunks in which they are stored. */
function valueSpans(positions: Positions, start: number, { dataset }: Vector): Span[] {
  const { chunks, type } = dataset.info;
  const unit = chunks?.[0] ?? Math.max(1, Math.floor(PAGE / type.size));
  const spans: { start: number; stop: number }[] = [];
  for (let from = 0; from < positions.length; ) {
    const to = Math.min(positions.length, (Math.floor((start + from) / unit) + 1) * unit - start);
    let low = from;
    while (low < to && positions[low]! < 0) low++;
    if (low < to) {
      let high = to;
      while (positions[high - 1]! < 0) high--;
      const last = spans.at(-1);
      if (last !== undefined && start + from - last.stop < unit) last.stop = start + high;
      else spans.push({ start: start + low, stop: start + high });
    }
    from = to;
  }
  return spans;
}

/** Entries of which indices or values are decompressed together. */
function chunkOf({ indices, data }: SparseFileParts): number {
  return Math.max(indices.dataset.info.chunks?.[0] ?? 1, data.dataset.info.chunks?.[0] ?? 1);
}

/**
 * Reads the indices of a span of entries, -1 for those that are not on the axis.
 *
 * @param span - as a list, which may be empty
 * @returns whether all are on the axis
 */
export async function readIndices(
  { parts, indexExtent }: FibreMatrix,
  span: readonly Span[],
  out: Positions,
  options: SourceReadOptions,
): Promise<boolean> {
  let isOn = true;
  await parts.indices.visit(
    span,
    (values, at) => {
      if (!toIndices(values, indexExtent, out, at)) isOn = false;
    },
    options,
  );
  return isOn;
}

/** The first selected fibre, from `from` on, with entries at or after `entry`. */
function firstFibre(fibres: AxisSelection, indptr: Float64Array, entry: number, from: number): number {
  let fibre = from;
  while (fibre < fibres.length && indptr[selectionAt(fibres, fibre) + 1]! <= entry) fibre++;
  return fibre;
}

/** Visits the parts of selected fibres that lie in a batch; returns the last fibre visited, which may go on after it. */
function eachFibre(
  fibres: AxisSelection,
  indptr: Float64Array,
  batch: Span,
  first: number,
  visit: (fibre: number, start: number, stop: number) => void,
): number {
  let fibre = first;
  for (; fibre < fibres.length; fibre++) {
    const index = selectionAt(fibres, fibre);
    const start = Math.max(indptr[index]!, batch.start);
    const stop = Math.min(indptr[index + 1]!, batch.stop);
    if (start >= batch.stop) break;
    if (start < stop) visit(fibre, start - batch.start, stop - batch.start);
  }
  return Math.max(first, fibre - 1);
}

/** Where the entries of the selected fibres are, with gaps read along when they are small. */
function* entrySpans(fibres: AxisSelection, indptr: Float64Array, gap: number): Generator<Span, void, void> {
  if (fibres.length === 0) return;
  if (fibres.kind === "range" && fibres.step === 1) {
    yield { start: indptr[fibres.start]!, stop: indptr[fibres.start + fibres.length]! };
    return;
  }
  let start = -1;
  let stop = -1;
  for (let i = 0; i < fibres.length; i++) {
    const fibre = selectionAt(fibres, i);
    const from = indptr[fibre]!;
    const to = indptr[fibre + 1]!;
    if (from === to) continue;
    if (start >= 0 && Math.floor(from / gap) - Math.floor((stop - 1) / gap) > 1) {
      yield { start, stop };
      start = -1;
    }
    if (start < 0) start = from;
    stop = to;
  }
  if (start >= 0) yield { start, stop };
}

/** Spans cut into batches that end where chunks end. */
function* batches(spans: Iterable<Span>, unit: number): Generator<Span, void, void> {
  const size = Math.max(1, Math.floor(BATCH / unit)) * unit;
  for (const { start, stop } of spans) {
    for (let from = start; from < stop; ) {
      const to = Math.min(stop, Math.floor(from / unit) * unit + size);
      yield { start: from, stop: to };
      from = to;
    }
  }
}

/** Says which entry has an index that is not on the axis, and reads again what that is. */
export async function outside(
  { parts, indicesName, indexAxis, indexExtent }: FibreMatrix,
  entry: number,
  options: SourceReadOptions,
): Promise<DelayedArrayError> {
  const [value] = await parts.indices.read(entry, entry + 1, options);
  return new DelayedArrayError(
    "FILE_INVALID",
    `${indicesName}: entry ${entry} is ${value}, which is outside axis ${indexAxis} with extent ${indexExtent}`,
  );
}
