import { CodecFault, ENDS_EARLY } from "./codec-fault.js";

/** Numbers and parts of stored bytes, each checked to lie within them. */
export class StreamBytes {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get length(): number {
    return this.bytes.length;
  }

  #check(at: number, length: number): void {
    if (at < 0 || length < 0 || at + length > this.bytes.length) throw new CodecFault(ENDS_EARLY);
  }

  byte(at: number): number {
    this.#check(at, 1);
    return this.bytes[at]!;
  }

  /** A signed number of 32 bits. */
  int32(at: number, littleEndian: boolean): number {
    this.#check(at, 4);
    return this.#view.getInt32(at, littleEndian);
  }

  uint32(at: number, littleEndian: boolean): number {
    this.#check(at, 4);
    return this.#view.getUint32(at, littleEndian);
  }

  /** An unsigned number of 64 bits, big-endian; rounded where it is too large to be meant. */
  uint64(at: number): number {
    return this.uint32(at, false) * 2 ** 32 + this.uint32(at + 4, false);
  }

  part(at: number, length: number): Uint8Array {
    this.#check(at, length);
    return this.bytes.subarray(at, at + length);
  }
}
