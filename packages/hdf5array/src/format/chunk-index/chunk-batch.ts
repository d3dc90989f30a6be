/** Some of a dataset's chunks, and where the file has them. */
export class ChunkBatch {
  readonly rank: number;
  readonly count: number;
  /**
   * Which chunks: for each its number on every axis, one chunk after another, in C order of these numbers and without
   * repetition.
   */
  readonly numbers: Float64Array;
  /** Address of each chunk; -1 where nothing is stored, as before the chunk was looked up. */
  readonly addresses: Float64Array;
  /** Bytes of each chunk as it is stored. */
  readonly sizes: Float64Array;
  /** Bit `i` set: filter `i` was left out for this chunk. */
  readonly filterMasks: Uint32Array;

  constructor(rank: number, numbers: Float64Array) {
    this.rank = rank;
    this.count = numbers.length / rank;
    this.numbers = numbers;
    this.addresses = new Float64Array(this.count).fill(-1);
    this.sizes = new Float64Array(this.count);
    this.filterMasks = new Uint32Array(this.count);
  }

  /** Notes where chunk `i` is. */
  found(i: number, address: number, size: number, filterMask: number): void {
    this.addresses[i] = address;
    this.sizes[i] = size;
    this.filterMasks[i] = filterMask;
  }

  /** Numbers of chunk `i` on every axis, for messages. */
  describe(i: number): string {
    const { rank, numbers } = this;
    let text = `(${numbers[i * rank]}`;
    for (let axis = 1; axis < rank; axis++) text += `, ${numbers[i * rank + axis]}`;
    return `${text})`;
  }
}
