import { type Grid, RegularTicks, SimpleGrid } from "delayedarray";
import type { ArrayHandle, Datatype } from "libtiledb";

/** Where along an axis of a TileDB array values are written. */
export interface RegionAxis {
  readonly name: string;
  readonly datatype: Datatype;
  /** The coordinate of the first of them. */
  readonly origin: bigint;
  readonly extent: number;
  /** Extent of a tile, and how far inside its tile the first coordinate is. */
  readonly tile: number;
  readonly phase: number;
}

/** The part of an array that takes values of some shape, from an index on for each axis. */
export function regionOf(
  array: ArrayHandle,
  starts: readonly bigint[],
  shape: readonly number[],
): readonly RegionAxis[] {
  return array.schema.domain.dimensions.map(({ name, datatype, domain, tile }, axis) => {
    const extent = shape[axis]!;
    const origin = starts[axis]!;
    const first = BigInt(domain?.[0] ?? 0);
    const size = tile === undefined || BigInt(tile) > BigInt(Number.MAX_SAFE_INTEGER) ? BigInt(extent) : BigInt(tile);
    return { name, datatype, origin, extent, tile: Number(size), phase: Number((origin - first) % size) };
  });
}

/**
 * Blocks of the region that are made of whole tiles, so that no tile is in two fragments, and of whole chunks of what is
 * written where the buffer holds them, so that none is read twice.
 *
 * @param chunks - the grid of what is written
 * @param elements - that a block may have
 */
export function gridOfRegion(region: readonly RegionAxis[], chunks: Grid, elements: number): Grid {
  const spans = region.map(({ tile, extent }, axis) => {
    const chunk = chunks.boundaries[axis]!.at(0) ?? extent;
    return Math.min(tile * Math.ceil(chunk / tile), tile * Math.ceil(extent / tile));
  });
  const fits = spans.reduce((product, span, axis) => product * Math.min(span, region[axis]!.extent), 1) <= elements;
  const sizes = fits ? spans : region.map(({ tile }) => tile);
  const whole = region.map(({ extent, phase }, axis) => new RegularTicks(sizes[axis]!, phase + extent));
  const grid = new SimpleGrid(whole, 1);
  if (region.every(({ phase }) => phase === 0)) return grid;
  return grid.subset(region.map(({ extent, phase }) => ({ kind: "range", start: phase, step: 1, length: extent })));
}
