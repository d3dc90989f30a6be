import { inflateSync } from "node:zlib";

/**
 * TileDB's metadata of all kinds are "generic tiles": a head, the filters, and chunks of filtered bytes
 * (https://github.com/TileDB-Inc/TileDB/blob/main/format_spec/generic_tile.md). TileDB trusts the sizes in them: of a damaged
 * file it may ask for gigabytes, or read where nothing is.
 */
export interface GenericTile {
  /** Where it begins in its file. */
  readonly start: number;
  /** Where the next one begins. */
  readonly end: number;
  /** Bytes of what it holds, unfiltered. */
  readonly size: number;
}

/** Version, size as stored, size unfiltered, datatype, size of a cell, encryption, size of the filters. */
const HEAD = 4 + 8 + 8 + 1 + 8 + 1 + 4;
const CHUNK_HEAD = 3 * 4;

/** More than this no version has put into one chunk of a generic tile; it is 65,536 bytes. */
const MOST_IN_CHUNK = 2 ** 24;

/** What a file must not be, as words for a message. */
export class Damage {
  readonly what: string;
  readonly isTruncation: boolean;

  constructor(what: string, isTruncation = false) {
    this.what = what;
    this.isTruncation = isTruncation;
  }
}

/** The tile at a place of a file, whose sizes agree with each other; otherwise what is wrong. */
function genericTileAt(bytes: Buffer, start: number, stop: number): GenericTile | Damage {
  if (start + HEAD > stop) return new Damage(`it ends in the head of a tile at byte ${start}`, true);
  const stored = Number(bytes.readBigUInt64LE(start + 4));
  const size = Number(bytes.readBigUInt64LE(start + 12));
  const filters = bytes.readUInt32LE(start + HEAD - 4);
  const first = start + HEAD + filters;
  const end = first + stored;
  if (filters < 8 || end > stop || stored < 8) {
    const says = `the tile at byte ${start} says that it has ${filters} + ${stored} bytes`;
    return new Damage(`${says}, but there are ${stop - start - HEAD}`, end > stop);
  }
  const most = bytes.readUInt32LE(start + HEAD);
  let chunks = Number(bytes.readBigUInt64LE(first));
  let at = first + 8;
  let held = 0;
  for (; chunks > 0 && at + CHUNK_HEAD <= end; chunks--) {
    const original = bytes.readUInt32LE(at);
    if (original > most || original > MOST_IN_CHUNK) return wrongChunk(at, original);
    held += original;
    at += CHUNK_HEAD + bytes.readUInt32LE(at + 4) + bytes.readUInt32LE(at + 8);
  }
  if (chunks !== 0 || at !== end) return new Damage(`the chunks of the tile at byte ${start} do not end where it does`);
  if (held !== size) {
    return new Damage(`the tile at byte ${start} says that it holds ${size} bytes, but its chunks hold ${held}`);
  }
  return { start, end, size };
}

function wrongChunk(at: number, original: number): Damage {
  return new Damage(`the chunk at byte ${at} says that it holds ${original} bytes, which is more than any does`);
}

/** All the tiles of a file, up to where something else begins. */
export function genericTiles(bytes: Buffer, stop = bytes.length): readonly GenericTile[] | Damage {
  const tiles: GenericTile[] = [];
  for (let at = 0; at < stop; ) {
    const tile = genericTileAt(bytes, at, stop);
    if (tile instanceof Damage) return tile;
    tiles.push(tile);
    at = tile.end;
  }
  return tiles;
}

/** What a tile holds, which is compressed by gzip, whatever the array's filters; `undefined` where it is encrypted as well. */
export function contentOf(bytes: Buffer, { start, end }: GenericTile): Buffer | undefined {
  if (bytes[start + HEAD - 5] !== 0) return undefined;
  const chunks: Buffer[] = [];
  for (let at = start + HEAD + bytes.readUInt32LE(start + HEAD - 4) + 8; at < end; ) {
    const data = at + CHUNK_HEAD + bytes.readUInt32LE(at + 8);
    at = data + bytes.readUInt32LE(at + 4);
    chunks.push(inflateSync(bytes.subarray(data, at)));
  }
  return Buffer.concat(chunks);
}
