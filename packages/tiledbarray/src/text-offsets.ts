import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import type { ArrayHandle, Attribute } from "libtiledb";
import { damagedFile, filesIn, fragmentsIn, localFolder } from "./check-files.js";
import { tileLists } from "./fragment-metadata.js";
import { loadZstd } from "./zstd.js";

/** Larger files are left to TileDB. */
const LARGEST = 64 * 2 ** 20;

/** More than this is in no chunk: TileDB makes chunks of 65,536 bytes. */
const MOST_IN_CHUNK = 2 ** 24;

/** Gives `undefined` for what is not known here, and throws for what cannot be right. */
type Unfilter = (bytes: Buffer, size: number) => Uint8Array | undefined;

const checks = new WeakMap<ArrayHandle, Map<string, Promise<void>>>();

/**
 * Looks through the offsets of an attribute of texts of any length before TileDB does, once for an array that is open: TileDB
 * copies from where they say, without a look at whether that is within the tile, and ends the process if it is not.
 *
 * Looked through are arrays in the local file system, of one schema, whose offsets are not filtered, or by gzip or zstd, which is
 * the default; where there is a checksum TileDB notices itself.
 *
 * @throws `FILE_INVALID`, naming the file
 */
export function checkTextOffsets(array: ArrayHandle, attribute: string): Promise<void> {
  const known = checks.get(array) ?? new Map<string, Promise<void>>();
  checks.set(array, known);
  const check = known.get(attribute) ?? checkAll(array, array.schema.attribute(attribute));
  known.set(attribute, check);
  return check;
}

async function checkAll(array: ArrayHandle, attribute: Attribute): Promise<void> {
  const folder = localFolder(array.uri);
  const unfilter = await unfilterOf(array, attribute);
  if (folder === undefined || unfilter === undefined) return;
  // Which file is that of an attribute depends on the schema that a fragment was written with.
  if ((await filesIn(folder, "__schema")).length !== 1) return;
  const field = array.schema.attributes.indexOf(attribute);
  const { timestampStart, timestamp } = array;
  for (const name of await fragmentsIn(folder, { timestampStart, timestamp })) {
    const file = join("__fragments", name, `a${field}.tdb`);
    const about = await bytesOf(join(folder, "__fragments", name, "__fragment_metadata.tdb"));
    const bytes = await bytesOf(join(folder, file));
    const lists = about && tileLists(about, field);
    if (bytes === undefined || lists === undefined) continue;
    lists.starts.forEach((start, i) => {
      const end = lists.starts[i + 1] ?? bytes.length;
      const what = damageOfTile(bytes.subarray(start, end), lists.textBytes[i]!, unfilter);
      if (what !== undefined) throw damagedFile(array.uri, file, `in tile ${i}, ${what}`);
    });
  }
}

/** How to undo what was done to the offsets; `undefined` where that is not known, or where TileDB checks them itself. */
async function unfilterOf({ schema }: ArrayHandle, { filters }: Attribute): Promise<Unfilter | undefined> {
  // Texts that are stored by these bring their offsets along.
  if (filters.filters.some(({ type }) => type === "rle" || type === "dictionary")) return undefined;
  const types = schema.offsetsFilters.filters.map(({ type }) => type).filter((type) => type !== "none");
  if (types.length === 0) return (bytes) => bytes;
  if (types.length > 1) return undefined;
  if (types[0] === "gzip") return compressed((bytes, size) => inflateSync(bytes, { maxOutputLength: size }));
  if (types[0] === "zstd") return compressed(await loadZstd());
  return undefined;
}

/** A chunk that one compressor has made: how many parts it has, and what each takes before and after, then these. */
function compressed(decompress: (bytes: Uint8Array, size: number) => Uint8Array): Unfilter {
  return (bytes, size) => {
    const [others, parts, before, after] = [0, 4, 8, 12].map((at) => bytes.readUInt32LE(at));
    if (others !== 0 || parts !== 1) return undefined;
    if (before !== size || after !== bytes.length - 16) throw new RangeError("sizes that do not agree");
    return decompress(bytes.subarray(16), size);
  };
}

async function bytesOf(path: string): Promise<Buffer | undefined> {
  try {
    return (await stat(path)).size > LARGEST ? undefined : await readFile(path);
  } catch {
    return undefined; // TileDB will say what it makes of that.
  }
}

/**
 * What is wrong with the offsets in a data tile: chunks of `size unfiltered, size filtered, size of what filters say, that, data`
 * (https://github.com/TileDB-Inc/TileDB/blob/main/format_spec/tile.md).
 *
 * @param textBytes - of the texts in the same tile
 */
function damageOfTile(tile: Buffer, textBytes: number, unfilter: Unfilter): string | undefined {
  let last = 0;
  let cell = 0;
  if (tile.length < 8) return `there are ${tile.length} bytes`;
  try {
    let at = 8;
    for (let chunks = Number(tile.readBigUInt64LE(0)); chunks > 0; chunks--) {
      if (at + 12 > tile.length) return tooManyChunks(tile);
      const [size, filtered, about] = [tile.readUInt32LE(at), tile.readUInt32LE(at + 4), tile.readUInt32LE(at + 8)];
      if (size > MOST_IN_CHUNK) return `a chunk says that it holds ${size} bytes, which is more than any does`;
      at += 12 + about + filtered;
      if (at > tile.length) return tooManyChunks(tile);
      const offsets = unfilter(tile.subarray(at - about - filtered, at), size);
      if (offsets === undefined) return undefined;
      if (offsets.length !== size) throw new RangeError(`${offsets.length} bytes`);
      const view = new DataView(offsets.buffer, offsets.byteOffset, offsets.byteLength);
      for (let i = 0; i + 8 <= size; i += 8, cell++) {
        const offset = view.getUint32(i + 4, true) * 2 ** 32 + view.getUint32(i, true);
        if (offset < last || offset > textBytes) {
          return `the text of cell ${cell} begins at byte ${offset}, expected ${last} to ${textBytes}`;
        }
        last = offset;
      }
    }
  } catch (error) {
    return `a chunk cannot be decoded: ${(error as Error).message}`;
  }
  return undefined;
}

function tooManyChunks(tile: Buffer): string {
  return `there are ${tile.length} bytes, which is less than its ${tile.readBigUInt64LE(0)} chunks take`;
}
