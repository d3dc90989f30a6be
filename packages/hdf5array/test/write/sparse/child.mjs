// Writes a sparse matrix, computed as it is asked for, into FILE, in a process of its own:
// `child.mjs FILE GROUP OPTIONS [CALL]`. It has ROWS rows and OPTIONS.columns columns, and chunks of whole columns, so that
// a layout of rows goes through temporary files; `across` turns it over. Kills itself at the CALLth call that changes a file,
// and otherwise reports how many calls there were and the sum of what is there then.
import process from "node:process";
import { chunkShapeToGrid, SparseNdarray } from "delayedarray";
import { writeHdf5CompressedSparseMatrix } from "hdf5array";
import { atWriteCall } from "../at-write-call.mjs";
import { report } from "../report.mjs";

const [file, group, given, call = "0"] = process.argv.slice(2);
const { columns = 300, rows = 400, ...options } = JSON.parse(given);
const shape = [rows, columns];

/** Every fourth element of a column: its row plus 1. */
const matrix = {
  shape,
  dtype: "float32",
  isSparse: true,
  isMasked: false,
  givesFreshArrays: true,
  nnz: (rows / 4) * columns,
  chunkGrid: () => chunkShapeToGrid([rows, 10], shape, 1),
  extractDense: () => Promise.reject(new Error("it is sparse")),
  extractSparse([all, { start, stop }]) {
    if (all.stop - all.start !== rows) throw new Error("whole columns are expected");
    const each = rows / 4;
    const indptr = Float64Array.from({ length: stop - start + 1 }, (_, i) => i * each);
    const indices = Int32Array.from(
      { length: each * (stop - start) },
      (_, i) => 4 * (i % each) + ((start + Math.floor(i / each)) % 4),
    );
    const data = Float32Array.from(indices, (index) => index + 1);
    return SparseNdarray.unchecked({ shape: [rows, stop - start], dtype: "float32", indptr, indices, data });
  },
};

const calls = await atWriteCall({
  at: Number(call),
  deletes: true,
  act: () => process.kill(process.pid, "SIGKILL"),
});
await report(async ({ onProgress }) => {
  const written = await writeHdf5CompressedSparseMatrix(matrix, file, group, { ...options, onProgress });
  const sum = await written.sum();
  await written.close();
  return { sum, calls: calls.count() };
});
