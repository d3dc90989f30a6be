import { DelayedArray, type DType, WRAP } from "delayedarray";
import { brand } from "delayedarray/internal";
import { type Hdf5CompressedSparseMatrixOptions, Hdf5CompressedSparseMatrixSeed } from "./seeds/compressed-sparse.js";
import type { Hdf5Source } from "./source/byte-source.js";

/**
 * A sparse matrix (CSC or CSR) in an HDF5 group as a delayed array: subset it, do arithmetic on it, take statistics;
 * entries are read when they are asked for. What keeps zeros zero keeps it sparse.
 *
 * @example
 * ```ts
 * const counts = await Hdf5CompressedSparseMatrix.open("filtered_feature_bc_matrix.h5", "matrix");
 * const totals = await counts.sum({ axis: 0 });
 * await counts.close();
 * ```
 */
export class Hdf5CompressedSparseMatrix<D extends DType = DType> extends DelayedArray<D> {
  readonly #seed: Hdf5CompressedSparseMatrixSeed<D>;

  /** @param seed - {@link Hdf5CompressedSparseMatrix.open} is the usual way to get here */
  constructor(seed: Hdf5CompressedSparseMatrixSeed<D>) {
    super(seed);
    this.#seed = seed;
    if (new.target === Hdf5CompressedSparseMatrix) Object.freeze(this);
  }

  /**
   * Opens a sparse matrix. Shape and layout need not be given where the file states them: 10x Genomics' files by a
   * dataset `shape`, h5ad files by the attributes `shape` and `encoding-type`, before anndata 0.7 `h5sparse_shape` and
   * `h5sparse_format`. The file stays open, without a lock, until `close`.
   *
   * Entries of a column (CSC) or row (CSR) need not be sorted; those at the same place are added up, as SciPy does.
   *
   * @param source - a path, a `URL`, a `Blob` or `File`, bytes, or an object with `size` and `read`
   * @param group - path, within the file, of the group that holds the three parts
   * @param options - `shape: [rows, columns]`; `byColumn`: CSC or CSR; `dtype` converts the values; `dimnames` names rows and columns; `dataName`,
   * `indicesName`, `indptrName`: names within the group, or paths from the root; `signal` stops the opening; `fetch`,
   * `headers` and `range` are for URLs
   * @throws `NOT_FOUND` (file, group or part), `INVALID_ARGUMENT` (a dataset; shape or layout neither stated nor given;
   * a layout that the file contradicts), `SHAPE_MISMATCH` (a shape that the file contradicts), `DTYPE_UNSUPPORTED`,
   * `UNSUPPORTED_FEATURE` (a filter that is not available), `FILE_INVALID` (parts that contradict each other; when
   * read, an index outside the shape), `FILE_TRUNCATED`, `IO`
   */
  static async open<D extends DType = DType>(
    source: Hdf5Source,
    group: string,
    options: Hdf5CompressedSparseMatrixOptions<D> = {},
  ): Promise<Hdf5CompressedSparseMatrix<D>> {
    return new Hdf5CompressedSparseMatrix(await Hdf5CompressedSparseMatrixSeed.open(source, group, options));
  }

  /** What holds the entries. */
  override get seed(): Hdf5CompressedSparseMatrixSeed<D> {
    return this.#seed;
  }

  /** The file: its path or URL, or what kind of source it came from. */
  get path(): string {
    return this.#seed.path;
  }

  /** The group's absolute path within the file. */
  get group(): string {
    return this.#seed.group;
  }

  /** Whether the entries are stored column by column (CSC) or row by row (CSR). */
  get byColumn(): boolean {
    return this.#seed.byColumn;
  }

  /** What an opener of formats recognised, in words; `null` for an array that was opened by its path alone. */
  get found(): string | null {
    return this.#seed.found;
  }

  override get className(): string {
    return "Hdf5CompressedSparseMatrix";
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
brand(Hdf5CompressedSparseMatrix, "hdf5array.Hdf5CompressedSparseMatrix");

// From here, not in the seed's own file: the seed does not know the arrays above it.
Object.defineProperty(Hdf5CompressedSparseMatrixSeed.prototype, WRAP, {
  value(this: Hdf5CompressedSparseMatrixSeed): Hdf5CompressedSparseMatrix {
    return new Hdf5CompressedSparseMatrix(this);
  },
});
