import { DelayedArrayError, type TypedArray } from "delayedarray";
import { type AxisSelection, selectionAt } from "delayedarray/internal";
import type { Span } from "../read/piece.js";
import type { SourceReadOptions } from "../source/byte-source.js";
import { indexLookup } from "./index-lookup.js";
import type { SparseFileParts } from "./sparse-parts.js";
import { newPositions, type Positions, toIndices } from "./to-indices.js";

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
 * @param values - their values; undefined where no entry is selected
 * @param start - first entry in `positions`
 * @param stop - entry after the last in `positions`
 * @param shift - what to take from a number in `positions` for the one in `values`
 */
export type EntryVisitor = (
  fibre: number,
  positions: Positions,
  values: TypedArray,
  start: number,
  stop: number,
  shift: number,
) => void;

/** Entries read at once: with 12 bytes each, some 12 MB. */
const BATCH = 2 ** 20;

/**
 * Visits the entries of the selected fibres, in the order in which they are stored, in one pass over the file and with
 * bounded memory. Only the chunks that hold entries of these fibres are read; values only where an index is selected.
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
  const { indptr } = parts;
  const lookup = indexLookup(indices, indexExtent);
  const unit = chunkOf(parts);
  const gap = Math.max(unit, 1024);
  let next = 0;
  // Even where nothing is stored, a closed file is not read from.
  await parts.indices.read(0, 0, options);
  for (const batch of batches(entrySpans(fibres, indptr, gap), unit)) {
    const positions = newPositions(indexExtent, batch.stop - batch.start);
    await readIndices(matrix, batch, positions, options);
    let bad = -1;
    const first = firstFibre(fibres, indptr, batch.start, next);
    // Values are fetched for the stretch that holds what is selected, which for a few rows of a CSC matrix may be nothing.
    let low = positions.length;
    let high = 0;
    eachFibre(fibres, indptr, batch, first, (_, start, stop) => {
      if (bad < 0) bad = lookup(positions, positions, start, stop);
      if (low === positions.length) {
        let i = start;
        while (i < stop && positions[i]! < 0) i++;
        if (i < stop) low = i;
      }
      let i = stop;
      while (i > start && positions[i - 1]! < 0) i--;
      if (i > start) high = i;
    });
    if (bad >= 0) throw await outside(matrix, batch.start + bad, options);
    const values = await parts.data.read(batch.start + Math.min(low, high), batch.start + high, options);
    next = eachFibre(fibres, indptr, batch, first, (fibre, start, stop) => {
      visit(fibre, positions, values, Math.max(start, low), Math.min(stop, high), low);
    });
  }
}

/** Entries of which indices or values are decompressed together. */
export function chunkOf({ indices, data }: SparseFileParts): number {
  return Math.max(indices.dataset.info.chunks?.[0] ?? 1, data.dataset.info.chunks?.[0] ?? 1);
}

/** Reads the indices of a batch of entries, -1 for those that are not on the axis. */
export async function readIndices(
  { parts, indexExtent }: FibreMatrix,
  { start, stop }: Span,
  out: Positions,
  options: SourceReadOptions,
): Promise<void> {
  await parts.indices.visit(start, stop, (values, at) => toIndices(values, indexExtent, out, at), options);
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
export function* batches(spans: Iterable<Span>, unit: number): Generator<Span, void, void> {
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
