import { DelayedArrayError } from "delayedarray";
import { onAbort, Pacer } from "delayedarray/internal";
import { codecRatio } from "../decode/codecs/codec.js";
import { withDecodedChunk } from "../decode/undo-filters.js";
import type { ChunkBatch } from "../format/chunk-index/chunk-batch.js";
import type { ChunkIndex } from "../format/chunk-index/chunk-index.js";
import type { DataLayout, StoredDataset } from "../format/stored-dataset.js";
import type { ByteRange } from "../source/range-reader.js";
import { spansWithin } from "./box-parts.js";
import { type DatasetAccess, offsetOf } from "./dataset-access.js";
import { DecodeSlots } from "./decode-slots.js";
import { type FillBytes, fillPieces } from "./fill-bytes.js";
import type { Box, Piece, PieceOptions, Span } from "./piece.js";
import { readContiguous, type StoredBox } from "./read-contiguous.js";
import { chunkBatches, chunkSpans, countChunks } from "./wanted-chunks.js";

/** Chunks looked up at once. */
const BATCH = 4096;

/** Bytes of a chunk without filters from which on only what is wanted of it is read. */
const LARGE = 2 ** 20;

/** What a typed array holds at most, everywhere. */
const MOST_BYTES = 2 ** 32 - 2 ** 16;

/** Number under which deflate is registered, and by what it makes bytes smaller at the very most. */
const DEFLATE = 1;
const DEFLATE_RATIO = 1032;

const decoding = new DecodeSlots(16, 2 ** 26);

/** What is known of a dataset before anything is read of it. */
export interface ChunkedDataset {
  readonly stored: StoredDataset;
  readonly layout: Extract<DataLayout, { kind: "chunked" }>;
  readonly index: ChunkIndex;
  readonly fill: FillBytes;
}

/**
 * Reads what spans select of a chunked dataset: each chunk that holds some of it once, several at the same time, as whole
 * pieces that may stick out over the dataset's edge; of chunks that were never written, pieces of the fill value.
 */
export async function readChunked(
  access: DatasetAccess,
  dataset: ChunkedDataset,
  spans: readonly (readonly Span[])[],
  receive: (piece: Piece) => void,
  options: PieceOptions,
): Promise<void> {
  if (spans.some((list) => list.length === 0)) return;
  const { chunkShape } = dataset.layout;
  const wanted = spans.map((list, axis) => chunkSpans(list, chunkShape[axis]!));
  const total = countChunks(wanted);
  const { signal: outer, onProgress } = options;
  // Work under way ends when another part of it fails.
  const controller = new AbortController();
  const leave = onAbort(outer, () => controller.abort(outer?.reason));
  const { signal } = controller;
  const itemSize = dataset.stored.info.type.size;
  let done = 0;
  let bytes = 0;
  const read: ReadState = {
    access,
    dataset,
    spans,
    signal,
    pacer: new Pacer(signal),
    receive(piece) {
      signal.throwIfAborted();
      receive(piece);
      bytes += piece.bytes.length;
    },
    finished() {
      done++;
      onProgress?.({ done, total, bytes });
    },
    itemSize,
    chunkBytes: chunkShape.reduce((product, extent) => product * extent, itemSize),
  };
  try {
    outer?.throwIfAborted();
    // While the chunks of one batch are read, the next batch is looked up.
    let before: Promise<void> = Promise.resolve();
    for (const batch of chunkBatches(wanted, BATCH)) {
      await dataset.index.locate(batch, { signal });
      await before;
      before = readBatch(read, batch);
      before.catch((error) => controller.abort(error));
    }
    await before;
  } catch (error) {
    controller.abort(error);
    // What made the others stop is what went wrong.
    throw outer?.aborted ? outer.reason : signal.reason;
  } finally {
    leave();
  }
}

interface ReadState {
  readonly access: DatasetAccess;
  readonly dataset: ChunkedDataset;
  readonly spans: readonly (readonly Span[])[];
  readonly signal: AbortSignal;
  readonly pacer: Pacer;
  receive(piece: Piece): void;
  /** Notes that a chunk is done. */
  finished(): void;
  readonly itemSize: number;
  readonly chunkBytes: number;
}

async function readBatch(read: ReadState, batch: ChunkBatch): Promise<void> {
  const { access, dataset, signal } = read;
  const { stored, layout } = dataset;
  const ranges: ByteRange[] = [];
  /** Which chunk of the batch each range is. */
  const chunks: number[] = [];
  const large: StoredBox[] = [];
  for (let i = 0; i < batch.count; i++) {
    const address = batch.addresses[i]!;
    if (address < 0) {
      await fillChunk(read, boxOf(batch, i, layout.chunkShape));
      continue;
    }
    const length = batch.sizes[i]!;
    const offset = access.space.base + address;
    const isPlain = hasNoFilters(stored, layout, batch, i);
    if (length <= 0 || (isPlain && length !== read.chunkBytes)) {
      throw new DelayedArrayError(
        "FILE_INVALID",
        `${nameOf(read, batch, i)} is said to take ${length} bytes, expected ${isPlain ? read.chunkBytes : "some"}`,
      );
    }
    if (address + length > access.space.end || offset + length > access.source.size)
      offsetOf(access, address, length, nameOf(read, batch, i));
    if (isPlain && length > LARGE) {
      large.push({ ...boxOf(batch, i, layout.chunkShape), offset, itemSize: read.itemSize });
      continue;
    }
    ranges.push({ offset, length });
    chunks.push(i);
  }
  await access.ranges.read(ranges, (r, bytes) => decodeChunk(read, batch, chunks[r]!, bytes), { signal });
  for (const box of large) {
    const inside = read.spans.map((list, axis) =>
      spansWithin(list, box.start[axis]!, box.start[axis]! + box.count[axis]!),
    );
    await readContiguous(access, box, inside, read.receive, { signal });
    read.finished();
  }
}

/** Undoes a chunk's filters and hands it over. */
function decodeChunk(read: ReadState, batch: ChunkBatch, i: number, bytes: Uint8Array): Promise<void> | undefined {
  const { dataset, chunkBytes, signal, pacer } = read;
  const { stored, layout } = dataset;
  signal.throwIfAborted();
  const use = (values: Uint8Array) => {
    read.receive({ ...boxOf(batch, i, layout.chunkShape), bytes: values });
    read.finished();
  };
  if (hasNoFilters(stored, layout, batch, i)) {
    use(bytes);
    return pacer.isDue ? pacer.rest() : undefined;
  }
  const filterMask = batch.filterMasks[i]!;
  checkChunkBytes(read, batch, i, bytes.length);
  return decoding.use(chunkBytes, async () => {
    signal.throwIfAborted();
    await withDecodedChunk(bytes, stored.filters, filterMask, chunkBytes, nameOf(read, batch, i), use, { signal });
    if (pacer.isDue) await pacer.rest();
  });
}

/** Refuses a chunk that so many bytes cannot become, before memory is taken for it. */
function checkChunkBytes(read: ReadState, batch: ChunkBatch, i: number, bytes: number): void {
  const { chunkBytes, dataset } = read;
  let most = bytes;
  dataset.stored.filters.forEach(({ id }, filter) => {
    if (((batch.filterMasks[i]! >>> filter) & 1) !== 0) return;
    if (id === DEFLATE) most = most * DEFLATE_RATIO + 1024;
    else most *= codecRatio(id);
  });
  if (chunkBytes > most) {
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${nameOf(read, batch, i)} takes ${bytes} bytes, which cannot be the ${chunkBytes} bytes that a chunk has without its filters`,
    );
  }
  if (chunkBytes > MOST_BYTES) {
    throw new DelayedArrayError(
      "LIMIT_EXCEEDED",
      `${nameOf(read, batch, i)} has ${chunkBytes} bytes, more than the ${MOST_BYTES} that can be in memory at once`,
    );
  }
}

function hasNoFilters(
  { info, filters }: StoredDataset,
  { plainEdgeChunks, chunkShape }: ChunkedDataset["layout"],
  { numbers, rank }: ChunkBatch,
  i: number,
): boolean {
  if (filters.length === 0) return true;
  if (!plainEdgeChunks) return false;
  for (let axis = 0; axis < rank; axis++)
    if ((numbers[i * rank + axis]! + 1) * chunkShape[axis]! > info.shape![axis]!) return true;
  return false;
}

function boxOf({ numbers, rank }: ChunkBatch, i: number, chunkShape: readonly number[]): Box {
  return { start: chunkShape.map((extent, axis) => numbers[i * rank + axis]! * extent), count: chunkShape };
}

/** Hands over the fill value for what is wanted of a chunk. */
async function fillChunk(read: ReadState, chunk: Box): Promise<void> {
  const { dataset, spans, itemSize, pacer } = read;
  for (const piece of fillPieces(chunk, spans, dataset.fill, itemSize)) {
    read.receive(piece);
    if (pacer.isDue) await pacer.rest();
  }
  read.finished();
}

/** A chunk, for messages. */
function nameOf({ access, dataset }: ReadState, batch: ChunkBatch, i: number): string {
  const { name, base } = access.space;
  return `${name}: chunk ${batch.describe(i)} of "${dataset.stored.info.path}" at byte ${base + batch.addresses[i]!}`;
}
