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
  type TypedArray,
} from "delayedarray";
import {
  type AxisSelection,
  allocate,
  checkDType,
  checkOptions,
  checkRequest,
  dtypeFacts,
  isIntegerDType,
  selectionAt,
} from "delayedarray/internal";
import { convertedDecoder } from "../decode/decoder.js";
import type { Hdf5File } from "../file/hdf5-file.js";
import { absolutePath, checkGroup, joinPath, where } from "../file/locate.js";
import { openHdf5File } from "../file/open-file.js";
import { type OpenedSource, openedBefore } from "../file/opened-source.js";
import { type Hdf5Source, SOURCE_OPTIONS, type SourceOptions, type SourceReadOptions } from "../source/byte-source.js";
import { checkAddress, sourceAddress } from "../source/source-address.js";
import { checkNames } from "./check-names.js";
import { COST_FACTOR } from "./dense.js";
import { detectLayout } from "./detect.js";
import { type FibreMatrix, visitEntries } from "./entries.js";
import { checkFlag, checkPath } from "./open-options.js";
import { COMPRESSED_SPARSE_OPENER } from "./opener-names.js";
import { withSource } from "./source-of.js";
import { SparseBuilder } from "./sparse-builder.js";
import { type SparseLayout, settleLayout } from "./sparse-layout.js";
import { openParts, type PartNames, type SparseFileParts } from "./sparse-parts.js";
import { vectorOf } from "./vector.js";
import { isStretch, readFibres } from "./whole-fibres.js";

/** How a sparse matrix is opened. What the file states itself, as 10x and h5ad files do, need not be given. */
export interface Hdf5CompressedSparseMatrixOptions<D extends DType = DType> extends SourceOptions {
  /** Numbers of rows and columns. */
  readonly shape?: readonly number[] | undefined;
  /** Whether the entries are stored column by column (CSC) or row by row (CSR). */
  readonly byColumn?: boolean | undefined;
  /** Converts the values as they are read; by default they keep the file's type. */
  readonly dtype?: D | undefined;
  /** Integer dtype that indices are taken as; it must hold the matrix's extents. By default the file's own. */
  readonly indexDtype?: DType | undefined;
  /** Name within the group, or absolute path, of the values; by default `data`. */
  readonly dataName?: string | undefined;
  /** The same for the index of each value; by default `indices`. */
  readonly indicesName?: string | undefined;
  /** The same for the start of each column or row; by default `indptr`. */
  readonly indptrName?: string | undefined;
  /** Names of the rows and of the columns, `null` for an axis without. */
  readonly dimnames?: Dimnames | null | undefined;
}

const OPTIONS = [
  "shape",
  "byColumn",
  "dtype",
  "indexDtype",
  "dataName",
  "indicesName",
  "indptrName",
  "dimnames",
  ...SOURCE_OPTIONS,
] as const;

/**
 * A compressed sparse matrix (CSC or CSR) in an HDF5 group as a seed. The start of each column or row stays in memory
 * (8 bytes each); values and indices are read when they are asked for. A few columns of a CSC matrix, or rows of a CSR
 * matrix, are read alone; in the other direction the whole matrix is gone through once, in pieces.
 */
export class Hdf5CompressedSparseMatrixSeed<D extends DType = DType> implements Seed<D> {
  /** The file: its path or URL, or what kind of source it came from. */
  readonly path: string;
  /** The group's absolute path within the file. */
  readonly name: string;
  /** Rows and columns. */
  readonly shape: readonly [number, number];
  /** Element type. */
  readonly dtype: D;
  /** Whether the entries are stored column by column (CSC) or row by row (CSR). */
  readonly byColumn: boolean;
  /** Number of stored entries. */
  readonly nnz: number;
  /** dtype of the indices. */
  readonly indexDtype: DType;
  /** Absolute path of the values in the file. */
  readonly dataName: string;
  /** Absolute path of the indices in the file. */
  readonly indicesName: string;
  /** Absolute path of the pointers in the file: where each column or row starts. */
  readonly indptrName: string;
  /** Names of the rows and of the columns; `null` when neither has any. */
  readonly dimnames: Dimnames | null;
  /** What an opener of formats recognised, in words; `null` for an array that was opened by its path alone. */
  readonly found: string | null;
  readonly isSparse = true;
  readonly isMasked = false;
  readonly givesFreshArrays = true;
  readonly #file: Hdf5File;
  readonly #matrix: FibreMatrix;
  readonly #recipe: (seed: Hdf5CompressedSparseMatrixSeed) => SeedRecipe;

  private constructor(
    file: Hdf5File,
    group: string,
    names: PartNames,
    layout: SparseLayout,
    parts: SparseFileParts,
    indexDtype: DType,
    dimnames: Dimnames | null,
    opened: OpenedSource | null,
    recipe: (seed: Hdf5CompressedSparseMatrixSeed) => SeedRecipe,
  ) {
    const { shape, byColumn } = layout;
    this.path = file.name;
    this.name = group;
    this.shape = Object.freeze([...shape] as const);
    this.dtype = parts.data.decoder.dtype as D;
    this.byColumn = byColumn;
    this.nnz = parts.data.length;
    this.indexDtype = indexDtype;
    this.dataName = names.data;
    this.indicesName = names.indices;
    this.indptrName = names.indptr;
    this.#file = file;
    this.dimnames = checkNames(dimnames, shape, where(file, group));
    this.found = opened?.findings.found ?? null;
    this.#recipe = recipe;
    const indexAxis = byColumn ? 0 : 1;
    this.#matrix = { parts, indexAxis, indexExtent: shape[indexAxis], indicesName: where(file, names.indices) };
    Object.freeze(this);
  }

  /** The group's absolute path within the file. */
  get group(): string {
    return this.name;
  }

  /**
   * Opens a sparse matrix. The file stays open, without a lock, until `close`.
   *
   * @param source - a path, a `URL`, a `Blob` or `File`, bytes, or an object with `size` and `read`
   * @param group - path, within the file, of the group that holds the three parts
   * @throws `NOT_FOUND` (file, group or part), `INVALID_ARGUMENT` (a dataset; shape or layout neither stated nor given;
   * a layout that the file contradicts), `SHAPE_MISMATCH` (a shape that the file contradicts), `DTYPE_UNSUPPORTED`,
   * `UNSUPPORTED_FEATURE` (a filter that is not available), `FILE_INVALID` (parts that contradict each other),
   * `FILE_TRUNCATED`, `IO`
   */
  static async open<D extends DType = DType>(
    source: Hdf5Source,
    group: string,
    options: Hdf5CompressedSparseMatrixOptions<D> = {},
  ): Promise<Hdf5CompressedSparseMatrixSeed<D>> {
    const { dtype, indexDtype, byColumn } = checkOptions("Hdf5CompressedSparseMatrix.open", options, OPTIONS);
    const path = absolutePath(checkPath(group, "group"));
    if (byColumn !== undefined) checkFlag(byColumn, "byColumn");
    if (dtype !== undefined) checkDType(dtype);
    if (indexDtype !== undefined && !isIntegerDType(checkDType(indexDtype, "indexDtype"))) {
      throw new DelayedArrayError("INVALID_ARGUMENT", `indexDtype: ${indexDtype} is no integer dtype`);
    }
    const opened = openedBefore(source);
    const file = await openHdf5File(source, options);
    try {
      await checkGroup(file, path, options);
      const names: PartNames = {
        data: await partName(file, path, options.dataName ?? "data", options),
        indices: await partName(file, path, options.indicesName ?? "indices", options),
        indptr: await partName(file, path, options.indptrName ?? "indptr", options),
      };
      const layout = settleLayout(options, await detectLayout(file, path, options), where(file, path));
      const parts = await openParts(file, names, layout, options);
      const { data, indices } = parts;
      if (indexDtype !== undefined) checkIndexDType(indexDtype, layout.shape, where(file, path));
      const converted =
        dtype === undefined ? data : vectorOf(data.dataset, data.length, convertedDecoder(data.decoder, dtype));
      const seed = new Hdf5CompressedSparseMatrixSeed<D>(
        file,
        path,
        names,
        layout,
        { ...parts, data: converted },
        indexDtype ?? indices.decoder.dtype,
        opened?.findings.dimnames ?? options.dimnames ?? null,
        opened,
        recipeOf(source, options.dimnames),
      );
      return withSource(seed, opened?.source ?? source);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** One column per chunk (CSC) or one row (CSR). */
  chunkGrid(): Grid {
    const [rows, columns] = this.shape;
    return chunkShapeToGrid(this.byColumn ? [rows, 1] : [1, columns], this.shape, COST_FACTOR);
  }

  /** How to open the matrix again. @throws `UNSUPPORTED_FEATURE` when it came from neither a path nor a URL */
  recipe(): SeedRecipe {
    return this.#recipe(this);
  }

  /** The seed protocol: the entries asked for. @throws `FILE_INVALID` when an index is outside the shape */
  async extractSparse(subset: SeedSubset, options: ExtractOptions = {}): Promise<SparseNdarray<D>> {
    const { fibres, indices } = this.#request(subset);
    if (isStretch(fibres) && indices.length === this.#matrix.indexExtent) {
      const whole = await readFibres<D>(this.#matrix, fibres.start, fibres.length, this.dtype, options);
      return this.byColumn ? whole : whole.transpose();
    }
    const builder = new SparseBuilder<D>(
      this.dtype,
      indices.length,
      fibres.length,
      this.#expectedEntries(fibres, indices),
    );
    await visitEntries(this.#matrix, fibres, indices, (...entries) => builder.add(...entries), options);
    const result = builder.finish();
    return this.byColumn ? result : result.transpose();
  }

  /** The seed protocol: the elements asked for. @throws `FILE_INVALID` when an index is outside the shape */
  async extractDense(subset: SeedSubset, options: ExtractOptions = {}): Promise<NdArray<D>> {
    const { shape, fibres, indices } = this.#request(subset);
    const data = allocate(this.dtype, shape[0]! * shape[1]!);
    const [fibreStep, indexStep] = this.byColumn ? [1, shape[1]!] : [shape[1]!, 1];
    const add = adder(data as TypedArray, this.dtype);
    await visitEntries(
      this.#matrix,
      fibres,
      indices,
      (fibre, positions, values, start, stop) => {
        for (let i = start; i < stop; i++) add(fibre * fibreStep + positions[i]! * indexStep, values[i]! as never);
      },
      options,
    );
    return new NdArray<D>({ data, shape, dtype: this.dtype });
  }

  #request(subset: SeedSubset): { shape: number[]; fibres: AxisSelection; indices: AxisSelection } {
    const [rows, columns] = checkRequest(subset, this.shape, where(this.#file, this.name)) as [
      AxisSelection,
      AxisSelection,
    ];
    const shape = [rows.length, columns.length];
    return this.byColumn ? { shape, fibres: columns, indices: rows } : { shape, fibres: rows, indices: columns };
  }

  #expectedEntries(fibres: AxisSelection, indices: AxisSelection): number {
    const { indptr } = this.#matrix.parts;
    let entries = 0;
    for (let i = 0; i < fibres.length; i++) {
      const fibre = selectionAt(fibres, i);
      entries += indptr[fibre + 1]! - indptr[fibre]!;
    }
    // Of some indices only a share of the entries can be expected; the rest is made room for when it comes.
    const { indexExtent } = this.#matrix;
    return indices.length === indexExtent ? entries : Math.ceil((entries * indices.length) / Math.max(1, indexExtent));
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

/** How a matrix is opened again: as an opener of formats found it, else by its path. */
function recipeOf(
  opened: Hdf5Source,
  dimnames: Dimnames | null | undefined,
): (seed: Hdf5CompressedSparseMatrixSeed) => SeedRecipe {
  const before = openedBefore(opened);
  if (before !== null) return () => before.recipe();
  const address = sourceAddress(opened);
  return (seed) => {
    const { group, byColumn, dtype, indexDtype, dataName, indicesName, indptrName } = seed;
    const source = checkAddress(address, seed.path);
    const shape = [...seed.shape];
    const names = dimnames ? { dimnames } : {};
    const options = { shape, byColumn, dtype, indexDtype, dataName, indicesName, indptrName, ...names };
    return { opener: COMPRESSED_SPARSE_OPENER, arguments: { source, group, ...options } };
  };
}

/** A name within the group; or, as BiocPy has it, a path from the root, with a slash in front or without. */
async function partName(file: Hdf5File, group: string, name: string, options: SourceReadOptions): Promise<string> {
  checkPath(name, "name of a part");
  if (name.startsWith("/")) return absolutePath(name);
  const inside = joinPath(group, name);
  if (!name.includes("/") || (await file.kind(inside, options)) !== null) return inside;
  const fromRoot = absolutePath(name);
  return (await file.kind(fromRoot, options)) === null ? inside : fromRoot;
}

function checkIndexDType(dtype: DType, shape: readonly number[], what: string): void {
  const largest = Math.max(...shape) - 1;
  if (largest <= Number(dtypeFacts(dtype).max)) return;
  throw new DelayedArrayError("INVALID_ARGUMENT", `${what}: indexDtype ${dtype} cannot hold index ${largest}`);
}

/** Adds a value to an element, in the dtype's own arithmetic: bools by "or", integers wrap. */
function adder(data: TypedArray, dtype: DType): (at: number, value: never) => void {
  if (dtype === "bool") {
    return (at: number, value: number) => {
      if (value !== 0) data[at] = 1;
    };
  }
  const numbers = data as Float64Array;
  return (at: number, value: number) => {
    numbers[at]! += value;
  };
}
