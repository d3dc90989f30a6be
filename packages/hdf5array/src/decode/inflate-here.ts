import { DelayedArrayError } from "delayedarray";
import type { Workspace } from "./workspace.js";

/** What the kernel's negative results mean, from -1 on; see tooling/wasm/inflate.ts. */
const FAULTS: readonly string[] = [
  "it does not begin like a zlib stream",
  "it ends too early",
  "it goes on",
  "a block is of a kind that does not exist",
  "the length of a stored block contradicts itself",
  "the lengths of a block's codes make no codes",
  "a code stands for nothing",
  "a distance leads to before the beginning",
  "its checksum is wrong",
];

/** Number of the fault that there is more than expected. */
const TOO_LONG = -3;

/**
 * Inflates a zlib stream on this thread. Bytes after its end are ignored, as HDF5 does.
 *
 * @param most - most bytes that it may become
 * @param space - with two regions of as many bytes, which also hold the stream
 * @returns bytes in a region
 * @throws `FILE_INVALID`
 */
export function inflateHere(stream: Uint8Array, most: number, space: Workspace, what: string): Uint8Array {
  const { region, length } = space.inflate(stream, most);
  if (length >= 0) return space.region(region, length);
  if (length === TOO_LONG) throw tooLong(most, what);
  throw new DelayedArrayError("FILE_INVALID", `${what} is damaged: it cannot be inflated (${FAULTS[-1 - length]})`);
}

/** The error of a stream that becomes more than it may. */
export function tooLong(most: number, what: string): DelayedArrayError {
  return new DelayedArrayError(
    "FILE_INVALID",
    `${what} is damaged: it inflates to more than the expected ${most} bytes`,
  );
}
