import { DelayedArrayError } from "delayedarray";
import { filterName } from "../format/filter-names.js";
import type { StoredFilter } from "../format/stored-dataset.js";
import type { SourceReadOptions } from "../source/byte-source.js";
import { breathe } from "./breathe.js";
import { CODEC_FILTERS, loadCodec } from "./codecs/codec.js";
import { CodecFault } from "./codecs/codec-fault.js";
import { fletcher32, isFletcher32 } from "./fletcher32.js";
import { faultText, TOO_LONG } from "./inflate-faults.js";
import { type Inflated, type Inflater, TooLongError } from "./inflater.js";
import { streamInflater } from "./stream-inflater.js";
import { unshuffle } from "./unshuffle.js";
import { workerInflater } from "./worker-inflater.js";
import { releaseWorkspace, type Workspace, workspace } from "./workspace.js";
import { zlibInflater } from "./zlib-inflater.js";

/** Numbers under which filters are registered with the HDF Group. */
const DEFLATE = 1;
const SHUFFLE = 2;
const FLETCHER32 = 3;

/** The filters that can be undone. */
export const DECODED_FILTERS: ReadonlySet<number> = new Set([DEFLATE, SHUFFLE, FLETCHER32, ...CODEC_FILTERS]);

/** Bytes of a Fletcher checksum, stored after the bytes that it is of. */
const CHECKSUM = 4;

/** A filter to be undone. */
interface Step {
  readonly filter: StoredFilter;
  /** Bytes that there can be afterwards, at most. */
  readonly most: number;
}

let inflater: Inflater | undefined;

/**
 * Undoes a chunk's filters, from the last to the first, and hands the elements' bytes to `use`, which is called once and
 * synchronously with the last step, since they may lie in memory that is used again.
 *
 * @param stored - the chunk as it is in the file; it is not written to
 * @param filters - in the order in which they were applied
 * @param filterMask - bit `i` set means that filter `i` was left out for this chunk
 * @param chunkBytes - bytes of the chunk's elements; what is made on the way takes about twice as many at most
 * @param what - the chunk, for messages: file, object, chunk coordinates and byte offset
 * @throws `FILE_INVALID` for a damaged stream, a wrong checksum, a wrong size or parameters that no writer uses,
 * `UNSUPPORTED_FEATURE` for a filter that is not among {@link DECODED_FILTERS}, `LIBRARY_MISSING` where the code for one
 * cannot be loaded, the signal's reason
 */
export async function withDecodedChunk(
  stored: Uint8Array,
  filters: readonly StoredFilter[],
  filterMask: number,
  chunkBytes: number,
  what: string,
  use: (bytes: Uint8Array) => void,
  { signal }: SourceReadOptions,
): Promise<void> {
  signal?.throwIfAborted();
  inflater ??= zlibInflater() ?? workerInflater() ?? streamInflater;
  const steps = planned(filters, filterMask, chunkBytes, what);
  const room = steps.reduce((most, step) => Math.max(most, step.most), stored.length);
  const elsewhere = inflater.takes(stored.length, chunkBytes);
  if (!elsewhere) {
    await breathe();
    signal?.throwIfAborted();
  }
  let bytes = stored;
  let inflated: Inflated | undefined;
  try {
    let space = workspace(room, regionsFor(steps, elsewhere));
    for (const [i, { filter, most }] of steps.entries()) {
      if (filter.id === SHUFFLE) bytes = unshuffle(bytes, filter.parameters[0]!, space);
      else if (filter.id === FLETCHER32) bytes = checked(bytes, space, what);
      else if (filter.id === DEFLATE && !elsewhere && space !== null) bytes = inflateHere(bytes, most, space, what);
      else {
        // Others use the workspace while this waits.
        const stream = space?.regionOf(bytes) === undefined ? bytes : bytes.slice();
        const before = inflated;
        inflated =
          filter.id === DEFLATE
            ? await inflateElsewhere(inflater, stream, most, what)
            : { bytes: await decoded(stream, filter, most, what), release: () => {} };
        before?.release();
        bytes = inflated.bytes;
        signal?.throwIfAborted();
        space = workspace(room, regionsFor(steps.slice(i + 1), elsewhere));
      }
    }
    if (bytes.length !== chunkBytes) {
      throw new DelayedArrayError(
        "FILE_INVALID",
        `${what} has ${bytes.length} bytes once its filters are undone, expected ${chunkBytes}`,
      );
    }
    use(bytes);
  } finally {
    inflated?.release();
    releaseWorkspace();
  }
}

/** What is to be undone, in that order. */
function planned(filters: readonly StoredFilter[], filterMask: number, chunkBytes: number, what: string): Step[] {
  const steps: Step[] = [];
  let most = chunkBytes;
  for (const [i, filter] of filters.entries()) {
    if ((filterMask >>> i) & 1) continue;
    checkFilter(filter, what);
    steps.unshift({ filter, most });
    if (filter.id === FLETCHER32) most += CHECKSUM;
    // What deflate cannot make smaller it makes larger by this much. @see zlib's compressBound
    else if (filter.id === DEFLATE) most += Math.ceil(most / 1000) + 64;
    // Others write headers, too, also for each block.
    else if (filter.id !== SHUFFLE) most += Math.ceil(most / 8) + 2 ** 12;
  }
  return steps;
}

/** @see H5Zdeflate.c and H5Zshuffle.c, which take no other parameters */
function checkFilter({ id, name, parameters }: StoredFilter, what: string): void {
  const [first = -1] = parameters;
  let expected: string | undefined;
  if (id === DEFLATE) {
    if (parameters.length !== 1 || first < 0 || first > 9) expected = "a level from 0 to 9";
  } else if (id === SHUFFLE) {
    if (parameters.length !== 1 || first <= 0) expected = "the bytes of an element";
  } else if (!DECODED_FILTERS.has(id)) {
    const readable = [...DECODED_FILTERS].map((one) => `${filterName(one, "")} (${one})`).join(", ");
    throw new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `${what} is stored with filter ${id} (${name}), expected ${readable}`,
    );
  }
  if (expected === undefined) return;
  throw new DelayedArrayError(
    "FILE_INVALID",
    `${what}: filter ${id} (${name}) has the parameters [${parameters.join(", ")}], expected ${expected}`,
  );
}

/** Regions that steps take, up to the next one that is done elsewhere. */
function regionsFor(steps: readonly Step[], elsewhere: boolean): number {
  let moves = 0;
  for (const { filter } of steps) {
    if (filter.id === DEFLATE ? elsewhere : CODEC_FILTERS.has(filter.id)) break;
    // A stream is brought into a region first; each step reads one region and writes another.
    if (filter.id === DEFLATE) moves += 2;
    else if (filter.id === SHUFFLE) moves += 1;
  }
  return Math.min(2, moves);
}

/** Inflates a stream in a workspace that has two regions. Bytes after its end are ignored, as HDF5 does. */
function inflateHere(stream: Uint8Array, most: number, space: Workspace, what: string): Uint8Array {
  const { region, length } = space.inflate(stream, most);
  if (length >= 0) return space.region(region, length);
  throw length === TOO_LONG ? tooLong(most, what) : damaged(faultText(length), what);
}

async function inflateElsewhere(inflater: Inflater, stream: Uint8Array, most: number, what: string): Promise<Inflated> {
  try {
    return await inflater.inflate(stream, most);
  } catch (cause) {
    throw cause instanceof TooLongError ? tooLong(most, what) : damaged((cause as Error).message, what, cause);
  }
}

/** Undoes a filter whose code is loaded when it is first needed. */
async function decoded(stream: Uint8Array, filter: StoredFilter, most: number, what: string): Promise<Uint8Array> {
  const { id, name, parameters } = filter;
  try {
    const codec = await loadCodec(id, name);
    return await codec(stream, { parameters, most });
  } catch (cause) {
    if (!(cause instanceof CodecFault)) throw cause;
    const { code, message } = cause;
    const is = code === "FILE_INVALID" ? "is damaged" : "cannot be read";
    throw new DelayedArrayError(code, `${what} ${is}: filter ${id} (${name}) cannot be undone: ${message}`, { cause });
  }
}

function tooLong(most: number, what: string): DelayedArrayError {
  return new DelayedArrayError(
    "FILE_INVALID",
    `${what} is damaged: it inflates to more than the expected ${most} bytes`,
  );
}

function damaged(fault: string, what: string, cause?: unknown): DelayedArrayError {
  return new DelayedArrayError("FILE_INVALID", `${what} is damaged: it cannot be inflated (${fault})`, { cause });
}

/** The bytes before a checksum. @throws `FILE_INVALID` when it is not theirs */
function checked(bytes: Uint8Array, space: Workspace | null, what: string): Uint8Array {
  const length = bytes.length - CHECKSUM;
  if (length <= 0) {
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${what} has ${bytes.length} bytes, too few for values and a checksum of ${CHECKSUM}`,
    );
  }
  const data = bytes.subarray(0, length);
  const stored = new DataView(bytes.buffer, bytes.byteOffset + length, CHECKSUM).getUint32(0, true);
  const computed = fletcher32(data, space);
  if (!isFletcher32(computed, stored)) {
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${what} is damaged: its checksum is ${hex(computed)}, but ${hex(stored)} was stored with it`,
    );
  }
  return data;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
