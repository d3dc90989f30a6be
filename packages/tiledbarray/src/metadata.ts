import { type ArrayHandle, getAllMetadata, type MetadataValue } from "libtiledb";

/** A value of metadata: a text, a number (a bigint where it has 64 bits), or a list of them. */
export type TileDbMetadataValue = string | number | bigint | readonly (number | bigint)[];

/** Metadata of an array or a group by their keys. */
export type TileDbMetadata = Readonly<Record<string, TileDbMetadataValue>>;

/** The metadata of an array that is open for reading. */
export async function readMetadata(array: ArrayHandle): Promise<TileDbMetadata> {
  return plainMetadata(await getAllMetadata(array));
}

/** Metadata as plain values. */
export function plainMetadata(all: ReadonlyMap<string, MetadataValue>): TileDbMetadata {
  return Object.freeze(Object.fromEntries([...all].map(([key, value]) => [key, plainValue(value)])));
}

function plainValue(value: MetadataValue): TileDbMetadataValue {
  if (typeof value === "string") return value;
  const [first, ...others] = value.values;
  return first !== undefined && others.length === 0 ? first : Object.freeze([...value.values]);
}
