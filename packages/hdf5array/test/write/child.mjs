// Writes `ROWS x COLUMNS` times 3, computed from a constant, into FILE, in a process of its own that can be watched, killed
// or limited: `child.mjs FILE ROWS COLUMNS OPTIONS`. Reports the sum of what is there then.
import process from "node:process";
import { writeHdf5DenseArray } from "hdf5array";
import { threes } from "./constant.mjs";
import { report } from "./report.mjs";

const [file, rows, columns, options = "{}"] = process.argv.slice(2);

await report(async ({ onProgress }) => {
  const x = threes(Number(rows), Number(columns));
  const written = await writeHdf5DenseArray(x, file, "x", { ...JSON.parse(options), onProgress });
  const sum = await written.sum();
  await written.close();
  return { sum };
});
