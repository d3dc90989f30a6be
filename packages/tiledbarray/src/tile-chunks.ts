import type { FilteredChunk } from "./filtered-chunk.js";

/** How many chunks there are. */
const COUNT = 8;

/** Size of a chunk unfiltered, filtered, and of what filters noted. */
const HEAD = 3 * 4;

/** A part of a tile that was filtered on its own. */
export interface TileChunk extends FilteredChunk {
  /** Bytes unfiltered. */
  readonly size: number;
}

/**
 * The chunks of a data tile (https://github.com/TileDB-Inc/TileDB/blob/main/format_spec/tile.md).
 *
 * @throws RangeError when they are not what the tile consists of
 */
export function tileChunks(tile: Buffer): TileChunk[] {
  const count = tile.length < COUNT ? 0n : tile.readBigUInt64LE(0);
  if (tile.length < COUNT + Number(count) * HEAD) throw new RangeError(tooManyChunks(tile.length, count));
  let at = COUNT;
  return Array.from({ length: Number(count) }, () => {
    if (at + HEAD > tile.length) throw new RangeError(tooManyChunks(tile.length, count));
    const [size, filtered, noted] = [tile.readUInt32LE(at), tile.readUInt32LE(at + 4), tile.readUInt32LE(at + 8)];
    const about = at + HEAD;
    at = about + noted + filtered;
    if (at > tile.length) throw new RangeError(tooManyChunks(tile.length, count));
    return { size, about: tile.subarray(about, about + noted), data: tile.subarray(about + noted, at) };
  });
}

/**
 * What is wrong with the heads of a tile, of which TileDB makes room for as many chunks as they say, and for as many checksums;
 * `undefined` if nothing.
 *
 * @param read - gives bytes of the tile, fewer where it ends
 * @param checksum - bytes of a checksum, if the last filter makes one
 */
export function damageOfHeads(
  length: number,
  read: (at: number, size: number) => Buffer,
  checksum?: number,
): string | undefined {
  const start = read(0, COUNT);
  const count = start.length < COUNT ? 0n : start.readBigUInt64LE(0);
  if (length < COUNT + Number(count) * HEAD) return tooManyChunks(length, count);
  if (checksum === undefined) return undefined;
  for (let at = COUNT, i = 0; i < Number(count); i++) {
    const head = read(at, HEAD + 8);
    if (head.length < HEAD + 8) return tooManyChunks(length, count);
    const [filtered, noted] = [head.readUInt32LE(4), head.readUInt32LE(8)];
    const checksums = head.readUInt32LE(HEAD) + head.readUInt32LE(HEAD + 4);
    if (noted < 8 + checksums * (8 + checksum)) {
      return `chunk ${i} says that it has ${checksums} checksums, which is more than fit into ${noted} bytes`;
    }
    at += HEAD + noted + filtered;
  }
  return undefined;
}

function tooManyChunks(length: number, count: bigint): string {
  return `there are ${length} bytes, which is less than its ${count} chunks take`;
}
