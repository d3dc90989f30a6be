import { CodecFault, ENDS_EARLY } from "./codec-fault.js";

/** Reads bits, the high ones of a byte first. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  /** Bits of the last byte that are left. */
  #left = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  bit(): number {
    if (this.#left === 0) {
      if (this.#at === this.#bytes.length) throw new CodecFault(ENDS_EARLY);
      this.#at++;
      this.#left = 8;
    }
    this.#left--;
    return (this.#bytes[this.#at - 1]! >> this.#left) & 1;
  }

  /** How many zeros come before the next one, which is passed over too. */
  zeros(): number {
    let count = 0;
    for (;;) {
      if (this.#left === 0) {
        if (this.#at === this.#bytes.length) throw new CodecFault(ENDS_EARLY);
        this.#at++;
        this.#left = 8;
      }
      const rest = this.#bytes[this.#at - 1]! & ((1 << this.#left) - 1);
      if (rest === 0) {
        count += this.#left;
        this.#left = 0;
        continue;
      }
      const highest = 31 - Math.clz32(rest);
      count += this.#left - 1 - highest;
      this.#left = highest;
      return count;
    }
  }

  /** A number of up to 32 bits. */
  read(count: number): number {
    let value = 0;
    for (let missing = count; missing > 0; ) {
      if (this.#left === 0) {
        if (this.#at === this.#bytes.length) throw new CodecFault(ENDS_EARLY);
        this.#at++;
        this.#left = 8;
      }
      const taken = Math.min(missing, this.#left);
      this.#left -= taken;
      missing -= taken;
      value = value * 2 ** taken + ((this.#bytes[this.#at - 1]! >> this.#left) & (2 ** taken - 1));
    }
    return value;
  }
}
