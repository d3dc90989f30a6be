import { DelayedArrayError } from "delayedarray";
import type { FileSpace } from "./file-space.js";
import { metadataChecksum } from "./metadata-checksum.js";
import type { Address } from "./stored-dataset.js";

/** Damage to a file: what is wrong, and at which byte. */
export function damage(
  space: Pick<FileSpace, "name" | "base">,
  what: string,
  address: number,
  why: string,
): DelayedArrayError {
  return new DelayedArrayError("FILE_INVALID", `${space.name}: ${what} at byte ${space.base + address}: ${why}`);
}

/** What a reader of a block has to know of the file. */
export type BlockSpace = Pick<FileSpace, "name" | "base" | "offsetSize" | "lengthSize">;

/**
 * Reads the fields of a block of metadata one after another. Every fault is `FILE_INVALID`, naming the block and the byte
 * at which it was found.
 */
export class BlockReader {
  readonly space: BlockSpace;
  /** What the block is, for messages. */
  readonly what: string;
  /** Address of the first byte. */
  readonly start: number;
  readonly #bytes: Uint8Array;
  /** Where the next field begins, from the first byte on. */
  position = 0;
  /** Whether a checksum guards the block: unlikely content is damage where none does. */
  guarded = true;

  constructor(space: BlockSpace, what: string, start: number, bytes: Uint8Array) {
    this.space = space;
    this.what = what;
    this.start = start;
    this.#bytes = bytes;
  }

  /** Bytes left. */
  get left(): number {
    return this.#bytes.length - this.position;
  }

  /** The fault to throw, at the field that was read last or at an offset in the block. */
  damage(why: string, position = this.position): DelayedArrayError {
    return damage(this.space, this.what, this.start + position, why);
  }

  /** Makes certain of that many bytes more. */
  need(size: number): void {
    if (size > this.left)
      throw this.damage(`it ends within a field: ${size} bytes are expected, ${this.left} are left`);
  }

  /** An unsigned integer of `size` bytes, the low one first. One beyond 2^53 is a fault. */
  unsigned(size: number): number {
    this.need(size);
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + this.#bytes[this.position + i]!;
    if (!Number.isSafeInteger(value)) {
      const at = this.position;
      throw this.damage(`the number ${this.wide(size)} is too large to be true`, at);
    }
    this.position += size;
    return value;
  }

  /** An unsigned integer of `size` bytes, whatever its value. */
  wide(size: number): bigint {
    this.need(size);
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = value * 256n + BigInt(this.#bytes[this.position + i]!);
    this.position += size;
    return value;
  }

  /** An address; `null` for the one with all bits set, which stands for nothing. */
  address(): Address {
    return this.#orAllOnes(this.space.offsetSize, null);
  }

  /** An address that leads somewhere. */
  definedAddress(of: string): number {
    const at = this.position;
    const address = this.address();
    if (address === null) throw this.damage(`the address of ${of} is undefined`, at);
    return address;
  }

  /** A length or number of things. */
  length(): number {
    return this.unsigned(this.space.lengthSize);
  }

  /** A length, for which all bits set stand for no limit. */
  lengthOrUnlimited(): number {
    return this.#orAllOnes(this.space.lengthSize, Number.POSITIVE_INFINITY);
  }

  #orAllOnes<T>(size: number, meaning: T): number | T {
    this.need(size);
    let ones = true;
    for (let i = 0; i < size; i++) ones &&= this.#bytes[this.position + i] === 0xff;
    if (!ones) return this.unsigned(size);
    this.position += size;
    return meaning;
  }

  /** The next `size` bytes, not copied. */
  bytes(size: number): Uint8Array {
    this.need(size);
    const part = this.#bytes.subarray(this.position, this.position + size);
    this.position += size;
    return part;
  }

  /** Passes over reserved bytes and over what does not matter here. */
  skip(size: number): void {
    this.need(size);
    this.position += size;
  }

  /** The bytes up to a zero, which is passed over too. */
  zeroTerminated(of: string): Uint8Array {
    const end = this.#bytes.indexOf(0, this.position);
    if (end < 0) throw this.damage(`${of} does not end with a zero`);
    const part = this.#bytes.subarray(this.position, end);
    this.position = end + 1;
    return part;
  }

  /** Checks the signature that the block begins with. */
  signature(expected: string): void {
    const found = this.bytes(expected.length);
    const text = String.fromCharCode(...found);
    if (text === expected) return;
    const hex = Array.from(found, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw this.damage(`its signature is ${hex}, expected ${JSON.stringify(expected)}`, 0);
  }

  /** Reads a version number. */
  version(least: number, most = least): number {
    const version = this.unsigned(1);
    if (version >= least && version <= most) return version;
    const expected = least === most ? `${least}` : `${least} to ${most}`;
    throw this.damage(`its version is ${version}, expected ${expected}`, this.position - 1);
  }

  /** Checks the checksum in the next four bytes, which is one of all bytes before. */
  checksum(): void {
    const computed = metadataChecksum(this.#bytes.subarray(0, this.position));
    const stored = this.unsigned(4);
    if (stored !== computed)
      throw this.damage(`its checksum is ${hex32(stored)}, but that of its bytes is ${hex32(computed)}`, 0);
  }
}

function hex32(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
