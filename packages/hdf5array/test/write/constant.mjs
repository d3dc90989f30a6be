// An array of any size that takes no memory, for processes that write one.
import { chunkShapeToGrid, multiply, NdArray } from "delayedarray";

/** `rows x columns` times 3, computed from a constant. */
export function threes(rows, columns) {
  const shape = [rows, columns];
  const constant = {
    shape,
    dtype: "float64",
    isSparse: false,
    isMasked: false,
    givesFreshArrays: true,
    chunkGrid: () => chunkShapeToGrid([Math.min(1000, rows), Math.min(1000, columns)], shape, 1),
    extractDense(subset) {
      const extents = subset.map((entry) =>
        "step" in entry ? Math.ceil((entry.stop - entry.start) / entry.step) : entry.length,
      );
      const data = new Float64Array(extents[0] * extents[1]).fill(1.5);
      return new NdArray({ data, shape: extents, dtype: "float64" });
    },
  };
  return multiply(constant, 2);
}
