import { allocate, type DType, itemSize } from "../base/dtype.js";
import { DelayedArrayError } from "../base/errors.js";
import { freeMemory } from "../base/free-memory.js";
import { type Shape, shapeText, sizeOf } from "../base/shape.js";
import type { SparseNdarray } from "../values/sparse-ndarray.js";

/** From this many bytes on it is in doubt whether an array can be had at all. */
const LARGE = 2 ** 32;

/** What is known of a result before it is read. */
type Facts = { readonly shape: Shape; readonly dtype: DType; readonly isMasked: boolean };

/** How large a result in memory may be. */
export class SizeLimit {
  readonly #bytes: number;
  readonly #name: string;

  /** @param maxBytes - as given by the caller; half of the memory that is free if it was not */
  constructor(maxBytes: number | null | undefined) {
    this.#bytes = maxBytes ?? freeMemory() / 2;
    this.#name = maxBytes === undefined || maxBytes === null ? "half of what is free" : "maxBytes";
  }

  /** @throws `LIMIT_EXCEEDED` naming the size and the way to stream it, before anything is read */
  checkDense({ shape, dtype, isMasked }: Facts): void {
    const size = sizeOf(shape);
    const bytes = size * (itemSize(dtype) + (isMasked ? 1 : 0));
    if (!(bytes <= this.#bytes)) throw this.#exceeded(`${shapeText(shape)} of ${dtype} takes ${bytes} bytes`);
    // What no runtime can hold is refused before a seed is asked for it.
    if (bytes > LARGE) allocate(dtype, size);
  }

  /**
   * Of a sparse array only the starts of its fibres are known before it is read.
   *
   * @throws `LIMIT_EXCEEDED` when they alone are too many
   */
  checkFibres({ shape, dtype }: Facts): void {
    const bytes = startsBytes(shape);
    if (bytes <= this.#bytes) return;
    throw this.#exceeded(`the starts of the fibres of a sparse ${shapeText(shape)} of ${dtype} take ${bytes} bytes`);
  }

  /**
   * @param entries - how many stored entries have been read so far of an array of the given shape
   * @param bytes - what they take: see {@link entryBytes}
   * @throws `LIMIT_EXCEEDED` when they are too many
   */
  checkEntries({ shape, dtype }: Facts, entries: number, bytes: number): void {
    const total = startsBytes(shape) + bytes;
    if (total <= this.#bytes) return;
    throw this.#exceeded(
      `${shapeText(shape)} of ${dtype} stores ${entries} entries or more, which take ${total} bytes as a sparse array`,
    );
  }

  #exceeded(what: string): DelayedArrayError {
    return new DelayedArrayError(
      "LIMIT_EXCEEDED",
      `${what} in memory, more than ${this.#name} (${Math.floor(this.#bytes)}): read a smaller subset, or go block by block with blocks() or applyOverBlocks()`,
    );
  }
}

/** Bytes that the stored entries of a sparse array take: values, positions and flags. */
export function entryBytes({ dtype, nnz, indices, mask }: SparseNdarray): number {
  return nnz * (itemSize(dtype) + indices.BYTES_PER_ELEMENT + (mask === undefined ? 0 : 1));
}

function startsBytes(shape: Shape): number {
  return (sizeOf(shape.slice(1)) + 1) * Float64Array.BYTES_PER_ELEMENT;
}
