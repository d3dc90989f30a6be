/** Reads little-endian numbers one after another, never beyond the end. */
export class ByteReader {
  readonly #view: DataView;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes left. */
  get left(): number {
    return this.#view.byteLength - this.position;
  }

  /**
   * An unsigned integer of `size` bytes, rounded beyond 2^53.
   *
   * @throws `RangeError` beyond the end
   */
  unsigned(size: number): number {
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + this.#view.getUint8(this.position + i);
    this.position += size;
    return value;
  }

  /** The next `size` bytes. @throws `RangeError` beyond the end */
  bytes(size: number): Uint8Array {
    const part = new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.position, size);
    if (size > this.left) throw new RangeError(`${size} bytes wanted, ${this.left} left`);
    this.position += size;
    return part;
  }

  skip(size: number): void {
    this.position += size;
  }
}
