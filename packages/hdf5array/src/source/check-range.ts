import { DelayedArrayError } from "delayedarray";
import type { ByteSource } from "./byte-source.js";

/**
 * Checks that bytes lie within a file before they are asked for.
 *
 * @throws `FILE_TRUNCATED` when the file ends before them, `INVALID_ARGUMENT` for numbers that are no offset or length
 */
export function checkRange({ name, size }: Pick<ByteSource, "name" | "size">, offset: number, length: number): void {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${name}: ${length} bytes at offset ${offset}: expected whole numbers, not negative`,
    );
  }
  if (offset + length > size) {
    throw new DelayedArrayError(
      "FILE_TRUNCATED",
      `${name}: ${length} bytes at offset ${offset} were asked for, but the file has ${size} bytes`,
    );
  }
}
