import { DelayedArrayError, type DType, type TypedArray } from "delayedarray";
import { allocate, castInto, dtypeFacts, isFloatDType } from "delayedarray/internal";
import type { Filters, Hdf5Output } from "../hdf5-output.js";
import type { FibreSink } from "./compress-blocks.js";
import type { IndexArray } from "./entry-buffer.js";
import type { GrowingPart } from "./existing-matrix.js";

/** Entries that are written at a time, at least: whole chunks. */
const WRITE_ENTRIES = 2 ** 17;

/** Elements in a chunk of a small matrix, so that it can grow. */
const LEAST_CHUNK = 2 ** 10;

/** Where the three parts of a matrix are, and of what dtypes. */
export interface PartsTarget {
  readonly data: GrowingPart;
  readonly indices: GrowingPart;
  readonly indptr: GrowingPart;
  /** The filters of a new dataset of a dtype. */
  readonly filtersOf: (dtype: DType) => Filters;
  /** Fibres and entries that are there, or `undefined` when the datasets are still to be made. */
  readonly existing: { readonly fibres: number; readonly entries: number } | undefined;
}

/** Writes compressed fibres to `data`, `indices` and `indptr`, which grow as entries come. */
export class MatrixParts implements FibreSink {
  readonly #output: Hdf5Output;
  readonly #target: PartsTarget;
  readonly #data: GrowingDataset;
  readonly #indices: GrowingDataset;
  readonly #indptr: GrowingDataset;
  /** Entries of the fibres that have ended. */
  #ended: number;
  #isStarted: boolean;

  constructor(output: Hdf5Output, target: PartsTarget) {
    const { data, indices, indptr, filtersOf, existing } = target;
    this.#output = output;
    this.#target = target;
    const entries = existing?.entries ?? 0;
    const make = existing === undefined;
    this.#data = new GrowingDataset(output, { ...data, filters: filtersOf(data.dtype), start: entries, make });
    this.#indices = new GrowingDataset(output, { ...indices, filters: filtersOf(indices.dtype), start: entries, make });
    const pointers = existing === undefined ? 0 : existing.fibres + 1;
    this.#indptr = new GrowingDataset(output, { ...indptr, filters: filtersOf(indptr.dtype), start: pointers, make });
    this.#ended = entries;
    this.#isStarted = !make;
  }

  /** Number of entries, those that were there included. */
  get entryCount(): number {
    return this.#data.length;
  }

  async entries(indices: IndexArray, data: TypedArray): Promise<void> {
    await this.#data.append(data, this.#target.data.dtype);
    await this.#indices.append(indices, indices instanceof Int32Array ? "int32" : "float64");
  }

  async ends(lengths: Float64Array): Promise<void> {
    await this.#start();
    const pointers = new Float64Array(lengths.length);
    for (let i = 0; i < lengths.length; i++) pointers[i] = this.#ended += lengths[i]!;
    this.#checkPointer();
    await this.#indptr.append(pointers, "float64");
  }

  /** Writes what is held back. */
  async finish(): Promise<void> {
    await this.#start();
    await this.#data.finish();
    await this.#indices.finish();
    await this.#indptr.finish();
  }

  /** The first pointer is where the first fibre begins. */
  async #start(): Promise<void> {
    if (this.#isStarted) return;
    this.#isStarted = true;
    await this.#indptr.append(new Float64Array(1), "float64");
  }

  #checkPointer(): void {
    const { path, dtype } = this.#target.indptr;
    if (isFloatDType(dtype) || this.#ended <= Number(dtypeFacts(dtype).max)) return;
    throw new DelayedArrayError(
      "LIMIT_EXCEEDED",
      `${this.#output.name}: "${path}" is of ${dtype}, which cannot count ${this.#ended} entries; write the matrix anew, ` +
        "with pointers of 64 bits",
    );
  }
}

interface GrowingOptions extends GrowingPart {
  /** Of a dataset that is still to be made. */
  readonly filters: Filters;
  /** Elements that are there. */
  readonly start: number;
  /** Whether the dataset is still to be made. */
  readonly make: boolean;
}

/** A vector that is appended to, in whole chunks. */
class GrowingDataset {
  readonly #output: Hdf5Output;
  readonly #options: GrowingOptions;
  /** Elements that wait until there are enough, and how many they are. */
  #waiting: TypedArray;
  #count = 0;
  /** Elements in the file. */
  #written: number;
  #isMade: boolean;

  constructor(output: Hdf5Output, options: GrowingOptions) {
    this.#output = output;
    this.#options = options;
    this.#written = options.start;
    this.#isMade = !options.make;
    this.#waiting = allocate(options.dtype, 2 ** 10) as TypedArray;
  }

  get length(): number {
    return this.#written + this.#count;
  }

  async append(values: TypedArray, dtype: DType): Promise<void> {
    for (let start = 0; start < values.length; ) {
      const room = this.#capacity() - this.#count;
      const part = values.subarray(start, start + room) as TypedArray;
      this.#reserve(this.#count + part.length);
      castInto(part, dtype, this.#waiting.subarray(this.#count) as TypedArray, this.#options.dtype);
      this.#count += part.length;
      start += part.length;
      if (part.length === room) await this.#flush();
    }
  }

  async finish(): Promise<void> {
    if (this.#count > 0 || !this.#isMade) await this.#flush();
  }

  /** How many elements are written at a time: up to the end of a chunk. */
  #capacity(): number {
    const { chunk } = this.#options;
    return Math.ceil(WRITE_ENTRIES / chunk) * chunk - (this.#written % chunk);
  }

  #reserve(length: number): void {
    if (length <= this.#waiting.length) return;
    const larger = allocate(
      this.#options.dtype,
      Math.max(length, Math.min(this.#capacity(), 2 * this.#waiting.length)),
    ) as TypedArray;
    larger.set(this.#waiting.subarray(0, this.#count) as never);
    this.#waiting = larger;
  }

  async #flush(): Promise<void> {
    const { path, dtype, chunk, filters } = this.#options;
    const length = this.#written + this.#count;
    if (this.#isMade) await this.#output.resize(path, [length]);
    else {
      // All of a small matrix waits until the end: its chunks need not be much larger than it is.
      const chunks = [Math.min(chunk, Math.max(LEAST_CHUNK, length))];
      await this.#output.createDataset(path, { type: dtype, shape: [length], maxShape: [null], chunks, filters });
      this.#isMade = true;
    }
    if (this.#count > 0) {
      const values = this.#waiting.subarray(0, this.#count) as TypedArray;
      await this.#output.write(path, [this.#written], [this.#count], values);
    }
    this.#written = length;
    this.#count = 0;
  }
}
