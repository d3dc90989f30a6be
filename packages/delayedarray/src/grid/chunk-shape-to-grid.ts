import { DelayedArrayError } from "../base/errors.js";
import { checkShape, type Shape, shapeText } from "../base/shape.js";
import { RegularTicks } from "./regular-ticks.js";
import { SimpleGrid } from "./simple-grid.js";

/**
 * The grid of an array that is stored in chunks of one shape, the last ones cut at the array's end.
 *
 * @param chunks - extents of a chunk, in elements: positive (0 is let pass on an axis of extent 0)
 * @param shape - extents of the array
 * @param costFactor - cost of reading one element; 1 is an array in memory
 * @throws `SHAPE_MISMATCH` for other numbers of axes, `INVALID_ARGUMENT`
 */
export function chunkShapeToGrid(chunks: ArrayLike<number>, shape: Shape, costFactor: number): SimpleGrid {
  checkShape(chunks, "chunk shape");
  const extents = checkShape(shape);
  if (chunks.length !== extents.length) {
    throw new DelayedArrayError(
      "SHAPE_MISMATCH",
      `chunks of ${chunks.length} extents for an array ${shapeText(extents)}: expected ${extents.length}`,
    );
  }
  const boundaries = extents.map((extent, axis) => {
    const chunk = chunks[axis]!;
    if (extent === 0) return [];
    return chunk === extent ? [extent] : new RegularTicks(chunk, extent);
  });
  return new SimpleGrid(boundaries, costFactor);
}
