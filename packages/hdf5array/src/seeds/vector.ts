import { DelayedArrayError, type TypedArray } from "delayedarray";
import { allocate } from "delayedarray/internal";
import { type Decoder, decoderOf } from "../decode/decoder.js";
import type { Hdf5Dataset, Hdf5File } from "../file/hdf5-file.js";
import { openDataset, where } from "../file/locate.js";
import type { SourceReadOptions } from "../source/byte-source.js";

/** A one-dimensional dataset of numbers. */
export interface Vector {
  readonly dataset: Hdf5Dataset;
  readonly length: number;
  readonly decoder: Decoder;
  /**
   * Calls `receive` with parts of these elements, in any order: each a view that is used again, and where in them it begins.
   */
  visit(
    start: number,
    stop: number,
    receive: (values: TypedArray, at: number) => void,
    options: SourceReadOptions,
  ): Promise<void>;
  /** Elements `start` up to but not including `stop`, in memory of their own. */
  read(start: number, stop: number, options: SourceReadOptions): Promise<TypedArray>;
}

/** A vector over a dataset, its values decoded by `decoder`. */
export function vectorOf(dataset: Hdf5Dataset, length: number, decoder: Decoder): Vector {
  const { size } = dataset.info.type;
  const visit: Vector["visit"] = (start, stop, receive, options) =>
    dataset.read(
      [stop > start ? [{ start, stop }] : []],
      (piece) => {
        // What a chunk holds besides is left out before it is decoded.
        const first = piece.start[0]!;
        const from = Math.max(start, first);
        const to = Math.min(stop, first + piece.count[0]!);
        receive(decoder.decode(piece.bytes.subarray((from - first) * size, (to - first) * size)), from - start);
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
      await visit(start, stop, (values, at) => out.set(values as never, at), options);
      return out;
    },
  };
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
