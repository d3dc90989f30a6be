/** What filters have made of a part of a tile: its bytes, and what they noted besides. */
export interface FilteredChunk {
  readonly data: Uint8Array;
  readonly about: Uint8Array;
}

/**
 * Undoes one filter. Gives `undefined` where TileDB notices any damage itself, so that there is no need to look further.
 *
 * @param size - of the whole chunk, unfiltered
 * @throws RangeError for what no filter has made
 */
export type UndoFilter = (chunk: FilteredChunk, size: number) => FilteredChunk | undefined;

/** Reads the numbers that filters note, one after another; RangeError past their end. */
export class Notes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint8(): number {
    return this.#view.getUint8(this.#step(1));
  }

  uint32(): number {
    return this.#view.getUint32(this.#step(4), true);
  }

  uint64(): bigint {
    return this.#view.getBigUint64(this.#step(8), true);
  }

  bytes(length: number): Uint8Array {
    const start = this.#step(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** What has not been read yet. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  #step(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) throw new RangeError("it ends too early");
    this.#at += length;
    return start;
  }
}

/** As many bytes as a filter said; RangeError if there are others. */
export function ofLength(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new RangeError(`it has ${bytes.length} bytes, expected ${length}`);
  return bytes;
}
