/**
 * Extents of tiles of about equal edges that hold at most `cells` cells: an axis that is shorter than the edge is taken
 * whole, and leaves its share to the others.
 */
export function tileExtents(shape: readonly number[], cells: number): number[] {
  const extents = new Array<number>(shape.length);
  const axes = shape.map((_, axis) => axis).sort((a, b) => shape[a]! - shape[b]!);
  let room = cells;
  axes.forEach((axis, position) => {
    const edge = Math.max(1, Math.floor(room ** (1 / (axes.length - position))));
    extents[axis] = Math.min(shape[axis]!, edge);
    room = Math.max(1, room / extents[axis]);
  });
  return extents;
}
