import {
  DelayedArrayError,
  type Dimnames,
  type DType,
  type ExtractOptions,
  type Grid,
  type NdArray,
  type NumericDType,
  type Seed,
  type SeedRecipe,
  type SeedSubset,
  SparseNdarray,
} from "delayedarray";
import {
  type AxisSelection,
  abortable,
  checkRequest,
  type EntryReader,
  Pacer,
  READ_ENTRIES,
} from "delayedarray/internal";
import { namesOfAxes, readDimnames } from "./array-dimnames.js";
import { canBeMissing, chooseAttribute, dtypeOfCells } from "./attribute.js";
import { axesOf, gridOf } from "./axes.js";
import { DenseCollector } from "./collect-dense.js";
import { SparseCollector } from "./collect-sparse.js";
import { dimensionLabelsOf, namesByLabels, readDimensionLabel, type TileDbDimensionLabel } from "./dimension-labels.js";
import { translated } from "./errors.js";
import { explainRead } from "./explain.js";
import { LabelCollector, labelledArray, logicalArray, logicalCells } from "./meaning.js";
import { readMetadata, type TileDbMetadata } from "./metadata.js";
import { openArray } from "./open-array.js";
import { checkOpenOptions, checkUri, type Missing, type TileDbArrayOptions, timestampJson } from "./open-options.js";
import { readDense } from "./read-dense.js";
import { readEntries } from "./read-entries.js";
import { type Cells, estimateCells, readSparse } from "./read-sparse.js";
import { readTexts } from "./read-texts.js";
import type { Source } from "./source.js";

/** Name under which recipes ask for the opener of this package. */
export const TILEDB_OPENER = "tiledbarray";

/**
 * One attribute of a TileDB array, dense or sparse, as a seed. The array stays open until `close`; cells are read when
 * they are asked for, of this attribute alone, on other threads.
 */
export class TileDbArraySeed<D extends DType = DType> implements Seed<D> {
  /** Where the array is: the path or URI that it was opened with. */
  readonly uri: string;
  /** The attribute's name; empty for an attribute without one. */
  readonly attributeName: string;
  /** Names of the dimensions, one for each axis. */
  readonly dimensionNames: readonly string[];
  /** Extents, one per axis; index 0 is where the domain starts. */
  readonly shape: readonly number[];
  /** Element type. */
  readonly dtype: D;
  readonly isSparse: boolean;
  readonly isMasked: boolean;
  /** What cells that were never written are. */
  readonly missing: Missing;
  readonly givesFreshArrays = true;
  /**
   * Names of the indices: where the array's metadata has them as R's TileDBArray writes them, or else the first dimension
   * label of texts.
   */
  readonly dimnames: Dimnames | null;
  /** Labels of the dimensions; `readDimensionLabel` gives their values. */
  readonly dimensionLabels: readonly TileDbDimensionLabel[];
  readonly #source: Source;
  readonly #options: TileDbArrayOptions;
  readonly #reads = new Set<Promise<unknown>>();
  #cellsInArray: Promise<number> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(uri: string, source: Source, options: TileDbArrayOptions, dimnames: Dimnames | null) {
    const { array, axes, attribute, missing } = source;
    this.uri = uri;
    this.attributeName = attribute.name;
    this.dimensionNames = Object.freeze(axes.map(({ name }) => name));
    this.shape = Object.freeze(axes.map(({ extent }) => extent));
    this.dtype = dtypeOfCells(attribute) as D;
    // Cells that are not there would be 0: there is no such text.
    this.isSparse = array.schema.arrayType === "sparse" && this.dtype !== "string";
    this.isMasked = canBeMissing(attribute) || missing === "mask";
    this.missing = missing;
    this.dimnames = dimnames;
    this.dimensionLabels = dimensionLabelsOf(array);
    this.#source = source;
    this.#options = options;
    Object.freeze(this);
  }

  /** The same as `uri`. */
  get path(): string {
    return this.uri;
  }

  /**
   * Opens an array, which stays open until `close`.
   *
   * @param uri - a path, or a URI that TileDB knows (`file://`, `s3://` …)
   * @throws `NOT_FOUND` (array or attribute), `INVALID_ARGUMENT` (a group; bad options), `DTYPE_UNSUPPORTED` (of the
   * attribute or a dimension), `LIMIT_EXCEEDED` (an extent over 2^53 without `shape`), `SHAPE_MISMATCH` (a shape that does
   * not fit the domain), `UNSUPPORTED_FEATURE`, `FILE_INVALID`, `FILE_TRUNCATED`, `IO`, `LIBRARY_MISSING`
   */
  static async open<D extends DType = DType>(
    uri: string,
    options: TileDbArrayOptions = {},
  ): Promise<TileDbArraySeed<D>> {
    const { attributeName, shape, signal } = checkOpenOptions(options);
    const array = await openArray(checkUri(uri, "TileDbArray.open"), options);
    try {
      return await translated(uri, async () => {
        const { schema } = array;
        const attribute = await abortable(chooseAttribute(array, attributeName, uri), signal);
        const missing = settleMissing(options.missing, schema.arrayType === "sparse", attribute.dtype, uri);
        const axes = await abortable(axesOf(array, shape, uri), signal);
        const stored = namesOfAxes(await abortable(readDimnames(array, uri), signal), axes, schema);
        const dimnames = await abortable(namesByLabels(array, axes, stored, options), signal);
        return new TileDbArraySeed<D>(uri, { array, axes, attribute, missing }, options, dimnames);
      });
    } catch (error) {
      array.close().catch(() => {});
      throw error;
    }
  }

  /** The array's tiles; large ones of a sparse array in pieces that hold cells which are stored together. */
  chunkGrid(): Grid {
    const { array, axes } = this.#source;
    return gridOf(axes, array.schema.arrayType === "sparse" ? array.schema.cellOrder : undefined);
  }

  /**
   * The array's metadata by their keys, as plain values.
   *
   * @throws (rejects) `INVALID_ARGUMENT` when the array is closed, `IO`, `FILE_INVALID`; the signal's reason when it aborts
   */
  async metadata({ signal }: ExtractOptions = {}): Promise<TileDbMetadata> {
    return this.#running(signal, () => readMetadata(this.#source.array));
  }

  /**
   * The labels of all indices of an axis: numbers, dates and times as their integers, or texts.
   *
   * @param name - one of `dimensionLabels`
   * @returns one value per index of the axis that the label belongs to
   * @throws (rejects) `NOT_FOUND` naming the labels there are, `DTYPE_UNSUPPORTED`, `INVALID_ARGUMENT` when the array is
   * closed, `IO`, `FILE_INVALID`; the signal's reason when it aborts
   */
  async readDimensionLabel(name: string, { signal }: ExtractOptions = {}): Promise<NdArray> {
    const { array, axes } = this.#source;
    return this.#running(signal, () => readDimensionLabel(array, axes, name, { ...this.#options, signal }));
  }

  /**
   * The same array under other names of its indices. It takes the place of this one: closing either closes both.
   *
   * @internal
   */
  withDimnames(dimnames: Dimnames): TileDbArraySeed<D> {
    return new TileDbArraySeed<D>(this.uri, this.#source, this.#options, dimnames);
  }

  /**
   * Extents to use where the domain is larger than any array: none where a current domain is set, else what the metadata
   * say for each dimension under its name and `suffix`, as the last index that is used, else the box of what was written,
   * from the domain's start.
   *
   * @internal
   */
  async usedExtents(suffix: string): Promise<readonly number[] | undefined> {
    const { array, axes } = this.#source;
    if (array.schema.currentDomain !== undefined) return undefined;
    const metadata = await readMetadata(array);
    return axes.map(({ name, origin, extent }, axis) => {
      const last = metadata[`${name}${suffix}`];
      if (typeof last === "number" || typeof last === "bigint") return Number(last) + 1;
      return Number(origin - BigInt(array.schema.domain.dimensions[axis]!.domain![0])) + extent;
    });
  }

  /** How to open the array again; `config` is left out, because it may hold secrets. */
  recipe(): SeedRecipe {
    const { timestamp, missing, shape } = this.#options;
    return {
      opener: TILEDB_OPENER,
      arguments: {
        // Absolute: it is the same place when the process has changed its folder.
        uri: this.#source.array.uri,
        attributeName: this.attributeName,
        ...(timestamp === undefined ? {} : { timestamp: timestampJson(timestamp) }),
        ...(missing === undefined ? {} : { missing }),
        ...(shape === undefined ? {} : { shape }),
      },
    };
  }

  /**
   * The seed protocol: the elements asked for, C-contiguous. Of a sparse array, 0 or an empty text where there is no cell.
   */
  async extractDense(subset: SeedSubset, { signal }: ExtractOptions = {}): Promise<NdArray<D>> {
    return this.#read(subset, signal, (selections) => this.#dense(selections, signal) as Promise<NdArray<D>>);
  }

  async #dense(selections: readonly AxisSelection[], signal: AbortSignal | undefined): Promise<NdArray> {
    const source = this.#source;
    const { meaning } = source.attribute;
    if (meaning?.kind === "texts") return readTexts(source, meaning.bytes, selections, { signal });
    const shape = lengthsOf(selections);
    if (source.array.schema.arrayType === "dense") {
      const stored = await readDense(source, selections, { signal });
      if (meaning?.kind === "labels") return labelledArray(stored, meaning.labels);
      return meaning?.kind === "logical" ? logicalArray(stored as NdArray<"int32">) : stored;
    }
    const collector =
      meaning?.kind === "labels"
        ? new LabelCollector(meaning.labels, shape)
        : new DenseCollector(this.dtype as NumericDType, shape, this.isMasked);
    await this.#readCells(selections, (cells) => collector.add(cells), signal);
    return collector.finish();
  }

  /**
   * The seed protocol: the cells asked for; those at one place added up. A dense array is read as such and converted.
   */
  async extractSparse(subset: SeedSubset, { signal }: ExtractOptions = {}): Promise<SparseNdarray<D>> {
    return this.#read(subset, signal, async (selections) => {
      if (!this.isSparse) return SparseNdarray.fromDense((await this.#dense(selections, signal)) as NdArray<D>);
      const collector = new SparseCollector(this.dtype, lengthsOf(selections), this.isMasked);
      await this.#readCells(selections, (cells) => collector.add(cells), signal, true);
      return collector.finish(new Pacer(signal));
    });
  }

  /**
   * Reads all cells in one pass, in the order in which they are stored; `undefined` where several may be at one place,
   * which would have to be added up first.
   *
   * @internal
   */
  get [READ_ENTRIES](): EntryReader | undefined {
    if (!this.isSparse || this.#source.array.schema.allowsDuplicates) return undefined;
    // Whoever sets a budget means it.
    const isLimited = this.#options.config?.["sm.mem.total_budget"] === undefined;
    return (visit, options) =>
      this.#running(options.signal, () =>
        readEntries(this.#source, () => this.#estimateCells(), isLimited, visit, options),
      );
  }

  async #readCells(
    selections: readonly AxisSelection[],
    visit: (cells: Cells) => void,
    signal: AbortSignal | undefined,
    isLenient = false,
  ): Promise<void> {
    if (selections.some(({ length }) => length === 0)) return;
    const isLogical = this.#source.attribute.meaning?.kind === "logical";
    const visitAll = isLogical ? (cells: Cells): void => visit(logicalCells(cells)) : visit;
    await readSparse(this.#source, selections, () => this.#estimateCells(), visitAll, { signal, isLenient });
  }

  /** Asked for once, unless that fails. */
  #estimateCells(): Promise<number> {
    this.#cellsInArray ??= estimateCells(this.#source).catch((error) => {
      this.#cellsInArray = undefined;
      throw error;
    });
    return this.#cellsInArray;
  }

  async #read<T>(
    subset: SeedSubset,
    signal: AbortSignal | undefined,
    task: (selections: readonly AxisSelection[]) => Promise<T>,
  ): Promise<T> {
    return this.#running(signal, () => task(checkRequest(subset, this.shape, this.uri)));
  }

  /** Runs what reads, unless the array is closed; closing waits for it. */
  async #running<T>(signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) {
      throw new DelayedArrayError("INVALID_ARGUMENT", `${this.uri} is closed: it cannot be read any more`);
    }
    signal?.throwIfAborted();
    const { context } = this.#source.array;
    const read = (async () => task())().catch(async (error) => {
      throw await explainRead(error, this.uri, context);
    });
    const ended = () => this.#reads.delete(read);
    this.#reads.add(read);
    read.then(ended, ended);
    return abortable(read, signal);
  }

  /**
   * Closes the array, once the reads that have begun have ended. From now on reading, also through arrays made from this
   * one, is `INVALID_ARGUMENT`.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#reads);
    await translated(this.uri, () => this.#source.array.close());
  }

  /** Closes, as `close` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function lengthsOf(selections: readonly AxisSelection[]): number[] {
  return selections.map(({ length }) => length);
}

function settleMissing(missing: Missing | undefined, isSparse: boolean, dtype: DType, uri: string): Missing {
  if (isSparse) {
    if (missing === undefined || missing === "zero") return "zero";
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${uri}: missing is "${missing}", but the array is sparse: its absent cells are 0`,
    );
  }
  if (missing === "mask" && dtype === "bool") {
    throw new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `${uri}: missing is "mask", but TileDB fills booleans with false, which tells cells that were never written from no others`,
    );
  }
  return missing ?? "fill";
}
