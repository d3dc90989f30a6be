import { DelayedArrayError } from "delayedarray";
import { mapLimited } from "delayedarray/internal";
import type { SourceReadOptions } from "../../source/byte-source.js";
import type { FileSpace } from "../file-space.js";
import { metadataChecksum } from "../metadata-checksum.js";
import { BlockCache } from "./block-cache.js";

/** Bytes of parsed blocks that are kept for a dataset. */
const CACHE_BYTES = 4 * 2 ** 20;

/** Blocks read at once; those in the same page of the file cost one request together. */
const PARALLEL = 32;

/** Bytes of a signature, and of the checksum with which a block ends. */
export const SIGNATURE = 4;
export const CHECKSUM = 4;

/** Reads the blocks of one dataset's index of chunks, and keeps those used last. */
export class IndexReader {
  readonly space: FileSpace;
  readonly #path: string;
  readonly #cache = new BlockCache<unknown>(CACHE_BYTES);

  /** @param path - of the dataset, for messages */
  constructor(space: FileSpace, path: string) {
    this.space = space;
    this.#path = path;
  }

  /**
   * The block at an address, parsed.
   *
   * @param what - what it is, for messages; not two kinds of blocks at one address
   * @throws `FILE_INVALID`, `FILE_TRUNCATED`, `IO`
   */
  async block<T>(
    address: number,
    length: number,
    what: string,
    parse: (bytes: Uint8Array, view: DataView) => T,
    options: SourceReadOptions,
  ): Promise<T> {
    const known = this.#cache.get(address) as { what: string; length: number; block: T } | undefined;
    if (known?.what === what && known.length === length) return known.block;
    const bytes = await this.space.metadata(address, length, `${what} of "${this.#path}"`, {
      ...options,
      isScattered: true,
    });
    const block = parse(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    this.#cache.set(address, { what, length, block }, length);
    return block;
  }

  /** Runs `task` on every item, many at once. */
  each<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<unknown> {
    return mapLimited(items, PARALLEL, task);
  }

  /** Checks how a block begins: by its signature, and its version, which is 0 for all of them. */
  checkStart(bytes: Uint8Array, signature: string, address: number, what: string): void {
    const found = String.fromCharCode(...bytes.subarray(0, SIGNATURE));
    if (found !== signature)
      throw this.invalid(`${what} begins with ${JSON.stringify(found)}, expected "${signature}"`, address);
    if (bytes[SIGNATURE] !== 0) throw this.invalid(`${what} has version ${bytes[SIGNATURE]}, expected 0`, address);
  }

  /** Checks the checksum at the end of `bytes`. */
  checkSum(bytes: Uint8Array, view: DataView, address: number, what: string): void {
    const length = bytes.length - CHECKSUM;
    const stored = view.getUint32(length, true);
    const computed = metadataChecksum(bytes.subarray(0, length));
    if (stored !== computed) {
      throw this.invalid(
        `${what} is damaged: its checksum is ${hex(computed)}, but ${hex(stored)} was stored with it`,
        address,
      );
    }
  }

  /** An error that says what is wrong in the index, and where. */
  invalid(message: string, address: number): DelayedArrayError {
    const { name, base } = this.space;
    return new DelayedArrayError("FILE_INVALID", `${name}: "${this.#path}": ${message} (at byte ${base + address})`);
  }
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
