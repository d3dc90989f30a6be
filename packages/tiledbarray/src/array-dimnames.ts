import type { Dimnames } from "delayedarray";
import { type ArrayHandle, type ArraySchema, getMetadata, putMetadata } from "libtiledb";
import type { Axis } from "./axes.js";
import { packDimnames, unpackDimnames } from "./r-dimnames.js";

/** Where R's TileDBArray keeps the names of an array's indices. */
const KEY = "dimnames";

/** The names of an array's indices in its metadata, counted from where the domain starts; `null` when there are none. */
export async function readDimnames(array: ArrayHandle, where: string): Promise<Dimnames | null> {
  const value = await getMetadata(array, KEY);
  if (value === undefined || typeof value === "string") return null;
  const packed = new Uint8Array(value.values.length);
  // There may be millions: a loop takes a tenth of the time of `from`.
  for (let i = 0; i < packed.length; i++) packed[i] = Number(value.values[i]);
  return unpackDimnames(packed, array.schema.domain.rank, where);
}

/**
 * The names of axes that may be a part of the domain. An axis that has grown beyond its names since they were written has
 * none.
 */
export function namesOfAxes(
  dimnames: Dimnames | null,
  axes: readonly Axis[],
  { domain }: ArraySchema,
): Dimnames | null {
  const names = dimnames?.map((all, axis) => {
    const { origin, extent } = axes[axis]!;
    const skipped = Number(origin - BigInt(domain.dimensions[axis]!.domain![0]));
    return all === null || all.length < skipped + extent ? null : Object.freeze(all.slice(skipped, skipped + extent));
  });
  return names?.some((one) => one !== null) ? Object.freeze(names) : null;
}

/** Puts names into the metadata of an array that is open for writing. */
export async function putDimnames(array: ArrayHandle, dimnames: Dimnames): Promise<void> {
  putMetadata(array, KEY, { datatype: "int32", values: Array.from(await packDimnames(dimnames)) });
}

/** Names of two arrays one after the other: an axis has them only if it has them in both. */
export function joinDimnames(before: Dimnames | null, after: Dimnames | null, axis: number): Dimnames | null {
  if (before === null) return null;
  const joined = before.map((names, i) => {
    if (i !== axis) return names;
    const more = after?.[axis] ?? null;
    return names === null || more === null ? null : [...names, ...more];
  });
  return joined;
}
