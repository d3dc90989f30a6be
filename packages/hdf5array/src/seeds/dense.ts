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
  type SparseNdarray,
  type TypedArrayOf,
} from "delayedarray";
import {
  type AxisSelection,
  checkCast,
  checkDType,
  checkOptions,
  checkRequest,
  cStrides,
  seedEntrySelection,
} from "delayedarray/internal";
import type { Hdf5Dataset, Hdf5File } from "../file/hdf5-file.js";
import { absolutePath, openDataset, where } from "../file/locate.js";
import { openHdf5File } from "../file/open-file.js";
import { type OpenedSource, openedBefore } from "../file/opened-source.js";
import type { PieceOptions } from "../read/piece.js";
import { type Hdf5Source, SOURCE_OPTIONS, type SourceOptions } from "../source/byte-source.js";
import { checkAddress, sourceAddress } from "../source/source-address.js";
import { checkNames } from "./check-names.js";
import { type ElementContent, elementContent } from "./element-content.js";
import { checkFlag, checkPath } from "./open-options.js";
import { DENSE_OPENER } from "./opener-names.js";
import { checkMissing, type RMeaning, rMeaning } from "./r-missing.js";
import { readElements } from "./read-elements.js";
import { type ReshapedView, readReshaped, reshapedView } from "./read-reshaped.js";
import { withSource } from "./source-of.js";
import { extractAsSparse } from "./sparse-view.js";

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
  /** The field of a compound that is read; of a field that is a compound itself the path of one of its own: `"a/b"`. */
  readonly field?: string | undefined;
  /**
   * Whether the array says that it is sparse: blocks and results are then sparse, and operations that keep zeros work on
   * stored entries only. It is read as it is stored, dense. For datasets that are dense by format only.
   */
  readonly asSparse?: boolean | undefined;
  /**
   * The shape under which the elements are seen, in the order in which they are stored; one extent may be -1. With
   * `nativeOrder: false` the order is R's, the first index fastest.
   */
  readonly reshape?: readonly number[] | undefined;
  /**
   * `"R"`: values that R has as `NA` are missing, and what rhdf5 stored of logical values is `bool`, as R sees the same
   * file. If not given, all values are what the file has.
   */
  readonly missing?: "R" | undefined;
}

const OPTIONS = [
  "nativeOrder",
  "dtype",
  "dimnames",
  "field",
  "asSparse",
  "reshape",
  "missing",
  ...SOURCE_OPTIONS,
] as const;

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
  /** Extents of a chunk, in the order of `shape`; `null` when the dataset is stored in one piece, or seen reshaped. */
  readonly chunks: readonly number[] | null;
  /** Whether the dimensions are in the file's order, or reversed. */
  readonly nativeOrder: boolean;
  /** Names of the indices of each axis; `null` when no axis has any. */
  readonly dimnames: Dimnames | null;
  /** What an opener of formats recognised, in words; `null` for an array that was opened by its path alone. */
  readonly found: string | null;
  /** The path of the field that is read; `null` for whole elements. */
  readonly field: string | null;
  readonly isSparse: boolean;
  /** Whether values may be missing, as `missing: "R"` asks. */
  readonly isMasked: boolean;
  readonly givesFreshArrays = true;
  readonly #file: Hdf5File;
  readonly #dataset: Hdf5Dataset;
  readonly #content: ElementContent;
  readonly #view: ReshapedView | null;
  readonly #meaning: RMeaning | null;
  readonly #recipe: (seed: Hdf5DenseArraySeed) => SeedRecipe;

  private constructor(
    file: Hdf5File,
    dataset: Hdf5Dataset,
    shape: readonly number[],
    content: ElementContent,
    meaning: RMeaning | null,
    { nativeOrder = true, dtype, field, asSparse = false, reshape, dimnames = null }: Hdf5DenseArrayOptions,
    opened: OpenedSource | null,
    recipe: (seed: Hdf5DenseArraySeed) => SeedRecipe,
  ) {
    const { path } = dataset.info;
    // What an array type holds is read whole, as if it were in one chunk.
    const chunks = dataset.info.chunks === null ? null : [...dataset.info.chunks, ...content.extents];
    const ordered = (extents: readonly number[]) => Object.freeze(nativeOrder ? [...extents] : [...extents].reverse());
    this.path = file.name;
    this.name = path;
    this.#view = reshape === undefined ? null : reshapedView(shape, chunks, nativeOrder ? reshape : reverse(reshape));
    this.shape = ordered(this.#view?.shape ?? shape);
    this.dtype = (dtype ?? meaning?.dtype ?? content.dtype) as D;
    this.chunks = chunks === null || this.#view !== null ? null : ordered(chunks);
    this.nativeOrder = nativeOrder;
    this.field = field ?? null;
    this.isSparse = asSparse;
    this.isMasked = meaning !== null;
    this.#meaning = meaning;
    this.#file = file;
    this.#dataset = dataset;
    this.#content = content;
    this.dimnames = checkNames(opened?.findings.dimnames ?? dimnames, this.shape, where(file, path));
    this.found = opened?.findings.found ?? null;
    this.#recipe = recipe;
    Object.freeze(this);
  }

  /**
   * Opens a dataset. The file stays open, without a lock, until `close`.
   *
   * @param source - a path, a `URL`, a `Blob` or `File`, bytes, or an object with `size` and `read`
   * @param name - the dataset's path within the file
   * @throws `NOT_FOUND` (file, dataset or field), `INVALID_ARGUMENT` (a group; a dataset without values),
   * `DTYPE_UNSUPPORTED` (also a compound without `field`), `SHAPE_MISMATCH` (`reshape`),
   * `UNSUPPORTED_FEATURE` (a filter that is not available), `FILE_INVALID`, `FILE_TRUNCATED`, `IO`
   */
  static async open<D extends DType = DType>(
    source: Hdf5Source,
    name: string,
    options: Hdf5DenseArrayOptions<D> = {},
  ): Promise<Hdf5DenseArraySeed<D>> {
    const { nativeOrder, dtype, field, asSparse, reshape, missing } = checkOptions(
      "Hdf5DenseArray.open",
      options,
      OPTIONS,
    );
    const path = absolutePath(checkPath(name, "name"));
    if (nativeOrder !== undefined) checkFlag(nativeOrder, "nativeOrder");
    if (asSparse !== undefined) checkFlag(asSparse, "asSparse");
    if (field !== undefined) checkPath(field, "field");
    if (reshape !== undefined && !Array.isArray(reshape))
      throw new DelayedArrayError("INVALID_ARGUMENT", "reshape: expected an array of extents");
    if (dtype !== undefined) checkDType(dtype);
    if (missing !== undefined) checkMissing(missing, asSparse);
    const opened = openedBefore(source);
    const file = await openHdf5File(source, options);
    try {
      const dataset = await openDataset(file, path, options);
      const what = where(file, path);
      const { shape, type } = dataset.info;
      if (shape === null)
        throw new DelayedArrayError("INVALID_ARGUMENT", `${what} holds no values: its dataspace is null`);
      const plain = elementContent(type, field, missing === undefined ? dtype : undefined, what);
      const meaning = missing === undefined ? null : await rMeaning(file, path, plain.dtype, options);
      if (meaning !== null && dtype !== undefined) checkCast(meaning.dtype, dtype);
      // Which values are missing can be seen before they are converted only.
      const content = meaning === null ? elementContent(type, field, dtype, what) : plain;
      if ((field !== undefined || content.extents.length > 0) && dataset.reader === "h5wasm") {
        throw new DelayedArrayError(
          "UNSUPPORTED_FEATURE",
          `${what}: fields and arrays of a virtual dataset, or of one with a filter that only h5wasm undoes, are not read`,
        );
      }
      if (asSparse && content.dtype === "string")
        throw new DelayedArrayError(
          "DTYPE_UNSUPPORTED",
          `${what} holds strings, which cannot be sparse: leave out asSparse`,
        );
      const whole = [...shape, ...content.extents];
      const recipe = recipeOf(source, options);
      const seed = new Hdf5DenseArraySeed<D>(file, dataset, whole, content, meaning, options, opened, recipe);
      return withSource(seed, opened?.source ?? source);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** The dataset's chunks; one row where it is stored in one piece. Of a reshaped view: bands of chunks. */
  chunkGrid(): Grid {
    const ordered = (extents: readonly number[]) => (this.nativeOrder ? extents : reverse(extents));
    const rowAxis = this.nativeOrder ? this.shape.length - 1 : 0;
    const chunks =
      this.#view === null
        ? (this.chunks ?? this.shape.map((extent, axis) => (axis === rowAxis ? extent : 1)))
        : ordered(this.#view.chunks);
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

  /** The seed protocol: the elements asked for, C-contiguous. Progress is told after each chunk, but of reshaped views. */
  async extractDense(subset: SeedSubset, options: ExtractOptions = {}): Promise<NdArray<D>> {
    const asked = checkRequest(subset, this.shape, where(this.#file, this.name));
    const shape = asked.map(({ length }) => length);
    const selections = this.nativeOrder ? asked : asked.reverse();
    const array = await this.#extractStored(selections, shape, options);
    if (this.#meaning === null) return array as NdArray<D>;
    const marked = this.#meaning.mark(array);
    return (marked.dtype === this.dtype ? marked : marked.astype(this.dtype)) as NdArray<D>;
  }

  async #extractStored(
    selections: readonly AxisSelection[],
    shape: readonly number[],
    options: ExtractOptions,
  ): Promise<NdArray> {
    if (this.#view !== null) return this.#extractReshaped(this.#view, selections, options);
    const stride = this.nativeOrder ? cStrides(shape) : cStrides(shape).reverse();
    return new NdArray({ data: await this.#read(selections, stride, options), shape, dtype: this.#content.dtype });
  }

  async #read(
    selections: readonly AxisSelection[],
    stride: readonly number[],
    options: PieceOptions,
  ): Promise<TypedArrayOf> {
    const source = { file: this.#file, dataset: this.#dataset, content: this.#content };
    return (await readElements(source, selections, stride, options)) as TypedArrayOf;
  }

  async #extractReshaped(
    view: ReshapedView,
    selections: readonly AxisSelection[],
    { signal }: ExtractOptions,
  ): Promise<NdArray> {
    const { dtype } = this.#content;
    const array = await readReshaped<DType>(view, selections, dtype, async (request) => {
      const stored = request.map(seedEntrySelection);
      const shape = stored.map(({ length }) => length);
      return new NdArray({ data: await this.#read(stored, cStrides(shape), { signal }), shape, dtype });
    });
    return this.nativeOrder ? array : array.transpose().contiguous();
  }

  /** The seed protocol: the same as a sparse array, where `asSparse` was asked for. */
  async extractSparse(subset: SeedSubset, options: ExtractOptions = {}): Promise<SparseNdarray<D>> {
    return extractAsSparse(this, subset, options);
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
function recipeOf(
  source: Hdf5Source,
  { dimnames, reshape, missing }: Hdf5DenseArrayOptions,
): (seed: Hdf5DenseArraySeed) => SeedRecipe {
  const opened = openedBefore(source);
  if (opened !== null) return () => opened.recipe();
  const address = sourceAddress(source);
  return ({ path, name, nativeOrder, dtype, field, isSparse, shape }) => ({
    opener: DENSE_OPENER,
    arguments: {
      source: checkAddress(address, path),
      name,
      nativeOrder,
      dtype,
      ...(dimnames ? { dimnames } : {}),
      ...(field === null ? {} : { field }),
      ...(isSparse ? { asSparse: true } : {}),
      ...(reshape === undefined ? {} : { reshape: shape }),
      ...(missing === undefined ? {} : { missing }),
    },
  });
}

function reverse(extents: readonly number[]): number[] {
  return [...extents].reverse();
}
