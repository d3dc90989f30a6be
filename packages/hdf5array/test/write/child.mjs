// Writes `ROWS x COLUMNS` times 3, computed from a constant, into FILE, in a process of its own that can be watched, killed
// or limited: `child.mjs FILE ROWS COLUMNS OPTIONS`. Reports the sum of what is there then.
import process from "node:process";
import { chunkShapeToGrid, multiply, NdArray } from "delayedarray";
import { writeHdf5DenseArray } from "hdf5array";
import { report } from "./report.mjs";

const [file, rows, columns, options = "{}"] = process.argv.slice(2);
const shape = [Number(rows), Number(columns)];

const constant = {
  shape,
  dtype: "float64",
  isSparse: false,
  isMasked: false,
  givesFreshArrays: true,
  chunkGrid: () => chunkShapeToGrid([Math.min(1000, shape[0]), Math.min(1000, shape[1])], shape, 1),
  extractDense(subset) {
    const extents = subset.map((entry) =>
      "step" in entry ? Math.ceil((entry.stop - entry.start) / entry.step) : entry.length,
    );
    const data = new Float64Array(extents[0] * extents[1]).fill(1.5);
    return new NdArray({ data, shape: extents, dtype: "float64" });
  },
};

await report(async ({ onProgress }) => {
  const written = await writeHdf5DenseArray(multiply(constant, 2), file, "x", { ...JSON.parse(options), onProgress });
  const sum = await written.sum();
  await written.close();
  return { sum };
});
