import { RegularTicks } from "delayedarray";
import { sizeOf } from "delayedarray/internal";
import type { Layout } from "libtiledb";
import type { Axis } from "./axes.js";

/** Elements of a piece: a few fit the memory of blocks. */
const PIECE = 2 ** 22;

/** Ends of pieces on an axis that are written out. */
const MOST_ENDS = 2 ** 16;

/**
 * Extents of the pieces in which a tile of a sparse array is best read that is too large for a block. Within it cells are
 * stored one after the other in some order: pieces are cut across the axis along which that order advances last, so that
 * they hold cells that are stored together; in Hilbert order, across all axes alike.
 */
export function pieceExtents(axes: readonly Pick<Axis, "extent" | "tile">[], order: Layout): number[] {
  const extents = axes.map(({ extent, tile }) => tile ?? extent);
  let pieces = Math.ceil(sizeOf(extents) / PIECE);
  if (pieces <= 1) return extents;
  if (order === "hilbert") {
    const cuts = pieces ** (1 / extents.length);
    return extents.map((extent) => Math.max(1, Math.ceil(extent / cuts)));
  }
  const slowestFirst = extents.map((_, axis) => (order === "column-major" ? extents.length - 1 - axis : axis));
  for (const axis of slowestFirst) {
    const cuts = Math.min(pieces, extents[axis]!);
    extents[axis] = Math.max(1, Math.floor(extents[axis]! / Math.max(1, cuts)));
    pieces = Math.ceil(pieces / Math.max(1, cuts));
  }
  return extents;
}

/**
 * Where the pieces of an axis end that begins where a tile does; tiles begin anew with a piece.
 *
 * @param end - the axis's extent, from there on
 */
export function pieceTicks(tile: number | null, piece: number, end: number): RegularTicks | readonly number[] {
  const size = tile ?? end;
  if (piece >= size || Math.ceil(end / size) * Math.ceil(size / piece) > MOST_ENDS) {
    if (tile !== null) return new RegularTicks(tile, end);
    return piece >= end ? [end] : new RegularTicks(piece, end);
  }
  const ends: number[] = [];
  for (let start = 0; start < end; start += size) {
    const stop = Math.min(end, start + size);
    for (let at = start + piece; at < stop; at += piece) ends.push(at);
    ends.push(stop);
  }
  return ends;
}
