import { DelayedArrayError } from "delayedarray";
import type { StoredFilter } from "../format/stored-dataset.js";
import type { SourceReadOptions } from "../source/byte-source.js";
import { fletcher32, isFletcher32 } from "./fletcher32.js";
import { inflate } from "./inflate.js";
import { unshuffle } from "./unshuffle.js";

/** Numbers under which filters are registered with the HDF Group. */
const DEFLATE = 1;
const SHUFFLE = 2;
const FLETCHER32 = 3;

/** Bytes of a Fletcher checksum, stored after the bytes that it is of. */
const CHECKSUM = 4;

/** The filters that can be undone. */
export const DECODED_FILTERS: ReadonlySet<number> = new Set([DEFLATE, SHUFFLE, FLETCHER32]);

/**
 * Undoes a chunk's filters, from the last to the first, and hands the elements' bytes to `use`: synchronously with the last
 * step, since they may lie in memory that is used again, and at most once.
 *
 * @param stored - the chunk as it is in the file; it is not written to
 * @param filters - in the order in which they were applied
 * @param filterMask - bit `i` set means that filter `i` was left out for this chunk
 * @param chunkBytes - bytes of the chunk's elements; no more memory than this and a little is ever taken
 * @param what - the chunk, for messages: file, object, chunk coordinates and byte offset
 * @throws `FILE_INVALID` for a damaged stream, a wrong checksum, a wrong size or parameters that no writer uses,
 * `UNSUPPORTED_FEATURE` for a filter that is not in {@link DECODED_FILTERS}, the signal's reason
 */
export async function withDecodedChunk(
  stored: Uint8Array,
  filters: readonly StoredFilter[],
  filterMask: number,
  chunkBytes: number,
  what: string,
  use: (bytes: Uint8Array) => void,
  options: SourceReadOptions,
): Promise<void> {
  options.signal?.throwIfAborted();
  const applied = filters.filter((_, i) => ((filterMask >>> i) & 1) === 0);
  let bytes = stored;
  for (let i = applied.length - 1; i >= 0; i--) {
    const filter = applied[i]!;
    const most = sizeAfter(applied.slice(0, i), chunkBytes);
    switch (filter.id) {
      case DEFLATE:
        bytes = await inflated(bytes, filter, most, what);
        options.signal?.throwIfAborted();
        break;
      case SHUFFLE:
        bytes = unshuffle(bytes, shuffledSize(filter, what));
        break;
      case FLETCHER32:
        bytes = checked(bytes, what);
        break;
      default:
        throw new DelayedArrayError(
          "UNSUPPORTED_FEATURE",
          `${what} is compressed with filter ${filter.id} (${filter.name}), which is not available`,
        );
    }
  }
  if (bytes.length !== chunkBytes) {
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${what} has ${bytes.length} bytes once its filters are undone, expected ${chunkBytes}`,
    );
  }
  use(bytes);
}

/** Bytes that a chunk can have at most once it went through filters. @see HDF5's H5Z_DEFLATE_SIZE_ADJUST */
function sizeAfter(filters: readonly StoredFilter[], chunkBytes: number): number {
  let size = chunkBytes;
  for (const { id } of filters) {
    if (id === FLETCHER32) size += CHECKSUM;
    else if (id === DEFLATE) size += Math.ceil(size / 1000) + 12;
  }
  return size;
}

async function inflated(bytes: Uint8Array, filter: StoredFilter, most: number, what: string): Promise<Uint8Array> {
  const [level = -1] = filter.parameters;
  if (filter.parameters.length !== 1 || level < 0 || level > 9)
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${what}: the deflate filter has the parameters [${filter.parameters}], expected a level from 0 to 9`,
    );
  let out: Uint8Array;
  try {
    out = await inflate(bytes, most);
  } catch (cause) {
    const { message } = cause as Error;
    throw new DelayedArrayError("FILE_INVALID", `${what} is damaged: it cannot be inflated (${message})`, { cause });
  }
  if (out.length > most)
    throw new DelayedArrayError("FILE_INVALID", `${what} inflates to more than the ${most} bytes that it should have`);
  return out;
}

function shuffledSize({ parameters }: StoredFilter, what: string): number {
  const [size = 0] = parameters;
  if (parameters.length !== 1 || size === 0)
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${what}: the shuffle filter has the parameters [${parameters}], expected the bytes of an element`,
    );
  return size;
}

/** The bytes before a checksum. @throws `FILE_INVALID` when it is not theirs */
function checked(bytes: Uint8Array, what: string): Uint8Array {
  const length = bytes.length - CHECKSUM;
  if (length <= 0)
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${what} has ${bytes.length} bytes, too few for values and a checksum of ${CHECKSUM}`,
    );
  const data = bytes.subarray(0, length);
  const stored = new DataView(bytes.buffer, bytes.byteOffset + length, CHECKSUM).getUint32(0, true);
  const computed = fletcher32(data);
  if (!isFletcher32(computed, stored))
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${what} is damaged: its checksum is ${hex(computed)}, but ${hex(stored)} was stored with it`,
    );
  return data;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
