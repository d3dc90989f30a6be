import { type AnyArray, DelayedArrayError, type DType, defaultBufferSize } from "delayedarray";
import { type BlockStream, checkDType, checkOptions, endingProgress, itemSize, shown } from "delayedarray/internal";
import { absolutePath } from "./file/locate.js";
import { Hdf5CompressedSparseMatrix } from "./hdf5-compressed-sparse-matrix.js";
import { openH5adMatrix } from "./open-h5ad-matrix.js";
import { openTenxMatrix } from "./open-tenx-matrix.js";
import { checkFlag, checkPath } from "./seeds/open-options.js";
import type { Hdf5Source } from "./source/byte-source.js";
import type { Hdf5Target } from "./write/hdf5-target.js";
import { refuseOwnSource } from "./write/refuse-own-source.js";
import { checkFeatures, checkNames } from "./write/sparse/check-names.js";
import { examineExisting } from "./write/sparse/existing-matrix.js";
import { SPARSE_LAYOUTS, type SparseFileLayout, type TenxFeatures } from "./write/sparse/layouts.js";
import { type MatrixInput, matrixInput } from "./write/sparse/matrix-input.js";
import { openScratch } from "./write/sparse/scratch.js";
import { targetFolder } from "./write/sparse/target-path.js";
import {
  checkIndexDtype,
  indexDtypeFor,
  type SparseWrite,
  writeSparseMatrix,
} from "./write/sparse/write-sparse-matrix.js";
import { writeHdf5 } from "./write/write-hdf5.js";
import { checkMode, filtersOf, type Hdf5WriteOptions, WRITE_OPTIONS } from "./write/write-options.js";

/** How a sparse matrix is written. */
export interface SparseWriteOptions<D extends DType = DType> extends Hdf5WriteOptions {
  /**
   * How the file says what the matrix is, and along which axis entries are stored:
   *
   * - `"csc"`, the default: by columns, with a dataset `shape` for R's `H5SparseMatrix` and anndata's attributes
   * - `"csr"`: by rows, with anndata's attributes
   * - `"tenx"`: as CellRanger 3 and R's `TENxMatrix` have it; the array is features x barcodes, stored by columns
   * - `"h5ad"`: as anndata has it; the array is cells x genes, as `AnnData.X` is, stored by rows. In a new file under the
   *   name `X`, the rest of an AnnData file is written too
   */
  readonly layout?: SparseFileLayout | undefined;
  /** For `"h5ad"`: whether to store by columns (CSC) instead of by rows (CSR). */
  readonly byColumn?: boolean | undefined;
  /** dtype of the values, by default the array's; they are converted as `astype` does. */
  readonly dtype?: D | undefined;
  /**
   * Integer dtype of `indices`, and of `indptr` unless it is smaller than int32, since SciPy and anndata want both alike. By
   * default int32 where it can hold the indices and count the entries; int64 where it cannot, and in 10x files.
   */
  readonly indexDtype?: DType | undefined;
  /** Entries in a chunk of `data` and `indices`: 32,768 if not given. */
  readonly chunks?: number | undefined;
  /** Names of rows and of columns, `null` for none, by default those of the array. Only `"tenx"` and `"h5ad"` have room for them. */
  readonly dimnames?: readonly (readonly string[] | null)[] | null | undefined;
  /** For `"tenx"`: what features have beside their ids. */
  readonly features?: TenxFeatures | undefined;
  /** For blocks: rows and columns of the matrix. */
  readonly shape?: readonly number[] | undefined;
}

const OPTIONS = [
  "layout",
  "byColumn",
  "dtype",
  "indexDtype",
  "chunks",
  "dimnames",
  "features",
  "shape",
  ...WRITE_OPTIONS,
] as const;

/** Entries in a chunk. Reading one column or row undoes one chunk at least, and each chunk costs its own place. */
const CHUNK = 2 ** 15;

/**
 * Writes a matrix, dense or sparse, as compressed columns (CSC) or rows (CSR), block by block: it never is in memory as a
 * whole. Zeros that a sparse array stores stay stored; of a dense array, what is not zero is.
 *
 * Where the array's chunks lie across the axis that is compressed, as when a CSR matrix is written as CSC, each chunk is
 * still read once: entries that do not fit in memory are sorted by way of temporary files beside the target, which take
 * up to 20 bytes for each entry.
 *
 * The new file takes the old one's place in one step when it is complete. Whatever fails before, the old one stays as it
 * was, and nothing else remains.
 *
 * @param x - an array of any kind; or an async iterable of blocks `{ position, block }`, as `blocks()` gives them, in any
 * order, each element in one of them, or of arrays that follow each other along the first axis; it needs the option `shape`
 * @param target - a path or a `file:` URL, a `FileSystemFileHandle`, or a function that gets the file as a `Blob`
 * @param group - path, within the file, of the group that is to hold the matrix
 * @param options - see {@link SparseWriteOptions}
 * @returns the matrix that was written, opened, with its names where the layout has room for them
 * @throws `INVALID_ARGUMENT` (options; a group that is there already; a file that the array reads; missing
 * entries; blocks that overlap),
 * `SHAPE_MISMATCH` (an array of other than two dimensions; names; blocks that do not cover the matrix; to append, another
 * extent), `DTYPE_UNSUPPORTED` (to append, another dtype), `NOT_FOUND` (the target's
 * folder), `UNSUPPORTED_FEATURE` (to append to a matrix of an AnnData file, whose frames would no longer agree with it),
 * `FILE_INVALID`, `LIMIT_EXCEEDED` (more than 2^32 columns or rows; to append, pointers of 32 bits that do
 * not suffice), `IO`, also for a full disk; the signal's reason when it aborts
 * @see https://anndata.readthedocs.io/en/latest/fileformat-prose.html
 * @see https://www.10xgenomics.com/support/software/cell-ranger/latest/analysis/outputs/cr-outputs-h5-matrices
 */
export async function writeHdf5CompressedSparseMatrix<D extends DType = DType>(
  x: AnyArray | BlockStream,
  target: Hdf5Target,
  group: string,
  options: SparseWriteOptions<D> = {},
): Promise<Hdf5CompressedSparseMatrix<D>> {
  const what = "writeHdf5CompressedSparseMatrix";
  const { signal, onProgress, bufferSize, dtype, shape } = checkOptions(what, options, OPTIONS);
  const mode = checkMode(options.mode);
  const layout = checkChoice(options.layout ?? "csc", SPARSE_LAYOUTS, `${what}: layout`);
  const byColumn = checkByColumn(options.byColumn, layout, what);
  const path = absolutePath(checkPath(group, "group"));
  const input = await matrixInput(x, { dtype, shape }, what);
  try {
    const write = settle(input, { ...options, layout, byColumn, group: path }, what);
    if (input.array !== undefined) await refuseOwnSource(input.array, target);
    const existing =
      mode === "append" && typeof target !== "function"
        ? await examineExisting(target, path, { byColumn, signal }, input.shape)
        : undefined;
    const progress = endingProgress(onProgress);
    const source = await writeHdf5(target, { what, signal }, (output) =>
      writeSparseMatrix(output, input, {
        ...write,
        mode,
        existing,
        memory: bufferSize ?? defaultBufferSize(),
        scratch: () => openScratch(targetFolder(target)),
        signal,
        onProgress: progress.onProgress,
      }),
    );
    progress.end(input.shape[0] * input.shape[1] * itemSize(input.dtype));
    return await openWritten<D>(source, layout, path, signal);
  } finally {
    await input.close();
  }
}

/** Opens what was written, with the names that the layout has room for. */
async function openWritten<D extends DType>(
  source: Hdf5Source,
  layout: SparseFileLayout,
  group: string,
  signal: AbortSignal | undefined,
): Promise<Hdf5CompressedSparseMatrix<D>> {
  if (layout === "tenx" && group !== "/") return openTenxMatrix<D>(source, { group, signal });
  if (layout === "h5ad") {
    try {
      return (await openH5adMatrix<D>(source, group, { signal })) as Hdf5CompressedSparseMatrix<D>;
    } catch (error) {
      // The file need not be an AnnData file around the matrix; then there are no names.
      if (!(error instanceof DelayedArrayError)) throw error;
    }
  }
  return Hdf5CompressedSparseMatrix.open<D>(source, group, { signal });
}

type Settled = Omit<SparseWrite, "existing" | "memory" | "mode" | "onProgress" | "scratch" | "signal">;

/** What follows from the options and the matrix together. */
function settle(
  { shape, dtype, dimnames, mostEntries }: MatrixInput,
  options: SparseWriteOptions & Pick<Settled, "byColumn" | "group" | "layout">,
  what: string,
): Settled {
  const { layout, byColumn, group, features } = options;
  const fibres = shape[byColumn ? 1 : 0];
  if (fibres > MAX_FIBRES) {
    throw new DelayedArrayError(
      "LIMIT_EXCEEDED",
      `${what}: ${fibres} ${byColumn ? "columns" : "rows"}, of which each needs a pointer; expected at most ${MAX_FIBRES}`,
    );
  }
  const extent = shape[byColumn ? 0 : 1];
  const indexDtype = options.indexDtype ?? (layout === "tenx" ? "int64" : indexDtypeFor(extent, mostEntries));
  checkIndexDtype(checkDType(indexDtype, "indexDtype"), extent, `${what}: indexDtype`);
  checkFeatures(features, layout, shape[0], what);
  filtersOf(options, dtype);
  return {
    layout,
    byColumn,
    group,
    indexDtype,
    chunk: checkChunk(options.chunks ?? CHUNK, what),
    filtersOf: (type) => filtersOf(options, type),
    dimnames: checkNames(options.dimnames, dimnames, layout, shape, what),
    features,
  };
}

/** The number of a fibre has 32 bits while entries are put in order. */
const MAX_FIBRES = 2 ** 32;

function checkChoice<T extends string>(value: T, choices: readonly T[], what: string): T {
  if (choices.includes(value)) return value;
  const expected = choices.map((one) => JSON.stringify(one)).join(", ");
  throw new DelayedArrayError("INVALID_ARGUMENT", `${what} ${shown(value)}: expected one of ${expected}`);
}

function checkByColumn(byColumn: boolean | undefined, layout: SparseFileLayout, what: string): boolean {
  const own = layout !== "csr" && layout !== "h5ad";
  if (byColumn === undefined) return own;
  checkFlag(byColumn, `${what}: byColumn`);
  if (layout === "h5ad" || byColumn === own) return byColumn;
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${what}: the layout "${layout}" stores ${own ? "columns" : "rows"}, so byColumn: ${byColumn} cannot be; expected the ` +
      `layout "${own ? "csr" : "csc"}"`,
  );
}

function checkChunk(chunk: number, what: string): number {
  if (Number.isSafeInteger(chunk) && chunk >= 1 && chunk <= MAX_CHUNK) return chunk;
  throw new DelayedArrayError(
    "INVALID_ARGUMENT",
    `${what}: chunks ${shown(chunk)}: expected the number of entries in a chunk, 1 to ${MAX_CHUNK}`,
  );
}

/** HDF5 takes no chunks of 4 GiB; these are far below, and as large as anybody can want. */
const MAX_CHUNK = 2 ** 26;
