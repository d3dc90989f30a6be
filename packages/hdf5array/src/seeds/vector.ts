import { DelayedArrayError, type TypedArray } from "delayedarray";
import { allocate } from "delayedarray/internal";
import { type Decoder, decoderOf } from "../decode/decoder.js";
import type { Hdf5Dataset, Hdf5File } from "../file/hdf5-file.js";
import { openDataset, where } from "../file/locate.js";
import type { PieceOptions, Span } from "../read/piece.js";
import type { SourceReadOptions } from "../source/byte-source.js";

/** A one-dimensional dataset of numbers. */
export interface Vector {
  readonly dataset: Hdf5Dataset;
  readonly length: number;
  readonly decoder: Decoder;
  /**
   * Calls `receive` with parts of spans of elements, in any order: each a view that is used again, of which span it is, and
   * where in the span it begins. Parts together are the spans.
   *
   * @param spans - increasing, disjoint, none of them empty
   */
  visit(
    spans: readonly Span[],
    receive: (values: TypedArray, span: number, at: number) => void,
    options: PieceOptions,
  ): Promise<void>;
  /** Elements `start` up to but not including `stop`, in memory of their own. */
  read(start: number, stop: number, options: SourceReadOptions): Promise<TypedArray>;
}

/** A vector over a dataset, its values decoded by `decoder`. */
export function vectorOf(dataset: Hdf5Dataset, length: number, decoder: Decoder): Vector {
  const { size } = dataset.info.type;
  const visit: Vector["visit"] = (spans, receive, options) =>
    dataset.read(
      [spans],
      ({ start, count, bytes }) => {
        // What a chunk holds besides is left out before it is decoded.
        const first = start[0]!;
        const end = first + count[0]!;
        for (let i = firstSpan(spans, first); i < spans.length && spans[i]!.start < end; i++) {
          const span = spans[i]!;
          const from = Math.max(span.start, first);
          const part = bytes.subarray((from - first) * size, (Math.min(span.stop, end) - first) * size);
          receive(decoder.decode(part), i, from - span.start);
        }
      },
      options,
    );
  return {
    dataset,
    length,
    decoder,
    visit,
    async read(start, stop, options) {
      const out = allocate(decoder.dtype, stop - start) as TypedArray;
      await visit(spanOf(start, stop), (values, _, at) => out.set(values as never, at), options);
      return out;
    },
  };
}

/** The first span that ends after an index. */
function firstSpan(spans: readonly Span[], index: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (spans[middle]!.stop <= index) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A span as a list, which is empty when the span is. */
export function spanOf(start: number, stop: number): Span[] {
  return stop > start ? [{ start, stop }] : [];
}

/**
 * Opens a one-dimensional dataset.
 *
 * @throws `NOT_FOUND`, `INVALID_ARGUMENT` for a group, `FILE_INVALID` for another rank, `DTYPE_UNSUPPORTED`
 */
export async function openVector(file: Hdf5File, path: string, options: SourceReadOptions): Promise<Vector> {
  const dataset = await openDataset(file, path, options);
  const what = where(file, path);
  const { shape, type } = dataset.info;
  if (shape?.length !== 1) {
    const found = shape === null ? "a dataset without values" : `a dataset of ${shape.length} dimensions`;
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${what} is ${found}, expected one dimension for a part of a sparse matrix`,
    );
  }
  return vectorOf(dataset, shape[0]!, decoderOf(type, what));
}
