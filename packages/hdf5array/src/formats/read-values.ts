import { DelayedArrayError, NdArray } from "delayedarray";
import { decoderOf } from "../decode/decoder.js";
import type { Hdf5Dataset, Hdf5File } from "../file/hdf5-file.js";
import { openDataset, where } from "../file/locate.js";
import { placeBox } from "../file/place-box.js";
import type { SourceReadOptions } from "../source/byte-source.js";

/** Bytes of a dataset that is read whole. */
const MOST_BYTES = 2 ** 31;

/**
 * The bytes of all elements of a dataset, in C order.
 *
 * @throws `INVALID_ARGUMENT` for a null dataspace, `LIMIT_EXCEEDED`
 */
export async function readBytes(file: Hdf5File, dataset: Hdf5Dataset, options: SourceReadOptions): Promise<Uint8Array> {
  const { path, shape, type } = dataset.info;
  const what = where(file, path);
  if (shape === null) throw new DelayedArrayError("INVALID_ARGUMENT", `${what} holds no values: its dataspace is null`);
  const size = shape.reduce((product, extent) => product * extent, type.size);
  if (size > MOST_BYTES) {
    throw new DelayedArrayError(
      "LIMIT_EXCEEDED",
      `${what} has ${size} bytes, more than the ${MOST_BYTES} that can be read at once`,
    );
  }
  const bytes = new Uint8Array(size);
  const spans = shape.map((extent) => (extent === 0 ? [] : [{ start: 0, stop: extent }]));
  if (size > 0) await dataset.read(spans, (piece) => placeBox(piece, type.size, shape, bytes), options);
  return bytes;
}

/**
 * A dataset of numbers or booleans as an array in memory.
 *
 * @throws `NOT_FOUND`, `INVALID_ARGUMENT` when it is none or holds no values, `DTYPE_UNSUPPORTED`, `LIMIT_EXCEEDED`
 */
export async function readNumbers(file: Hdf5File, path: string, options: SourceReadOptions): Promise<NdArray> {
  const dataset = await openDataset(file, path, options);
  const decoder = decoderOf(dataset.info.type, where(file, path));
  const bytes = await readBytes(file, dataset, options);
  return new NdArray({
    data: decoder.decode(bytes).slice(),
    shape: dataset.info.shape!,
    dtype: decoder.dtype,
  } as never);
}
