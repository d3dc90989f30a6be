import { inflateSync } from "node:zlib";
import type { FilterType } from "libtiledb";
import { decodeDelta, decodeDoubleDelta } from "./decode-delta.js";
import { decodeLz4 } from "./decode-lz4.js";
import { decodeRuns } from "./decode-runs.js";
import { type FilteredChunk, Notes, ofLength, type UndoFilter } from "./filtered-chunk.js";
import { loadZstd } from "./zstd.js";

type Decompress = (bytes: Uint8Array, size: number) => Uint8Array;

/** How a filter is undone that compresses parts; `undefined` for other filters. */
export async function undoCompressor(type: FilterType): Promise<UndoFilter | undefined> {
  // A stream of bzip2 has checksums, which TileDB looks at; what remains are the sizes.
  if (type === "bzip2") return (chunk, size) => void compressedParts(chunk, size);
  const decompress = await decompressorOf(type);
  if (decompress === undefined) return undefined;
  return (chunk, size) => {
    const { notes, values } = compressedParts(chunk, size);
    const decode = ([bytes, before]: Part): Uint8Array => ofLength(decompress(bytes, before), before);
    return { about: Buffer.concat(notes.map(decode)), data: Buffer.concat(values.map(decode)) };
  };
}

async function decompressorOf(type: FilterType): Promise<Decompress | undefined> {
  switch (type) {
    case "gzip":
      return (bytes, size) => inflateSync(bytes, { maxOutputLength: Math.max(1, size) });
    case "zstd":
      return loadZstd();
    case "lz4":
      return decodeLz4;
    case "rle":
      return decodeRuns;
    case "delta":
      return decodeDelta;
    case "double-delta":
      return decodeDoubleDelta;
    default:
      return undefined;
  }
}

/** What is stored, and how many bytes it was. */
type Part = readonly [stored: Uint8Array, before: number];

/** More notes than this about so many bytes no filter makes. */
const MOST_NOTES = 2 ** 16;

/** How many parts there are of notes and of values, then what each takes before and after; the data are these parts. */
function compressedParts({ data, about }: FilteredChunk, size: number): { notes: Part[]; values: Part[] } {
  const sizes = new Notes(about);
  const [notes, values] = [sizes.uint32(), sizes.uint32()];
  if (sizes.rest().length !== 8 * (notes + values)) throw new RangeError(`it does not have ${notes} + ${values} parts`);
  let at = 0;
  const parts = Array.from({ length: notes + values }, (): Part => {
    const [before, after] = [sizes.uint32(), sizes.uint32()];
    if (before > 2 * size + MOST_NOTES) throw new RangeError(`a part has ${before} bytes, but all have ${size}`);
    at += after;
    return [data.subarray(at - after, at), before];
  });
  if (at !== data.length) throw new RangeError(`its parts have ${at} bytes, expected ${data.length}`);
  return { notes: parts.slice(0, notes), values: parts.slice(notes) };
}
