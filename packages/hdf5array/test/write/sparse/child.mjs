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
  extractSparse([{ start: top, stop: bottom }, { start, stop }]) {
    const indptr = new Float64Array(stop - start + 1);
    const indices = [];
    for (let column = start; column < stop; column++) {
      for (let row = column % 4; row < bottom; row += 4) if (row >= top) indices.push(row - top);
      indptr[column - start + 1] = indices.length;
    }
    const data = Float32Array.from(indices, (index) => top + index + 1);
    const shape = [bottom - top, stop - start];
    return SparseNdarray.unchecked({ shape, dtype: "float32", indptr, indices: Int32Array.from(indices), data });
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
