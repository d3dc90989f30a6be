import { DelayedArrayError, type DType, type SparseNdarray, type TypedArray } from "delayedarray";
import { allocate, Pacer } from "delayedarray/internal";
import { allocateIndices, type Entries, EntryBuffer, entryBytes } from "./entry-buffer.js";
import { Runs } from "./runs.js";
import type { Scratch } from "./scratch.js";
import { sortedOrder } from "./sorted-order.js";

/** Entries that are handed on at a time. */
const PIECE = 2 ** 16;

/** The least number of entries that are sorted at a time, whatever the memory. */
const LEAST_CAPACITY = 2 ** 12;

export interface SorterOptions {
  readonly dtype: DType;
  /** Extent of the axis along which positions within a fibre run. */
  readonly indexExtent: number;
  /** The axis whose indices are the fibres: 1 for CSC, 0 for CSR. */
  readonly fibreAxis: 0 | 1;
  /** Memory for entries, in bytes. */
  readonly memory: number;
  /** Makes a temporary file, should the entries not fit in memory. */
  readonly scratch: () => Promise<Scratch>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Puts the entries of blocks, which come in any order, in the order of their fibres: an external merge sort. What fits in
 * memory is sorted there. What does not is written to temporary files in sorted runs, which are merged in one go: each
 * entry is written once and read once, so that no block needs to be read a second time.
 *
 * @see Knuth, The Art of Computer Programming, volume 3, 5.4 "External Sorting"
 */
export class FibreSorter {
  readonly #options: SorterOptions;
  /** Entries that are sorted at a time: they, their order before and after a pass, and as many in windows of runs. */
  readonly #capacity: number;
  readonly #buffer: EntryBuffer;
  readonly #pacer: Pacer;
  #runs: Runs | undefined;

  constructor(options: SorterOptions) {
    const { dtype, indexExtent, memory, signal } = options;
    this.#options = options;
    this.#capacity = Math.max(LEAST_CAPACITY, Math.floor(memory / (2 * entryBytes(dtype, indexExtent) + 8)));
    this.#buffer = new EntryBuffer(dtype, indexExtent, this.#capacity);
    this.#pacer = new Pacer(signal);
  }

  /** Adds the entries of a block. @param origin - where the block's first row and column lie */
  async add({ shape, indptr, indices, data }: SparseNdarray, origin: readonly [number, number]): Promise<void> {
    const { fibreAxis } = this.#options;
    const buffer = this.#buffer;
    for (let column = 0; column < shape[1]!; column++) {
      const end = indptr[column + 1]!;
      for (let start = indptr[column]!; start < end; ) {
        const stop = Math.min(end, start + buffer.room);
        const at = origin[1] + column;
        if (fibreAxis === 1) buffer.addFibre(at, indices, origin[0], data as TypedArray, start, stop);
        else buffer.addAcross(at, indices, origin[0], data as TypedArray, start, stop);
        start = stop;
        if (buffer.room === 0) await this.#spill();
      }
      if (this.#pacer.isDue) await this.#pacer.rest();
    }
  }

  /**
   * Hands on all entries in order, in pieces whose arrays are used again for the next one; then there are none.
   *
   * @throws `INVALID_ARGUMENT` when two entries are at one place
   */
  async drain(handOn: (piece: Entries) => Promise<void>): Promise<void> {
    const buffer = this.#buffer;
    const handOnBuffer = async () => {
      for (const piece of this.#sorted()) {
        await handOn(piece);
        if (this.#pacer.isDue) await this.#pacer.rest();
      }
      buffer.clear();
    };
    if (this.#runs === undefined) return handOnBuffer();
    if (buffer.count > 0) await this.#spill();
    await this.#runs.merge(this.#capacity, (part) => buffer.add(part), handOnBuffer);
    await this.close();
  }

  /** Removes the temporary files. */
  async close(): Promise<void> {
    const runs = this.#runs;
    this.#runs = undefined;
    await runs?.close();
  }

  async #spill(): Promise<void> {
    const { dtype, indexExtent, scratch, signal } = this.#options;
    signal?.throwIfAborted();
    this.#runs ??= await Runs.open(dtype, indexExtent, scratch);
    await this.#runs.write(this.#sorted());
    this.#buffer.clear();
  }

  *#sorted(): Generator<Entries, void, void> {
    const { dtype, indexExtent } = this.#options;
    const { fibres, indices, data } = this.#buffer.entries;
    const order = sortedOrder({ fibres, indices });
    const size = Math.min(PIECE, order.length);
    const piece = {
      fibres: new Uint32Array(size),
      indices: allocateIndices(indexExtent, size),
      data: allocate(dtype, size) as TypedArray,
    };
    let [lastFibre, lastIndex] = [-1, -1];
    for (let start = 0; start < order.length; start += PIECE) {
      const count = Math.min(PIECE, order.length - start);
      for (let i = 0; i < count; i++) {
        const entry = order[start + i]!;
        const fibre = fibres[entry]!;
        const index = indices[entry]!;
        if (fibre === lastFibre && index === lastIndex) throw this.#twice(fibre, index);
        piece.fibres[i] = lastFibre = fibre;
        piece.indices[i] = lastIndex = index;
        piece.data[i] = data[entry]!;
      }
      yield count === size
        ? piece
        : {
            fibres: piece.fibres.subarray(0, count),
            indices: piece.indices.subarray(0, count),
            data: piece.data.subarray(0, count) as TypedArray,
          };
    }
  }

  #twice(fibre: number, index: number): DelayedArrayError {
    const [row, column] = this.#options.fibreAxis === 1 ? [index, fibre] : [fibre, index];
    return new DelayedArrayError(
      "INVALID_ARGUMENT",
      `the element in row ${row} and column ${column} is in two blocks; expected blocks that do not overlap`,
    );
  }
}
