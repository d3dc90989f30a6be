import { DelayedArray, type DType, type NdArray, WRAP } from "delayedarray";
import { brand } from "delayedarray/internal";
import type { TileDbDimensionLabel } from "./dimension-labels.js";
import type { TileDbMetadata } from "./metadata.js";
import type { TileDbArrayOptions } from "./open-options.js";
import { TileDbArraySeed } from "./seed.js";

/**
 * One attribute of a TileDB array, dense or sparse, as a delayed array: subset it, do arithmetic on it, take statistics;
 * cells are read when they are asked for. Of a sparse array, what keeps zeros zero keeps it sparse.
 *
 * @example
 * ```ts
 * const array = await TileDbArray.open("dense.tiledb");
 * const corner = await array.subset([slice(0, 2), [2, 3]]).toDense();
 * await array.close();
 * ```
 */
export class TileDbArray<D extends DType = DType> extends DelayedArray<D> {
  readonly #seed: TileDbArraySeed<D>;

  /** @param seed - {@link TileDbArray.open} is the usual way to get here */
  constructor(seed: TileDbArraySeed<D>) {
    super(seed);
    this.#seed = seed;
    if (new.target === TileDbArray) Object.freeze(this);
  }

  /**
   * Opens an array of any rank whose dimensions are integers. Index 0 is where the domain starts; the shape is that of the
   * current domain where one is set, else of the domain. Nullable attributes are masked; of cells at the same coordinates
   * the sum is taken, as SciPy does.
   *
   * @param uri - a path, or a URI that TileDB knows (`file://`, `s3://` …)
   * @param options - `attributeName`: by default the only or first one; `timestamp`: what was written until then;
   * `config`: TileDB's settings; `missing`: what cells of a dense array that were never written are; `shape`: extents to
   * use of the domain, or `"written"`; `signal` stops the opening
   * @throws `NOT_FOUND` (array or attribute), `INVALID_ARGUMENT` (a group; bad options), `DTYPE_UNSUPPORTED` (of the
   * attribute or a dimension), `LIMIT_EXCEEDED` (an extent over 2^53 without `shape`), `SHAPE_MISMATCH` (a shape that does
   * not fit the domain), `UNSUPPORTED_FEATURE`, `FILE_INVALID`, `FILE_TRUNCATED`, `IO`, `LIBRARY_MISSING`
   */
  static async open<D extends DType = DType>(uri: string, options: TileDbArrayOptions = {}): Promise<TileDbArray<D>> {
    return new TileDbArray(await TileDbArraySeed.open<D>(uri, options));
  }

  /** The attribute that holds the values. */
  override get seed(): TileDbArraySeed<D> {
    return this.#seed;
  }

  /** Where the array is: the path or URI that it was opened with. */
  get uri(): string {
    return this.#seed.uri;
  }

  /** The same as `uri`. */
  get path(): string {
    return this.#seed.uri;
  }

  /** The attribute's name; empty for an attribute without one. */
  get attributeName(): string {
    return this.#seed.attributeName;
  }

  /** Names of the dimensions, one for each axis. */
  get dimensionNames(): readonly string[] {
    return this.#seed.dimensionNames;
  }

  /**
   * The array's metadata by their keys, as plain values: texts, numbers (bigints where they have 64 bits), lists of them.
   *
   * @throws (rejects) `INVALID_ARGUMENT` when the array is closed, `IO`, `FILE_INVALID`; the signal's reason when it aborts
   */
  async metadata(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<TileDbMetadata> {
    return this.#seed.metadata(options);
  }

  /** Labels of the dimensions, with name, axis, type and order; `readDimensionLabel` gives their values. */
  get dimensionLabels(): readonly TileDbDimensionLabel[] {
    return this.#seed.dimensionLabels;
  }

  /**
   * The labels of all indices of an axis: numbers, dates and times as their integers, or texts.
   *
   * @param name - one of `dimensionLabels`
   * @returns one value per index of the axis that the label belongs to
   * @throws (rejects) `NOT_FOUND` naming the labels there are, `DTYPE_UNSUPPORTED`, `INVALID_ARGUMENT` when the array is
   * closed, `IO`, `FILE_INVALID`; the signal's reason when it aborts
   */
  async readDimensionLabel(
    name: string,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<NdArray> {
    return this.#seed.readDimensionLabel(name, options);
  }

  override get className(): string {
    return "TileDbArray";
  }

  /**
   * Closes the array, once the reads that have begun have ended. From now on reading, also through arrays made from this
   * one, is `INVALID_ARGUMENT`.
   */
  async close(): Promise<void> {
    await this.#seed.close();
  }

  /** Closes, as `close` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
brand(TileDbArray, "tiledbarray.TileDbArray");

// From here, not in the seed's own file: the seed does not know the arrays above it.
Object.defineProperty(TileDbArraySeed.prototype, WRAP, {
  value(this: TileDbArraySeed): TileDbArray {
    return new TileDbArray(this);
  },
});
