import { DelayedArrayError } from "delayedarray";

/** Undoes one filter for a chunk. */
export type Codec = (stored: Uint8Array, request: CodecRequest) => Uint8Array | Promise<Uint8Array>;

/** What there is to know about a chunk. */
export interface CodecRequest {
  /** The parameters of the filter, as they are in the file. */
  readonly parameters: readonly number[];
  /** Bytes that there can be afterwards; no more than that is made. */
  readonly most: number;
}

/**
 * Decodes a stream inside of a chunk into `out`, and returns how many bytes it became.
 *
 * @throws `CodecFault` for a damaged stream, and one that becomes more than `out` has room for
 */
export type BlockCodec = (stream: Uint8Array, out: Uint8Array) => number | Promise<number>;

/** A filter that is undone by code which is loaded when a file needs it. */
interface CodecEntry {
  readonly load: () => Promise<Codec>;
  /** How many bytes a stored byte can become at the very most, as far as there is a limit. */
  readonly ratio: number;
}

/** By the numbers under which filters are registered with the HDF Group. */
const CODECS: ReadonlyMap<number, CodecEntry> = new Map([
  // At best a few bits stand for 64 blocks of 32 samples.
  [4, { load: async () => (await import("./szip.js")).szip, ratio: 8192 }],
  [6, { load: async () => (await import("./scale-offset.js")).scaleOffset, ratio: Number.POSITIVE_INFINITY }],
  [307, { load: async () => (await import("./bzip2.js")).bzip2, ratio: Number.POSITIVE_INFINITY }],
  [32000, { load: async () => (await import("./lzf.js")).lzf, ratio: 88 }],
  [32001, { load: async () => (await import("./blosc.js")).blosc, ratio: Number.POSITIVE_INFINITY }],
  [32004, { load: async () => (await import("./lz4.js")).lz4, ratio: 255 }],
  [32008, { load: async () => (await import("./bitshuffle.js")).bitshuffle, ratio: Number.POSITIVE_INFINITY }],
  [32015, { load: async () => (await import("./zstd.js")).zstd, ratio: Number.POSITIVE_INFINITY }],
  [32026, { load: async () => (await import("./blosc2.js")).blosc2, ratio: Number.POSITIVE_INFINITY }],
]);

/** The filters that codecs undo. */
export const CODEC_FILTERS: ReadonlySet<number> = new Set(CODECS.keys());

/** How many bytes a byte can become when a filter is undone, at the very most; 1 for a filter that is no codec. */
export function codecRatio(id: number): number {
  return CODECS.get(id)?.ratio ?? 1;
}

/** Loads the codec of a filter. @throws `LIBRARY_MISSING` where its code cannot be loaded, as in a page that is offline */
export async function loadCodec(id: number, name: string): Promise<Codec> {
  const entry = CODECS.get(id)!;
  try {
    return await entry.load();
  } catch (cause) {
    throw new DelayedArrayError(
      "LIBRARY_MISSING",
      `the code that undoes filter ${id} (${name}) cannot be loaded: ${(cause as Error).message}`,
      { cause },
    );
  }
}
