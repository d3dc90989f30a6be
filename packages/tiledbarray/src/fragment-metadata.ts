import { contentOf, Damage, type GenericTile, genericTiles } from "./generic-tile.js";

/** The version of the format that is known here; others are left to TileDB. */
const VERSION = 22;

/** Fewest bytes of a footer: version, length of the schema's name, the name, two flags, counts, offsets. */
const LEAST_FOOTER = 100;

/** Tiles for each field: offsets, offsets and sizes of what varies in length, of validity; least, greatest, sums, nulls. */
const TILES_PER_FIELD = 8;

/** A file may say that it is that much longer than it is: TileDB will find that it ends too early. Of more it makes room for. */
const MOST_TOO_LONG = 2 ** 30;

/** What a dense fragment says of itself that must agree with the array's domain. */
export interface DenseFragment {
  /** The box of its cells: first and last coordinate along each axis, as they are stored. */
  readonly box: Buffer;
  /** Number of its data tiles. */
  readonly tiles: number;
}

/**
 * What is wrong with the metadata of a fragment, or what else is to be looked at; `undefined` if nothing: tiles one after another, then a footer that ends in where each
 * of them begins, then its length (https://github.com/TileDB-Inc/TileDB/blob/main/format_spec/fragment.md). TileDB goes to
 * wherever the footer says, and makes room for as many tiles as it says.
 *
 * @param sizes - of the files of the fragment that are there, by name, such as `a0.tdb`
 */
export function checkFragmentMetadata(
  bytes: Buffer,
  sizes: ReadonlyMap<string, number>,
): Damage | DenseFragment | undefined {
  const end = bytes.length - 8;
  if (end < LEAST_FOOTER) return new Damage(`it has ${bytes.length} bytes, which is less than its footer takes`, true);
  const length = Number(bytes.readBigUInt64LE(end));
  const start = end - length;
  if (start < 0 || length < LEAST_FOOTER) {
    return new Damage(`its last bytes say that its footer has ${length} bytes, but there are ${end}`, true);
  }
  const version = bytes.readUInt32LE(start);
  // Other versions are left to TileDB: it refuses later ones, and earlier ones are of another form.
  if (version > VERSION || (version < VERSION && bytes.readUInt32LE(0) === version)) return undefined;
  if (version < VERSION) return new Damage(`its footer is of version ${version}, its tiles are not`);
  const tiles = genericTiles(bytes, start);
  return tiles instanceof Damage ? tiles : checkFooter(bytes.subarray(start, end), tiles, sizes);
}

function checkFooter(
  footer: Buffer,
  tiles: readonly GenericTile[],
  sizes: ReadonlyMap<string, number>,
): Damage | DenseFragment | undefined {
  const fields = (tiles.length - 3) / TILES_PER_FIELD;
  const offsets = footer.length - 8 * tiles.length;
  const fileSizes = offsets - 3 * 8 * fields;
  const flags = 4 + 8 + Number(footer.readBigUInt64LE(4));
  if (!Number.isInteger(fields) || fields < 1 || flags + 20 > fileSizes) {
    return new Damage(`its footer of ${footer.length} bytes does not fit its ${tiles.length} tiles`);
  }
  for (const [i, tile] of tiles.entries()) {
    const offset = footer.readBigUInt64LE(offsets + 8 * i);
    if (offset !== BigInt(tile.start)) {
      return new Damage(`its footer says that tile ${i} begins at byte ${offset}, but it begins at ${tile.start}`);
    }
  }
  const sizeOf = (list: number, field: number): bigint =>
    footer.readBigUInt64LE(fileSizes + 8 * (fields * list + field));
  const counts = fileSizes - 18;
  const damage = damageOfCount(footer, flags, counts, tiles, fields) ?? damageOfSizes(sizeOf, sizes);
  if (damage !== undefined || footer[flags] === 0) return damage;
  return { box: footer.subarray(flags + 2, counts), tiles: (tiles[1]!.size - 8) / 8 };
}

/** The lists of where data tiles are must be as long as the footer says. That of a dense fragment says 0. */
function damageOfCount(
  footer: Buffer,
  flags: number,
  counts: number,
  tiles: readonly GenericTile[],
  fields: number,
): Damage | undefined {
  const count = footer.readBigUInt64LE(counts);
  const isSparse = footer[flags] === 0;
  if (footer[flags]! > 1 || footer[flags + 1] !== 0) return new Damage("its footer says that it has no cells");
  const listed = BigInt(tiles[1]!.size - 8) / 8n;
  if (count !== (isSparse ? listed : 0n)) {
    return new Damage(`its footer says that there are ${count} tiles of data, but it lists ${listed}`);
  }
  const odd = tiles.slice(1, 1 + fields * 4).find(({ size }) => size !== tiles[1]!.size);
  if (odd === undefined) return undefined;
  return new Damage(`the list at byte ${odd.start} has ${odd.size} bytes, but another one has ${tiles[1]!.size}`);
}

/** How long each file is the footer says as well, and the last tile of a file is taken to reach until there. */
function damageOfSizes(
  sizeOf: (list: number, field: number) => bigint,
  sizes: ReadonlyMap<string, number>,
): Damage | undefined {
  const names = [...sizes.keys()].map((name) => /^([ad])(\d+)(_var|_validity)?\.tdb$/.exec(name) ?? []);
  const attributes = names.filter(([, kind]) => kind === "a").map(([, , index]) => Number(index));
  const firstDimension = Math.max(-1, ...attributes) + 2; // Between them is what coordinates once were kept in.
  for (const [name, kind, index, part = ""] of names) {
    if (name === undefined) continue;
    const field = Number(index) + (kind === "d" ? firstDimension : 0);
    const said = sizeOf(["", "_var", "_validity"].indexOf(part), field);
    const size = sizes.get(name)!;
    if (said < size || said > size + MOST_TOO_LONG) {
      return new Damage(`its footer says that ${name} has ${said} bytes, but it has ${size}`);
    }
  }
  return undefined;
}

/** Which list of a field: where its tiles begin, its tiles of texts, how many bytes of texts each has, its tiles of validity. */
const LISTS = ["starts", "textStarts", "textBytes", "validityStarts"] as const;

/** Where a fragment's tiles are. */
export interface FragmentTiles {
  /** Name of the file with the schema that it was written with. */
  readonly schema: string;
  /** Cells in the last tile of a sparse fragment. */
  readonly lastCells: number;
  /** A number for each tile; a field is an attribute, by its place in the schema, or a dimension, after one more than these. */
  list(which: (typeof LISTS)[number], field: number): readonly number[] | undefined;
}

/** Where the tiles are, of a fragment whose metadata are as they should be; `undefined` for other versions. */
export function fragmentTiles(bytes: Buffer): FragmentTiles | undefined {
  const end = bytes.length - 8;
  const start = end - Number(bytes.readBigUInt64LE(end));
  if (bytes.readUInt32LE(start) !== VERSION) return undefined;
  const tiles = genericTiles(bytes, start);
  if (tiles instanceof Damage) return undefined;
  const fields = (tiles.length - 3) / TILES_PER_FIELD;
  const flags = start + 12 + Number(bytes.readBigUInt64LE(start + 4));
  return {
    schema: bytes.toString("utf8", start + 12, flags),
    lastCells: Number(bytes.readBigUInt64LE(end - 8 * tiles.length - 3 * 8 * fields - 10)),
    list(which, field) {
      const tile = field < fields ? tiles[1 + fields * LISTS.indexOf(which) + field] : undefined;
      return tile && numbersOf(contentOf(bytes, tile));
    },
  };
}

/** A list: how many numbers there are, then these, of 64 bits each. */
function numbersOf(list: Buffer | undefined): number[] | undefined {
  return list && Array.from({ length: list.length / 8 - 1 }, (_, i) => Number(list.readBigUInt64LE(8 + 8 * i)));
}
