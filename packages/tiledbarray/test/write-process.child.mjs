// Writes `ROWS x COLUMNS` times 3, computed from a constant, to URI, in a process of its own that can be watched, killed or
// limited: `write-process.child.mjs URI ROWS COLUMNS OPTIONS`. Prints a line for each block and at the end, as JSON, the sum of what is
// there then and the most memory that it took; or the error's code and message.
import process from "node:process";
import { chunkShapeToGrid, DelayedArrayError, multiply, NdArray } from "delayedarray";
import { writeTileDbArray } from "tiledbarray";

const [uri, rows, columns, options = "{}"] = process.argv.slice(2);
const shape = [Number(rows), Number(columns)];
// The signal for a file beyond its limit would end the process before it learns of the failed write.
process.on("SIGXFSZ", () => {});

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

try {
  const onProgress = ({ done, total }) => process.stdout.write(`${done}/${total}\n`);
  const written = await writeTileDbArray(multiply(constant, 2), uri, { ...JSON.parse(options), onProgress });
  const sum = await written.sum();
  await written.close();
  process.stdout.write(JSON.stringify({ sum, peak: process.resourceUsage().maxRSS * 1024 }));
} catch (error) {
  if (!(error instanceof DelayedArrayError)) throw error;
  process.stdout.write(JSON.stringify({ code: error.code, message: error.message }));
}
