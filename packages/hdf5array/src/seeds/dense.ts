import {
  chunkShapeToGrid,
  DelayedArrayError,
  type Dimnames,
  type DType,
  type ExtractOptions,
  type Grid,
  NdArray,
  type Seed,
  type SeedRecipe,
  type SeedSubset,
  type TypedArray,
} from "delayedarray";
import { type AxisSelection, allocate, checkDType, checkRequest, cStrides } from "delayedarray/internal";
import { convertedDecoder, type Decoder, decoderOf } from "../decode/decoder.js";
import type { Hdf5Dataset, Hdf5File } from "../file/hdf5-file.js";
import { absolutePath, openDataset, where } from "../file/locate.js";
import { openHdf5File } from "../file/open-file.js";
import { type OpenedSource, openedBefore } from "../file/opened-source.js";
import type { Box, PieceOptions } from "../read/piece.js";
import type { Hdf5Source, SourceOptions } from "../source/byte-source.js";
import { checkAddress, sourceAddress } from "../source/source-address.js";
import { checkNames } from "./check-names.js";
import { checkFlag, checkOptions, checkPath } from "./open-options.js";
import { DENSE_OPENER } from "./opener-names.js";
import { placer } from "./place.js";
import { withSource } from "./source-of.js";
import { gapOf, readUnits, spansOf } from "./spans.js";

/** How a dense array is opened. */
export interface Hdf5DenseArrayOptions<D extends DType = DType> extends SourceOptions {
  /**
   * Whether axes are in the file's order, the last one contiguous; the default. `false` reverses shape, chunks and axes,
   * as R sees the same file.
   */
  readonly nativeOrder?: boolean | undefined;
  /** Converts the values as they are read; by default they keep the file's type. */
  readonly dtype?: D | undefined;
  /** Names of the indices of each axis, `null` for an axis without, in the order of the array's axes. */
  readonly dimnames?: Dimnames | null | undefined;
}

/** Cost of reading an element, relative to memory. */
export const COST_FACTOR = 20;

/**
 * A dense HDF5 dataset as a seed. Values are read when they are asked for: the chunks that hold them, each once, several
 * at the same time.
 */
export class Hdf5DenseArraySeed<D extends DType = DType> implements Seed<D> {
  /** The file: its path or URL, or what kind of source it came from. */
  readonly path: string;
  /** The dataset's absolute path within the file. */
  readonly name: string;
  /** Extents, one per axis. */
  readonly shape: readonly number[];
  /** Element type. */
  readonly dtype: D;
  /** Extents of a chunk, in the order of `shape`; `null` when the dataset is stored in one piece. */
  readonly chunks: readonly number[] | null;
  /** Whether the dimensions are in the file's order, or reversed. */
  readonly nativeOrder: boolean;
  /** Names of the indices of each axis; `null` when no axis has any. */
  readonly dimnames: Dimnames | null;
  /** What an opener of formats recognised, in words; `null` for an array that was opened by its path alone. */
  readonly found: string | null;
  readonly isSparse = false;
  readonly isMasked = false;
  readonly givesFreshArrays = true;
  readonly #file: Hdf5File;
  readonly #dataset: Hdf5Dataset;
  readonly #decoder: Decoder;
  readonly #recipe: (seed: Hdf5DenseArraySeed) => SeedRecipe;

  private constructor(
    file: Hdf5File,
    dataset: Hdf5Dataset,
    shape: readonly number[],
    decoder: Decoder,
    nativeOrder: boolean,
    dimnames: Dimnames | null,
    opened: OpenedSource | null,
    recipe: (seed: Hdf5DenseArraySeed) => SeedRecipe,
  ) {
    const { path, chunks } = dataset.info;
    const ordered = (extents: readonly number[]) => Object.freeze(nativeOrder ? [...extents] : [...extents].reverse());
    this.path = file.name;
    this.name = path;
    this.shape = ordered(shape);
    this.dtype = decoder.dtype as D;
    this.chunks = chunks === null ? null : ordered(chunks);
    this.nativeOrder = nativeOrder;
    this.#file = file;
    this.#dataset = dataset;
    this.#decoder = decoder;
    this.dimnames = checkNames(dimnames, this.shape, where(file, path));
    this.found = opened?.findings.found ?? null;
    this.#recipe = recipe;
    Object.freeze(this);
  }

  /**
   * Opens a dataset. The file stays open, without a lock, until `close`.
   *
   * @param source - a path, a `URL`, a `Blob` or `File`, bytes, or an object with `size` and `read`
   * @param name - the dataset's path within the file
   * @throws `NOT_FOUND` (file or dataset), `INVALID_ARGUMENT` (a group; a dataset without values), `DTYPE_UNSUPPORTED`,
   * `UNSUPPORTED_FEATURE` (a filter that is not available), `FILE_INVALID`, `FILE_TRUNCATED`, `IO`
   */
  static async open<D extends DType = DType>(
    source: Hdf5Source,
    name: string,
    options: Hdf5DenseArrayOptions<D> = {},
  ): Promise<Hdf5DenseArraySeed<D>> {
    const { nativeOrder = true, dtype, dimnames = null } = checkOptions(options, "Hdf5DenseArray.open");
    const path = absolutePath(checkPath(name, "name"));
    checkFlag(nativeOrder, "nativeOrder");
    if (dtype !== undefined) checkDType(dtype);
    const opened = openedBefore(source);
    const file = await openHdf5File(source, options);
    try {
      const dataset = await openDataset(file, path, options);
      const what = where(file, path);
      const { shape, type } = dataset.info;
      if (shape === null)
        throw new DelayedArrayError("INVALID_ARGUMENT", `${what} holds no values: its dataspace is null`);
      const decoder = decoderOf(type, what);
      const seed = new Hdf5DenseArraySeed<D>(
        file,
        dataset,
        shape,
        dtype === undefined ? decoder : convertedDecoder(decoder, dtype),
        nativeOrder,
        opened?.findings.dimnames ?? dimnames,
        opened,
        recipeOf(source, options.dimnames),
      );
      return withSource(seed, opened?.source ?? source);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** The dataset's chunks; one row where it is stored in one piece. */
  chunkGrid(): Grid {
    const rowAxis = this.nativeOrder ? this.shape.length - 1 : 0;
    const chunks = this.chunks ?? this.shape.map((extent, axis) => (axis === rowAxis ? extent : 1));
    return chunkShapeToGrid(
      chunks.map((extent, axis) => Math.min(extent, Math.max(1, this.shape[axis]!))),
      this.shape,
      COST_FACTOR,
    );
  }

  /** How to open the dataset again. @throws `UNSUPPORTED_FEATURE` when it came from neither a path nor a URL */
  recipe(): SeedRecipe {
    return this.#recipe(this);
  }

  /** The seed protocol: the elements asked for, C-contiguous. Progress is told after each chunk. */
  async extractDense(subset: SeedSubset, options: ExtractOptions = {}): Promise<NdArray<D>> {
    const asked = checkRequest(subset, this.shape, where(this.#file, this.name));
    const shape = asked.map(({ length }) => length);
    const data = allocate(
      this.dtype,
      shape.reduce((product, extent) => product * extent, 1),
    );
    const stride = cStrides(shape);
    const selections = this.nativeOrder ? asked : asked.reverse();
    if (!this.nativeOrder) stride.reverse();
    await this.#fill(selections, data as TypedArray, stride, options);
    return new NdArray<D>({ data, shape, dtype: this.dtype });
  }

  /** Reads what is selected into its places. */
  async #fill(
    selections: readonly AxisSelection[],
    data: TypedArray,
    stride: readonly number[],
    options: PieceOptions,
  ): Promise<void> {
    const { info, reader, readInto } = this.#dataset;
    const box = boxOf(selections);
    const inOrder = this.nativeOrder || selections.length < 2;
    if (readInto !== undefined && box !== null && inOrder && this.#decoder.isNative && data.length > 0) {
      await readInto(box, new Uint8Array(data.buffer, data.byteOffset, data.byteLength), options);
      return;
    }
    const { size } = info.type;
    const units = readUnits(info.shape!, info.chunks, size);
    // Chunks that hold nothing of what is selected are left out, unless a call costs more than they do.
    const gap = reader === "direct" && info.chunks !== null ? 0 : gapOf(units, info.chunks, size);
    const spans = selections.map((selection, axis) => spansOf(selection, units[axis]!, gap));
    const place = placer(selections, data, stride);
    await this.#dataset.read(spans, (piece) => place(this.#decoder.decode(piece.bytes), piece), options);
  }

  /** Closes the file. Reading afterwards, also through arrays made from this one, is `INVALID_ARGUMENT`. */
  async close(): Promise<void> {
    this.#file.close();
  }

  /** Closes, as `close` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#file.close();
  }
}

/** How an array is opened again: as an opener of formats found it, else by its path. */
function recipeOf(source: Hdf5Source, dimnames: Dimnames | null | undefined): (seed: Hdf5DenseArraySeed) => SeedRecipe {
  const opened = openedBefore(source);
  if (opened !== null) return () => opened.recipe();
  const address = sourceAddress(source);
  return ({ path, name, nativeOrder, dtype }) => ({
    opener: DENSE_OPENER,
    arguments: {
      source: checkAddress(address, path),
      name,
      nativeOrder,
      dtype,
      ...(dimnames ? { dimnames } : {}),
    },
  });
}

/** The box that selections are, if they are one. */
function boxOf(selections: readonly AxisSelection[]): Box | null {
  const start: number[] = [];
  for (const selection of selections) {
    if (selection.kind !== "range" || selection.step !== 1) return null;
    start.push(selection.start);
  }
  return { start, count: selections.map(({ length }) => length) };
}
