import type { AnyArray, Dimnames, DType } from "delayedarray";
import { type BlockStream, checkDType, checkOptions, isBlockStream } from "delayedarray/internal";
import { absolutePath } from "./file/locate.js";
import { openHdf5File } from "./file/open-file.js";
import { readDimnames } from "./formats/r-dimnames.js";
import { Hdf5DenseArray } from "./hdf5-dense-array.js";
import { checkFlag, checkPath } from "./seeds/open-options.js";
import type { Hdf5Source } from "./source/byte-source.js";
import { DENSE_WRITE_OPTIONS, type DenseWriteOptions } from "./write/dense-write-options.js";
import type { Hdf5Target } from "./write/hdf5-target.js";
import { refuseOwnSource } from "./write/refuse-own-source.js";
import { writeDense } from "./write/write-dense.js";
import { writeHdf5 } from "./write/write-hdf5.js";
import { checkMode } from "./write/write-options.js";

const WHAT = "writeHdf5DenseArray";

/**
 * Writes an array as a dense HDF5 dataset, block by block, so that it may be larger than memory. Booleans become the enum
 * that h5py reads as bool, strings UTF-8 strings of variable length, dimnames what R's HDF5Array reads as such.
 *
 * The file is complete or is not there: a new one is written beside its target and takes its place at the end. A failure,
 * an abort or a full disk leave what was there before.
 *
 * @example
 * ```ts
 * const written = await writeHdf5DenseArray(log1p(x), "logs.h5", "logs", { chunks: [1000, 100] });
 * ```
 *
 * @param x - an array of any kind, or an async iterable of arrays that follow each other along the first axis, or of blocks
 * as `blocks()` gives them
 * @param target - a path, a `file:` URL, a `FileSystemFileHandle`, or a function that gets the complete file as a `Blob`
 * @param name - the dataset's path within the file; groups on the way to it are made
 * @param options - see {@link DenseWriteOptions}
 * @returns the array as it is in the file, open
 * @throws `INVALID_ARGUMENT` for an object that is there already (with `mode: "create"`), for a file that `x` itself reads,
 * for missing entries; `SHAPE_MISMATCH`, `DTYPE_UNSUPPORTED`, `NOT_FOUND` for a folder that does not exist, `FILE_INVALID`
 * for a file that is there and is not HDF5, `LIMIT_EXCEEDED`, `IO`, also for a full disk; the signal's reason when it aborts
 */
export async function writeHdf5DenseArray<D extends DType>(
  x: AnyArray<D> | BlockStream<D>,
  target: Hdf5Target,
  name: string,
  options?: DenseWriteOptions<D> & { readonly dtype?: undefined },
): Promise<Hdf5DenseArray<D>>;
export async function writeHdf5DenseArray<D extends DType>(
  x: AnyArray | BlockStream,
  target: Hdf5Target,
  name: string,
  options: DenseWriteOptions<D>,
): Promise<Hdf5DenseArray<D>>;
export async function writeHdf5DenseArray(
  x: AnyArray | BlockStream,
  target: Hdf5Target,
  name: string,
  options: DenseWriteOptions = {},
): Promise<Hdf5DenseArray> {
  const { signal, dtype, mode, nativeOrder = true } = checkOptions(WHAT, options, DENSE_WRITE_OPTIONS);
  const path = absolutePath(checkPath(name, "name"));
  checkMode(mode);
  checkFlag(nativeOrder, "nativeOrder");
  if (dtype !== undefined) checkDType(dtype);
  if (!isBlockStream(x)) await refuseOwnSource(x, target);
  const source = await writeHdf5(target, { what: WHAT, signal }, (output) => writeDense(output, path, x, options));
  const dimnames = await namesOf(source, path, nativeOrder, signal);
  return Hdf5DenseArray.open(source, path, { nativeOrder, dimnames, signal });
}

/** The names that the file has for the array: also those that were there before something was appended. */
async function namesOf(
  source: Hdf5Source,
  path: string,
  nativeOrder: boolean,
  signal: AbortSignal | undefined,
): Promise<Dimnames | null> {
  const file = await openHdf5File(source, { signal });
  try {
    const { shape } = (await file.dataset(path, { signal })).info;
    const names = (await readDimnames(file, path, shape ?? [], { signal }))?.names ?? null;
    return names === null || nativeOrder ? names : [...names].reverse();
  } finally {
    file.close();
  }
}
