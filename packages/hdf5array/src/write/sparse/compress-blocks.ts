import { DelayedArrayError, type DType, isNdArray, type NdArray, SparseNdarray, type TypedArray } from "delayedarray";
import type { Entries, IndexArray } from "./entry-buffer.js";
import { FibreSorter } from "./fibre-sorter.js";
import type { Scratch } from "./scratch.js";

/** What takes compressed fibres, in order. What it is given may change once it is done with it. */
export interface FibreSink {
  /** Entries that follow those before: positions within the fibre, and values. */
  entries(indices: IndexArray, data: TypedArray): Promise<void>;
  /** Fibres that end, and how many entries each of them has; their entries have been given. */
  ends(lengths: Float64Array): Promise<void>;
}

/** Where a block lies: start and end of its rows, and of its columns. */
export type BlockBounds = readonly (readonly [start: number, end: number])[];

export interface CompressorOptions {
  /** Rows and columns of the matrix. */
  readonly shape: readonly [number, number];
  readonly dtype: DType;
  /** The axis whose indices are the fibres: 1 for CSC, 0 for CSR. */
  readonly fibreAxis: 0 | 1;
  /** Memory for entries that are to be put in order, in bytes. */
  readonly memory: number;
  /** Makes a temporary file for entries that do not fit in memory. */
  readonly scratch: () => Promise<Scratch>;
  readonly sink: FibreSink;
  readonly signal?: AbortSignal | undefined;
}

/** Lengths of fibres that are handed on at a time. */
const LENGTHS = 2 ** 16;

/**
 * Compresses the blocks of a matrix into fibres (columns for CSC, rows for CSR), whatever the order in which they come.
 * Blocks of whole fibres that follow each other are handed on at once. The entries of others wait in a
 * {@link FibreSorter} until whole fibres are there.
 */
export class BlockCompressor {
  readonly #options: CompressorOptions;
  readonly #fibres: number;
  readonly #indexExtent: number;
  /** Fibres before this one have been handed on. */
  #next = 0;
  #sorter: FibreSorter | undefined;
  /** Elements of the blocks in the sorter, and where the last fibre of them ends. */
  #covered = 0;
  #reach = 0;

  constructor(options: CompressorOptions) {
    const { shape, fibreAxis } = options;
    this.#options = options;
    this.#fibres = shape[fibreAxis];
    this.#indexExtent = shape[1 - fibreAxis]!;
  }

  /**
   * Adds a block.
   *
   * @throws `INVALID_ARGUMENT` for one that holds elements that another one held
   */
  async add(bounds: BlockBounds, block: NdArray | SparseNdarray): Promise<void> {
    const { fibreAxis, sink } = this.#options;
    const [start, end] = bounds[fibreAxis]!;
    const [indexStart, indexEnd] = bounds[1 - fibreAxis]!;
    const size = (end - start) * (indexEnd - indexStart);
    if (size === 0) return;
    if (start < this.#next) throw this.#overlap(start);
    const sparse = isNdArray(block) ? SparseNdarray.fromDense(block) : block;
    if (this.#covered === 0 && start === this.#next && indexEnd - indexStart === this.#indexExtent) {
      const { indptr, indices, data } = fibreAxis === 1 ? sparse : sparse.transpose();
      await sink.entries(indices, data as TypedArray);
      await sink.ends(lengthsOf(indptr));
      this.#next = end;
      return;
    }
    const { dtype, memory, scratch, signal } = this.#options;
    const indexExtent = this.#indexExtent;
    this.#sorter ??= new FibreSorter({ dtype, indexExtent, fibreAxis, memory, scratch, signal });
    await this.#sorter.add(sparse, [bounds[0]![0], bounds[1]![0]]);
    this.#covered += size;
    this.#reach = Math.max(this.#reach, end);
    if (this.#covered === (this.#reach - this.#next) * indexExtent) await this.#drain();
  }

  /**
   * Hands on the fibres that have no elements, at the end of all blocks.
   *
   * @throws `SHAPE_MISMATCH` when elements are missing
   */
  async finish(): Promise<void> {
    const { shape, sink } = this.#options;
    const expected = shape[0] * shape[1];
    const got = this.#next * this.#indexExtent + this.#covered;
    if (got !== expected) {
      throw new DelayedArrayError(
        "SHAPE_MISMATCH",
        `the blocks hold ${got} elements, expected the ${expected} of a matrix of ${shape[0]} x ${shape[1]}`,
      );
    }
    for (; this.#next < this.#fibres; this.#next = Math.min(this.#fibres, this.#next + LENGTHS)) {
      await sink.ends(new Float64Array(Math.min(LENGTHS, this.#fibres - this.#next)));
    }
  }

  /** Removes temporary files. */
  async close(): Promise<void> {
    await this.#sorter?.close();
  }

  async #drain(): Promise<void> {
    const { sink } = this.#options;
    const lengths = new Float64Array(Math.min(LENGTHS, this.#reach - this.#next));
    /** The fibre that comes next, and how many lengths of fibres before it are still to be handed on. */
    let fibre = this.#next;
    let held = 0;
    let entries = 0;
    const endUntil = async (until: number) => {
      while (fibre < until) {
        lengths[held++] = entries;
        entries = 0;
        fibre++;
        if (held === lengths.length) {
          await sink.ends(lengths);
          held = 0;
        }
      }
    };
    await this.#sorter!.drain(async (piece: Entries) => {
      await sink.entries(piece.indices, piece.data);
      for (let start = 0, end: number; start < piece.fibres.length; start = end) {
        const of = piece.fibres[start]!;
        for (end = start + 1; piece.fibres[end] === of; ) end++;
        if (of > fibre) await endUntil(of);
        entries += end - start;
      }
    });
    await endUntil(this.#reach);
    if (held > 0) await sink.ends(lengths.subarray(0, held));
    this.#next = this.#reach;
    this.#covered = 0;
  }

  #overlap(fibre: number): DelayedArrayError {
    const name = this.#options.fibreAxis === 1 ? "column" : "row";
    return new DelayedArrayError(
      "INVALID_ARGUMENT",
      `a block begins at ${name} ${fibre}, but all elements before ${name} ${this.#next} have been given; expected ` +
        "blocks that do not overlap",
    );
  }
}

function lengthsOf(indptr: Float64Array): Float64Array {
  const lengths = new Float64Array(indptr.length - 1);
  for (let i = 0; i < lengths.length; i++) lengths[i] = indptr[i + 1]! - indptr[i]!;
  return lengths;
}
