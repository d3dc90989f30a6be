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
 * Gets some entries of one fibre, only such whose index is selected.
 *
 * @param fibre - position among the selected fibres
 * @param positions - position among the selected indices of each entry
 * @param values - their values
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

/** Entries of a batch, and batches that are read at once: with up to 16 bytes an entry, some 16 MB. */
const BATCH = 2 ** 18;
const AHEAD = 4;

/** Entries up to which a batch grows so that no chunk is needed twice. */
const COMMON = 2 ** 20;

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

/** Memory of a batch, used for one after the other. */
interface BatchMemory {
  /** The indices of all entries; then the positions of those that are selected. */
  readonly positions: Positions;
  /** Where the selected entries are in the batch. */
  readonly places: Int32Array;
  /** Their values. */
  readonly values: TypedArray;
}

/** What is selected of a batch: per fibre, and after which of the selected entries its own end. */
interface Found {
  readonly fibres: number[];
  readonly ends: number[];
}

/** A batch on its way. */
interface Reading {
  readonly batch: Batch;
  readonly memory: BatchMemory;
  /** Rejects when it cannot be read. */
  readonly arrived: Promise<Found>;
}

/**
 * Visits the entries of the selected fibres, in the order in which they are stored, in one pass over the file and with
 * bounded memory. Only the chunks that hold entries of these fibres are read; values only where an index is selected.
 * While one batch is worked on, the next ones are read.
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
  const largest = batches.reduce((most, { length }) => Math.max(most, length), 0);
  const itemSize = parts.data.dataset.info.type.size;
  await together(outer, async (signal) => {
    const free: BatchMemory[] = [];
    let started = 0;
    let first = 0;
    const begin = (): Reading | null => {
      const batch = batches[started++];
      if (batch === undefined) return null;
      const memory = free.pop() ?? {
        positions: newPositions(indexExtent, largest),
        places: allocate("int32", largest),
        values: allocate(parts.data.decoder.dtype, largest) as TypedArray,
      };
      first = firstFibre(fibres, parts.indptr, batch.spans[0]!.start, first);
      const arrived = readBatch(matrix, fibres, batch, first, lookup, memory, { signal });
      // It is waited for below, unless something else fails before.
      arrived.catch(() => {});
      return { batch, memory, arrived };
    };
    const readings: Reading[] = [];
    let done = 0;
    let bytes = 0;
    for (;;) {
      while (readings.length < AHEAD) {
        const next = begin();
        if (next === null) break;
        readings.push(next);
      }
      const reading = readings.shift();
      if (reading === undefined) return;
      const { batch, memory } = reading;
      const found = await reading.arrived;
      let start = 0;
      found.fibres.forEach((fibre, i) => {
        const stop = found.ends[i]!;
        if (start < stop) visit(fibre, memory.positions, memory.values, start, stop);
        start = stop;
      });
      free.push(memory);
      bytes += batch.length * itemSize;
      onProgress?.({ done: ++done, total: batches.length, bytes });
    }
  });
}

/** Reads what is selected of a batch. @param first - the first fibre with entries in it */
async function readBatch(
  matrix: FibreMatrix,
  fibres: AxisSelection,
  batch: Batch,
  first: number,
  lookup: IndexLookup,
  { positions, places, values }: BatchMemory,
  options: SourceReadOptions,
): Promise<Found> {
  const { indptr, data } = matrix.parts;
  await readIndices(matrix, batch.spans, batch.starts, positions, options);
  const found: Found = { fibres: [], ends: [] };
  let bad = -1;
  let count = 0;
  eachFibre(fibres, indptr, batch, first, (fibre, start, stop) => {
    if (bad >= 0) return;
    bad = lookup(positions, positions, start, stop);
    if (bad >= 0) return;
    count = keepSelected(positions, places, start, stop, count);
    found.fibres.push(fibre);
    found.ends.push(count);
  });
  if (bad >= 0) throw await outside(matrix, entryAt(batch, bad), options);
  const wanted = valueSpans(places, count, batch, data);
  await data.visit(
    wanted,
    (part, span, at) => {
      const from = wanted[span]!.at + at;
      const low = lowerBound(places, count, from);
      const high = lowerBound(places, count, from + part.length);
      if (high - low === part.length) values.set(part as never, low);
      else for (let i = low; i < high; i++) values[i] = part[places[i]! - from] as never;
    },
    options,
  );
  return found;
}

/** Moves the positions of selected entries together, and notes where these are. @returns how many there are by now */
function keepSelected(positions: Positions, places: Int32Array, start: number, stop: number, count: number): number {
  let kept = count;
  for (let i = start; i < stop; i++) {
    const position = positions[i]!;
    positions[kept] = position;
    places[kept] = i;
    kept += position < 0 ? 0 : 1;
  }
  return kept;
}

/** Number of places below a place. */
function lowerBound(places: Int32Array, count: number, place: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (places[middle]! < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where values are that are wanted, by the chunks in which they are stored; `at` is where they are in the batch. */
function valueSpans(
  places: Int32Array,
  count: number,
  { spans, starts }: Batch,
  { dataset }: Vector,
): (Span & { readonly at: number })[] {
  const { chunks, type } = dataset.info;
  const unit = chunks?.[0] ?? Math.max(1, Math.floor(PAGE / type.size));
  const wanted: { start: number; stop: number; at: number }[] = [];
  let i = 0;
  spans.forEach(({ start, stop }, which) => {
    // From a place in the batch to an entry.
    const shift = start - starts[which]!;
    let last: { start: number; stop: number; at: number } | undefined;
    for (; i < count && places[i]! + shift < stop; i++) {
      const entry = places[i]! + shift;
      // No chunk lies between them as a whole.
      if (last !== undefined && entry - last.stop < unit) last.stop = entry + 1;
      else {
        last = { start: entry, stop: entry + 1, at: places[i]! };
        wanted.push(last);
      }
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
  return both <= COMMON ? both : Math.max(a, b);
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
