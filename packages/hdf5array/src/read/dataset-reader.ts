import { DelayedArrayError } from "delayedarray";
import { mapLimited, Pacer } from "delayedarray/internal";
import { openChunkIndex } from "../format/chunk-index/locate-chunks.js";
import type { DataLayout, StoredDataset } from "../format/stored-dataset.js";
import { contiguousBoxes } from "./box-parts.js";
import { type DatasetAccess, offsetOf } from "./dataset-access.js";
import { FillBytes, fillPieces } from "./fill-bytes.js";
import type { Box, Piece, PieceOptions, Span } from "./piece.js";
import { readChunked } from "./read-chunked.js";
import { rangeOf, readContiguous } from "./read-contiguous.js";

/** Reads the values of one dataset. */
export interface DatasetReader {
  /**
   * Reads the outer product of spans, in boxes that come in any order, each element of the product once. Boxes may hold
   * elements besides, and stick out over the dataset's edge.
   *
   * @param spans - per axis: increasing, disjoint, in range
   * @param receive - called with each box, one at a time; an error that it throws ends the read
   * @throws `FILE_INVALID`, `FILE_TRUNCATED`, `IO`, `LIMIT_EXCEEDED`
   */
  read(spans: readonly (readonly Span[])[], receive: (piece: Piece) => void, options: PieceOptions): Promise<void>;
  /**
   * Where it is there, the values lie in the file in one piece: copies the bytes of a box, in C order, with nothing in
   * between.
   *
   * @param target - as many bytes as the box has
   */
  readonly readInto?: (box: Box, target: Uint8Array, options: PieceOptions) => Promise<void>;
}

/** Bytes read at once into their place, so that several threads of the system work on a large read. */
const PART_BYTES = 4 * 2 ** 20;

/** Parts read at once, and planned at once. */
const PARTS = 4;
const BATCH = 1024;

/** Bytes of a run from which on a read of its own is faster than one of more and a copy. */
const DIRECT_BYTES = 2 ** 16;

/**
 * A reader of a dataset whose values are in the file itself.
 *
 * @throws `FILE_INVALID` where layout and shape contradict each other
 */
export function openDatasetReader(access: DatasetAccess, stored: StoredDataset): DatasetReader {
  const { info, layout } = stored;
  const shape = info.shape ?? [];
  const itemSize = info.type.size;
  const fill = new FillBytes(stored.fill, itemSize);
  if (stored.hasNoFill === true && isNowhere(layout))
    return { read: (spans) => readNothing(`${access.space.name}: "${info.path}"`, spans) };
  switch (layout.kind) {
    case "compact":
      return { read: (spans, receive, options) => readCompact(access, stored, layout.bytes, spans, receive, options) };
    case "contiguous": {
      const { address } = layout;
      if (address === null) {
        return {
          read: (spans, receive, options) => readFill(shape, fill, itemSize, spans, receive, options),
        };
      }
      const place = () => {
        const bytes = shape.reduce((product, extent) => product * extent, itemSize);
        return offsetOf(access, address, bytes, `${access.space.name}: the values of "${info.path}"`);
      };
      return {
        async read(spans, receive, options) {
          const { pieces, done } = progressed(spans, itemSize, receive, options);
          const box = { start: shape.map(() => 0), count: shape, offset: place(), itemSize };
          await readContiguous(access, box, spans, pieces, options);
          done();
        },
        readInto: (box, target, options) => readInto(access, place(), shape, itemSize, box, target, options),
      };
    }
    case "chunked": {
      const dataset = { stored, layout, index: openChunkIndex(access.space, stored), fill };
      return { read: (spans, receive, options) => readChunked(access, dataset, spans, receive, options) };
    }
    default:
      throw new DelayedArrayError(
        "UNSUPPORTED_FEATURE",
        `${access.space.name}: "${info.path}" has its values in other ${layout.kind === "external" ? "files" : "datasets"}`,
      );
  }
}

/** Whether no value of a dataset was ever stored. */
function isNowhere(layout: DataLayout): boolean {
  if (layout.kind === "chunked") return layout.index.address === null;
  return layout.kind === "contiguous" && layout.address === null;
}

/** Values that were never written, with nothing to stand for them. */
async function readNothing(what: string, spans: readonly (readonly Span[])[]): Promise<void> {
  if (spans.some((list) => list.length === 0)) return;
  throw new DelayedArrayError(
    "FILE_INVALID",
    `${what} was never written, and its fill value is undefined: it has no values`,
  );
}

/** The values of a compact dataset lie in its header. */
async function readCompact(
  { space }: DatasetAccess,
  { info }: StoredDataset,
  bytes: Uint8Array,
  spans: readonly (readonly Span[])[],
  receive: (piece: Piece) => void,
  { signal, onProgress }: PieceOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const shape = info.shape ?? [];
  const length = shape.reduce((product, extent) => product * extent, info.type.size);
  if (length > bytes.length) {
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${space.name}: "${info.path}" has ${bytes.length} bytes of values in its header, expected ${length}`,
    );
  }
  if (spans.some((list) => list.length === 0)) return;
  receive({ start: shape.map(() => 0), count: shape, bytes: bytes.subarray(0, length) });
  onProgress?.({ done: 1, total: 1, bytes: length });
}

/** Values that were never written. */
async function readFill(
  shape: readonly number[],
  fill: FillBytes,
  itemSize: number,
  spans: readonly (readonly Span[])[],
  receive: (piece: Piece) => void,
  options: PieceOptions,
): Promise<void> {
  options.signal?.throwIfAborted();
  const { pieces, done } = progressed(spans, itemSize, receive, options);
  const pacer = new Pacer(options.signal);
  for (const piece of fillPieces({ start: shape.map(() => 0), count: shape }, spans, fill, itemSize)) {
    pieces(piece);
    if (pacer.isDue) await pacer.rest();
  }
  done();
}

/** Copies the bytes of a box: long runs straight into their place, in parts that are read at once. */
async function readInto(
  { ranges, source }: DatasetAccess,
  offset: number,
  shape: readonly number[],
  itemSize: number,
  { start, count }: Box,
  target: Uint8Array,
  { signal, onProgress }: PieceOptions,
): Promise<void> {
  const inside = start.map((from, axis) => [{ start: from, stop: from + count[axis]! }]);
  const total = target.length;
  let done = 0;
  const finished = (bytes: number) => {
    signal?.throwIfAborted();
    done += bytes;
    onProgress?.({ done, total, bytes: done });
  };
  const parts: { readonly offset: number; readonly length: number; readonly at: number }[] = [];
  // Behind a network, readers at the same time should share what they request, which costs more than a copy.
  const isNear = source.readInto !== undefined && source.distance !== "remote";
  const isDirect = isNear && longestRun(shape, count) * itemSize >= DIRECT_BYTES;
  let at = 0;
  const flush = async () => {
    const batch = parts.splice(0);
    if (isDirect) {
      await mapLimited(batch, PARTS, async (part) => {
        await source.readInto!(part.offset, target.subarray(part.at, part.at + part.length), { signal });
        finished(part.length);
      });
    } else {
      await ranges.read(
        batch,
        (i, bytes) => {
          target.set(bytes, batch[i]!.at);
          finished(bytes.length);
        },
        { signal },
      );
    }
  };
  for (const box of contiguousBoxes(shape, inside, 0, Math.max(1, PART_BYTES / itemSize))) {
    const range = rangeOf(box, shape, offset, itemSize);
    parts.push({ ...range, at });
    at += range.length;
    if (parts.length === BATCH) await flush();
  }
  await flush();
}

/** Elements of a box that follow each other in an array of a shape. */
function longestRun(shape: readonly number[], count: readonly number[]): number {
  let run = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    run *= count[axis]!;
    if (count[axis] !== shape[axis]) break;
  }
  return run;
}

/** Progress of what has no chunks: by the bytes of the pieces, which may be more than are wanted. */
function progressed(
  spans: readonly (readonly Span[])[],
  itemSize: number,
  receive: (piece: Piece) => void,
  { onProgress }: PieceOptions,
): { pieces: (piece: Piece) => void; done: () => void } {
  if (onProgress === undefined) return { pieces: receive, done: () => {} };
  const total = spans.reduce(
    (product, list) => product * list.reduce((sum, { start, stop }) => sum + stop - start, 0),
    itemSize,
  );
  let bytes = 0;
  return {
    pieces(piece) {
      receive(piece);
      bytes = Math.min(total, bytes + piece.bytes.length);
      if (bytes < total) onProgress({ done: bytes, total, bytes });
    },
    done: () => onProgress({ done: total, total, bytes: total }),
  };
}
