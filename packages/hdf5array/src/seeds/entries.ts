import { DelayedArrayError, type TypedArray } from "delayedarray";
import { type AxisSelection, allocate, selectionAt } from "delayedarray/internal";
import type { PieceOptions, Span } from "../read/piece.js";
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

/** Entries that are worked on together. */
interface Batch {
  /** Where they are, in order. */
  readonly spans: readonly Span[];
  /** Per span: where its entries begin among those of the batch. */
  readonly starts: readonly number[];
  readonly length: number;
}

/** A batch whose indices are on their way. */
interface Reading {
  readonly batch: Batch;
  /** The indices, and then the positions, of the entries. */
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
  { signal: outer, onProgress }: PieceOptions,
): Promise<void> {
  const { parts, indexExtent } = matrix;
  // Even where nothing is stored, a closed file is not read from.
  await parts.indices.read(0, 0, { signal: outer });
  const lookup = indexLookup(indices, indexExtent);
  const unit = unitOf(parts);
  const batches = batchesOf(entrySpans(fibres, parts.indptr, Math.max(unit, 1024)), unit);
  const itemSize = parts.data.dataset.info.type.size;
  await together(outer, async (signal) => {
    // Memory of two batches, which take turns.
    const free: Positions[] = [];
    let started = 0;
    const begin = (): Reading | null => {
      const batch = batches[started++];
      if (batch === undefined) return null;
      const known = free.shift();
      const memory =
        known !== undefined && known.length >= batch.length ? known : newPositions(indexExtent, batch.length);
      const positions = memory.subarray(0, batch.length);
      const arrived = readIndices(matrix, batch.spans, batch.starts, positions, { signal });
      // It is waited for below, unless something else fails before.
      arrived.catch(() => {});
      return { batch, positions, memory, arrived };
    };
    const values = valueBuffer(parts);
    let next = 0;
    let done = 0;
    let bytes = 0;
    for (let reading = begin(); reading !== null; ) {
      await reading.arrived;
      const following = begin();
      next = await visitBatch(matrix, fibres, reading, lookup, values, next, visit, { signal });
      free.push(reading.memory);
      bytes += reading.positions.length * itemSize;
      onProgress?.({ done: ++done, total: batches.length, bytes });
      reading = following;
    }
  });
}

/** @returns the last fibre visited, which may go on in the next batch */
async function visitBatch(
  matrix: FibreMatrix,
  fibres: AxisSelection,
  { batch, positions }: Reading,
  lookup: IndexLookup,
  values: (length: number) => TypedArray,
  from: number,
  visit: EntryVisitor,
  options: SourceReadOptions,
): Promise<number> {
  const { indptr, data } = matrix.parts;
  const first = firstFibre(fibres, indptr, batch.spans[0]!.start, from);
  let bad = -1;
  let end = 0;
  eachFibre(fibres, indptr, batch, first, (_, start, stop) => {
    // What lies between the fibres was read along.
    positions.fill(-1, end, start);
    end = stop;
    if (bad < 0) bad = lookup(positions, positions, start, stop);
  });
  positions.fill(-1, end);
  if (bad >= 0) throw await outside(matrix, entryAt(batch, bad), options);
  const wanted = valueSpans(positions, batch, data);
  if (wanted.length === 0) return first;
  const found = values(positions.length);
  await data.visit(wanted, (part, span, at) => found.set(part as never, wanted[span]!.at + at), options);
  return eachFibre(fibres, indptr, batch, first, (fibre, start, stop) => visit(fibre, positions, found, start, stop));
}

/** Memory for the values of a batch, used for one after the other. */
function valueBuffer({ data }: SparseFileParts): (length: number) => TypedArray {
  let memory: TypedArray | undefined;
  return (length) => {
    if (memory === undefined || memory.length < length) memory = allocate(data.decoder.dtype, length) as TypedArray;
    return memory;
  };
}

/** Where values are that are wanted, by the chunks in which they are stored; `at` is where they are in the batch. */
function valueSpans(
  positions: Positions,
  { spans, starts }: Batch,
  { dataset }: Vector,
): (Span & { readonly at: number })[] {
  const { chunks, type } = dataset.info;
  const unit = chunks?.[0] ?? Math.max(1, Math.floor(PAGE / type.size));
  const wanted: { start: number; stop: number; at: number }[] = [];
  spans.forEach(({ start, stop }, i) => {
    // From a place in the batch to an entry.
    const shift = start - starts[i]!;
    for (let from = start; from < stop; ) {
      const to = Math.min(stop, (Math.floor(from / unit) + 1) * unit);
      let low = from - shift;
      let high = to - shift;
      while (low < high && positions[low]! < 0) low++;
      if (low < high) {
        while (positions[high - 1]! < 0) high--;
        const last = wanted.at(-1);
        if (last !== undefined && last.stop - last.at === shift && low + shift - last.stop < unit)
          last.stop = high + shift;
        else wanted.push({ start: low + shift, stop: high + shift, at: low });
      }
      from = to;
    }
  });
  return wanted;
}

/** Entries of which indices or values are decompressed together. */
function unitOf({ indices, data }: SparseFileParts): number {
  const [a, b] = [indices, data].map(({ dataset }) => dataset.info.chunks?.[0] ?? 1) as [number, number];
  let [common, rest] = [a, b];
  while (rest > 0) [common, rest] = [rest, common % rest];
  // Where both end, so that no chunk is needed twice; if that is not too far.
  const both = (a / common) * b;
  return both <= BATCH ? both : Math.max(a, b);
}

/**
 * Reads the indices of entries, -1 for those that are not on the axis.
 *
 * @param spans - of entries
 * @param starts - where in `out` each of them goes
 * @returns whether all are on the axis
 */
export async function readIndices(
  { parts, indexExtent }: FibreMatrix,
  spans: readonly Span[],
  starts: readonly number[],
  out: Positions,
  options: PieceOptions,
): Promise<boolean> {
  let isOn = true;
  await parts.indices.visit(
    spans,
    (values, span, at) => {
      if (!toIndices(values, indexExtent, out, starts[span]! + at)) isOn = false;
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

/** The number of an entry of a batch in the file. */
function entryAt({ spans, starts }: Batch, place: number): number {
  let span = spans.length - 1;
  while (starts[span]! > place) span--;
  return spans[span]!.start + place - starts[span]!;
}

/**
 * Visits the parts of selected fibres that lie in a batch, with where their entries are in it; returns the last fibre
 * visited, which may go on after it.
 */
function eachFibre(
  fibres: AxisSelection,
  indptr: Float64Array,
  { spans, starts }: Batch,
  first: number,
  visit: (fibre: number, start: number, stop: number) => void,
): number {
  let fibre = first;
  let span = 0;
  while (fibre < fibres.length && span < spans.length) {
    const index = selectionAt(fibres, fibre);
    const { start: from, stop: to } = spans[span]!;
    const start = Math.max(indptr[index]!, from);
    const stop = Math.min(indptr[index + 1]!, to);
    const shift = starts[span]! - from;
    if (start < stop) visit(fibre, start + shift, stop + shift);
    // What ends first is passed; a fibre may go on in the next span.
    if (indptr[index + 1]! <= to) fibre++;
    else span++;
  }
  return Math.max(first, Math.min(fibre, fibres.length - 1));
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

/** Spans cut and put together into batches that end where chunks end. */
function batchesOf(spans: Iterable<Span>, unit: number): Batch[] {
  const size = Math.max(1, Math.floor(BATCH / unit)) * unit;
  const batches: Batch[] = [];
  let open: { spans: Span[]; starts: number[]; length: number } | undefined;
  for (const { start, stop } of spans) {
    for (let from = start; from < stop; ) {
      if (open === undefined) {
        open = { spans: [], starts: [], length: 0 };
        batches.push(open);
      }
      // A chunk at least, and no more than there is room for.
      const room = Math.max(1, Math.floor((size - open.length) / unit)) * unit;
      const to = Math.min(stop, Math.floor(from / unit) * unit + room);
      open.spans.push({ start: from, stop: to });
      open.starts.push(open.length);
      open.length += to - from;
      if (open.length + unit > size) open = undefined;
      from = to;
    }
  }
  return batches;
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
