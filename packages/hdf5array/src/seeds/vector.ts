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
   * Calls `receive` with parts of the elements between the first span and the last, in any order: each a view that is used
   * again, and where it begins, counted from the beginning of the first span. Parts together hold the spans, and may hold
   * what lies between.
   *
   * @param spans - increasing, disjoint
   */
  visit(
    spans: readonly Span[],
    receive: (values: TypedArray, at: number) => void,
    options: PieceOptions,
  ): Promise<void>;
  /** Elements `start` up to but not including `stop`, in memory of their own. */
  read(start: number, stop: number, options: SourceReadOptions): Promise<TypedArray>;
}

/** A vector over a dataset, its values decoded by `decoder`. */
export function vectorOf(dataset: Hdf5Dataset, length: number, decoder: Decoder): Vector {
  const { size } = dataset.info.type;
  const visit: Vector["visit"] = (spans, receive, options) => {
    const start = spans[0]?.start ?? 0;
    const stop = spans.at(-1)?.stop ?? 0;
    return dataset.read(
      [spans],
      (piece) => {
        // What a chunk holds besides is left out before it is decoded.
        const first = piece.start[0]!;
        const from = Math.max(start, first);
        const to = Math.min(stop, first + piece.count[0]!);
        receive(decoder.decode(piece.bytes.subarray((from - first) * size, (to - first) * size)), from - start);
      },
      options,
    );
  };
  return {
    dataset,
    length,
    decoder,
    visit,
    async read(start, stop, options) {
      const out = allocate(decoder.dtype, stop - start) as TypedArray;
      await visit(spanOf(start, stop), (values, at) => out.set(values as never, at), options);
      return out;
    },
  };
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
