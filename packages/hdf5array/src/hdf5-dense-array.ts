import { DelayedArray, type DType, WRAP } from "delayedarray";
import { brand } from "delayedarray/internal";
import { type Hdf5DenseArrayOptions, Hdf5DenseArraySeed } from "./seeds/dense.js";
import type { Hdf5Source } from "./source/byte-source.js";

/**
 * A dense HDF5 dataset as a delayed array: subset it, do arithmetic on it, take statistics; values are read when they
 * are asked for, and only the chunks that hold them.
 *
 * @example
 * ```ts
 * const array = await Hdf5DenseArray.open("whee.h5", "yay");
 * const corner = await array.subset([slice(0, 2), [2, 3]]).toDense();
 * await array.close();
 * ```
 */
export class Hdf5DenseArray<D extends DType = DType> extends DelayedArray<D> {
  readonly #seed: Hdf5DenseArraySeed<D>;

  /** @param seed - {@link Hdf5DenseArray.open} is the usual way to get here */
  constructor(seed: Hdf5DenseArraySeed<D>) {
    super(seed);
    this.#seed = seed;
    if (new.target === Hdf5DenseArray) Object.freeze(this);
  }

  /**
   * Opens a dataset of any rank: booleans, integers and floats of either byte order; half precision is read as float32,
   * h5py's boolean enum as bool, other enums as the integers that they are stored as; strings of fixed and of variable
   * length, ASCII or UTF-8, as `string`; of a compound one field. The file stays open, without a lock, until `close`.
   *
   * @param source - a path, a `URL`, a `Blob` or `File`, bytes, or an object with `size` and `read`
   * @param name - the dataset's path within the file
   * @param options - `nativeOrder: false` reverses shape, chunks and axes, as R sees the same file; `dtype` converts;
   * `field` names the field of a compound, `asSparse` makes the array sparse, `reshape` shows it under another shape;
   * `missing: "R"` has values missing that are `NA` in R; `dimnames` names the indices of the axes; `signal` stops the opening; `fetch`, `headers` and `range` are for URLs
   * @throws `NOT_FOUND` (file, dataset or field), `INVALID_ARGUMENT` (a group; a dataset without values),
   * `DTYPE_UNSUPPORTED` (also a compound without `field`; it lists the fields), `SHAPE_MISMATCH` (`reshape`),
   * `UNSUPPORTED_FEATURE` (a filter that is not available), `FILE_INVALID`, `FILE_TRUNCATED`, `IO`
   */
  static async open<D extends DType = DType>(
    source: Hdf5Source,
    name: string,
    options: Hdf5DenseArrayOptions<D> = {},
  ): Promise<Hdf5DenseArray<D>> {
    return new Hdf5DenseArray(await Hdf5DenseArraySeed.open(source, name, options));
  }

  /** The dataset that holds the values. */
  override get seed(): Hdf5DenseArraySeed<D> {
    return this.#seed;
  }

  /** The file: its path or URL, or what kind of source it came from. */
  get path(): string {
    return this.#seed.path;
  }

  /** The dataset's absolute path within the file. */
  get name(): string {
    return this.#seed.name;
  }

  /** What an opener of formats recognised, in words; `null` for an array that was opened by its path alone. */
  get found(): string | null {
    return this.#seed.found;
  }

  override get className(): string {
    return "Hdf5DenseArray";
  }

  /** Closes the file. Reading afterwards, also through arrays made from this one, is `INVALID_ARGUMENT`. */
  async close(): Promise<void> {
    await this.#seed.close();
  }

  /** Closes, as `close` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
brand(Hdf5DenseArray, "hdf5array.Hdf5DenseArray");

// From here, not in the seed's own file: the seed does not know the arrays above it.
Object.defineProperty(Hdf5DenseArraySeed.prototype, WRAP, {
  value(this: Hdf5DenseArraySeed): Hdf5DenseArray {
    return new Hdf5DenseArray(this);
  },
});
