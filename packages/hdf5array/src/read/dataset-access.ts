import { DelayedArrayError } from "delayedarray";
import type { FileSpace } from "../format/file-space.js";
import type { ByteSource } from "../source/byte-source.js";
import type { RangeReader } from "../source/range-reader.js";

/** The file that a dataset is read from. */
export interface DatasetAccess {
  /** Of the file itself: its name is the file's. */
  readonly space: FileSpace;
  readonly ranges: RangeReader;
  readonly source: ByteSource;
}

/**
 * The offset in the file of values at an address.
 *
 * @param what - the values, for messages: file, object, and where in it
 * @throws `FILE_TRUNCATED` when they do not lie within the file
 */
export function offsetOf({ space, source }: DatasetAccess, address: number, length: number, what: string): number {
  const { base, end } = space;
  const offset = base + address;
  if (address >= 0 && address + length <= end && offset + length <= source.size) return offset;
  throw new DelayedArrayError(
    "FILE_TRUNCATED",
    `${what}: ${length} bytes from byte ${offset} on were expected, but the file ends at byte ${Math.min(base + end, source.size)}`,
  );
}
