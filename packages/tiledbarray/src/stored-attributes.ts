import { contentOf, Damage, genericTiles } from "./generic-tile.js";

/** Versions of the format whose schemas are of the form that is known here, apart from what follows the attributes. */
const OLDEST = 17;
const NEWEST = 22;

/** Since then attributes name their enumeration. */
const WITH_ENUMERATIONS = 20;

/**
 * Names of the attributes in a file with a schema, in order: an array has several schemas when attributes were added or
 * dropped, and each fragment's files are numbered by its own. `undefined` for other versions.
 *
 * @see https://github.com/TileDB-Inc/TileDB/blob/main/format_spec/array_schema.md
 */
export function storedAttributes(bytes: Buffer): readonly string[] | undefined {
  const tiles = genericTiles(bytes);
  const content = tiles instanceof Damage ? undefined : contentOf(bytes, tiles[0]!);
  if (content === undefined) return undefined;
  const version = content.readUInt32LE(0);
  if (version < OLDEST || version > NEWEST) return undefined;
  // Version, duplicates, kind, orders of tiles and cells, capacity.
  let at = 4 + 4 + 8;
  const uint32 = (): number => {
    at += 4;
    return content.readUInt32LE(at - 4);
  };
  const skipFilters = (): void => {
    uint32();
    for (let count = uint32(); count > 0; count--) {
      at += 1;
      const size = uint32();
      at += size;
    }
  };
  const name = (): string => {
    const length = uint32();
    at += length;
    return content.toString("utf8", at - length, at);
  };
  for (let i = 0; i < 3; i++) skipFilters(); // Of coordinates, offsets, validity.
  for (let dimensions = uint32(); dimensions > 0; dimensions--) {
    name();
    at += 1 + 4;
    skipFilters();
    const size = Number(content.readBigUInt64LE(at));
    at += 8 + size + 1;
    // A tile extent is as large as one end of the domain.
    if (content[at - 1] === 0) at += size / 2;
  }
  return Array.from({ length: uint32() }, () => {
    const attribute = name();
    at += 1 + 4;
    skipFilters();
    // A fill value, whether there are nulls, whether the fill value is one, the order.
    at += 8 + Number(content.readBigUInt64LE(at)) + 3;
    if (version >= WITH_ENUMERATIONS) name();
    return attribute;
  });
}
