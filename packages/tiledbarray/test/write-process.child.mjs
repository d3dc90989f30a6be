// Writes `ROWS x COLUMNS` times 3, computed from a constant, to URI, in a process of its own that can be watched, killed or
// limited: `write-process.child.mjs URI ROWS COLUMNS OPTIONS`. Reports the sum of what is there then.
import process from "node:process";
import { writeTileDbArray } from "tiledbarray";
import { threes } from "../../hdf5array/test/write/constant.mjs";
import { report } from "../../hdf5array/test/write/report.mjs";

const [uri, rows, columns, options = "{}"] = process.argv.slice(2);

await report(async ({ onProgress }) => {
  const x = threes(Number(rows), Number(columns));
  const written = await writeTileDbArray(x, uri, { ...JSON.parse(options), onProgress });
  const sum = await written.sum();
  await written.close();
  return { sum };
});
