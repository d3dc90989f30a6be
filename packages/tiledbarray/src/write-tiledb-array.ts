import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { type AnyArray, type DelayedArray, type DType, seeds, wrap } from "delayedarray";
import { isBlockStream, type BlockStream as TileDbBlockStream } from "delayedarray/internal";
import { contextFor } from "./config.js";
import { translated } from "./errors.js";
import { localPath } from "./local-path.js";
import { checkUri } from "./open-options.js";
import { TileDbArraySeed } from "./seed.js";
import { streamInput } from "./stream-input.js";
import { TileDbArray } from "./tiledb-array.js";
import { writeAppended } from "./write-append.js";
import { arrayInput } from "./write-input.js";
import { writeNew } from "./write-new.js";
import { checkWriteOptions, invalid, type WriteTileDbArrayOptions } from "./write-options.js";

/**
 * Writes an array of any kind and size to TileDB, block by block within `bufferSize`, some blocks at the same time, aligned
 * to tiles. Each block becomes a fragment.
 *
 * When it fails or is aborted, nothing of it can be read: a new array is removed, an array that was to be replaced or added
 * to is as it was. In a file system that holds when the process is killed, too: what is written is beside the array, in a
 * folder whose name ends in `.new`, until it is complete.
 *
 * ```ts
 * const written = await writeTileDbArray(log1p(x), "normalised.tiledb", { tile: [1000, 100] });
 * ```
 *
 * @param x - a delayed array, an array in memory, or a seed; or a stream of blocks, with `shape` among the options; masked arrays become a nullable attribute,
 * texts one of UTF-8 of any length
 * @param uri - where to: a path, or a URI that TileDB knows (`file://`, `s3://` …)
 * @param options - the schema, what to do with what is there, memory, progress: see {@link WriteTileDbArrayOptions}. Steps
 * of `onProgress` are elements
 * @returns the array that was written, opened
 * @throws `INVALID_ARGUMENT` (options; something is there already; the array reads what it would replace), `SHAPE_MISMATCH`,
 * `LIMIT_EXCEEDED` (no room in the domain), `UNSUPPORTED_FEATURE` (no axes, an extent of 0, what TileDB 2.30 does wrong),
 * `DTYPE_UNSUPPORTED`, `NOT_FOUND` (nothing to append to), `IO`, `LIBRARY_MISSING`; the signal's reason when it aborts
 * @see https://docs.tiledb.com/main/how-to/arrays/writing-arrays
 */
export async function writeTileDbArray<D extends DType = DType>(
  x: AnyArray<D> | TileDbBlockStream<D>,
  uri: string,
  options: WriteTileDbArrayOptions = {},
): Promise<TileDbArray> {
  checkWriteOptions(options);
  const where = `writeTileDbArray ${checkUri(uri, "writeTileDbArray")}`;
  const { config, signal } = options;
  signal?.throwIfAborted();
  const values = isBlockStream(x) ? await streamInput(x, options) : arrayInput(await checkedArray(x, uri, options));
  const writing = translated(where, async () => {
    const context = contextFor(config, where);
    const path = localPath(uri);
    const target = path === undefined ? uri : resolve(path);
    if (options.mode === "append") await writeAppended(values, target, options, context, where);
    else await writeNew(values, target, options, context, where);
  });
  await writing.finally(() => values.close?.());
  const attributeName = options.attributeName;
  return TileDbArray.open(uri, {
    ...(attributeName === undefined ? {} : { attributeName }),
    ...(config === undefined ? {} : { config }),
  });
}

/** The array under the dtype and the names that it is written with. @throws as `writeTileDbArray` */
async function checkedArray(x: AnyArray, uri: string, options: WriteTileDbArrayOptions): Promise<DelayedArray> {
  const { dtype, dimnames, shape } = options;
  if (shape !== undefined) throw invalid("shape: only for a stream of blocks; an array has its own");
  let values = wrap(x);
  if (dtype !== undefined && dtype !== values.dtype) values = values.astype(dtype);
  if (dimnames !== undefined) values = values.withDimnames(dimnames);
  await refuseOwnSeeds(values, uri, options);
  return values;
}

/** @throws `INVALID_ARGUMENT` when values would be read from the array that they replace */
async function refuseOwnSeeds(x: AnyArray, uri: string, { mode }: WriteTileDbArrayOptions): Promise<void> {
  if (mode !== "replace") return;
  const own = await placeOf(uri);
  for (const seed of seeds(x)) {
    if (seed instanceof TileDbArraySeed && (await placeOf(String(seed.recipe().arguments.uri))) === own) {
      throw invalid(`what is to be written reads from ${uri}, which it would replace: write to another place`);
    }
  }
}

async function placeOf(uri: string): Promise<string> {
  const path = localPath(uri);
  return path === undefined ? uri.replace(/\/+$/, "") : realpath(path).catch(() => resolve(path));
}
