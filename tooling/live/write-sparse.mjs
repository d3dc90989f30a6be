// Writes a sparse matrix that is made as it is asked for, and reads it back, in a process of its own so that its memory can
// be told: `write-sparse.mjs FOLDER LAYOUT MILLIONS [BUFFER_MB]`. With 300 (millions of non-zeros) it takes some minutes
// and some GB of disk:
//
//   node tooling/live/write-sparse.mjs /tmp csc 300
//   node tooling/live/write-sparse.mjs /tmp csr 300
//
// The matrix has 30,000 rows and as many columns of 300 entries as it takes. It can be read by columns, so that "csr" goes
// through temporary files. Prints the entries, the sum of the values, the sum that they have to have, the largest memory of
// the process in bytes, and seconds.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { chunkShapeToGrid, SparseNdarray } from "delayedarray";
import { writeHdf5CompressedSparseMatrix } from "hdf5array";

const [folder, layout, millions, bufferMegabytes] = process.argv.slice(2);
const ROWS = 30_000;
const ENTRIES = 300;
const columns = Math.round((Number(millions) * 1e6) / ENTRIES);
const shape = [ROWS, columns];

/** The value of entry `k` of a column. */
const valueAt = (column, k) => ((column + 13 * k) % 50) + 1;

/** Entry `k` of a column is in row `100 k` plus some that depend on the column. */
const seed = {
  shape,
  dtype: "float32",
  isSparse: true,
  isMasked: false,
  givesFreshArrays: true,
  nnz: ENTRIES * columns,
  chunkGrid: () => chunkShapeToGrid([ROWS, 1000], shape, 1),
  extractDense: () => Promise.reject(new Error("it is sparse")),
  extractSparse([rows, { start, stop }]) {
    if (rows.start !== 0 || rows.stop !== ROWS) throw new Error("whole columns are expected");
    const indptr = new Float64Array(stop - start + 1);
    const indices = new Int32Array((stop - start) * ENTRIES);
    const data = new Float32Array(indices.length);
    let at = 0;
    for (let column = start; column < stop; column++) {
      for (let k = 0; k < ENTRIES; k++, at++) {
        indices[at] = ((7 * column) % 100) + 100 * k;
        data[at] = valueAt(column, k);
      }
      indptr[column - start + 1] = at;
    }
    return SparseNdarray.unchecked({ shape: [ROWS, stop - start], dtype: "float32", indptr, indices, data });
  },
};

const path = join(folder, `sparse-${layout}-${millions}.h5`);
const begin = performance.now();
const options = { layout, level: 1, ...(bufferMegabytes && { bufferSize: Number(bufferMegabytes) * 1e6 }) };
const written = await writeHdf5CompressedSparseMatrix(seed, path, "matrix", options);
const wrote = performance.now();
const entries = written.seed.nnz;
const sum = await written.sum({ dtype: "float64", ...(bufferMegabytes && { bufferSize: options.bufferSize }) });
const read = performance.now();
await written.close();
rmSync(path);

let expected = 0;
for (let column = 0; column < columns; column++) for (let k = 0; k < ENTRIES; k++) expected += valueAt(column, k);
const memory = process.resourceUsage().maxRSS * 1024;
const seconds = { write: (wrote - begin) / 1000, read: (read - wrote) / 1000 };
process.stdout.write(`${JSON.stringify({ entries, sum, expected, memory, seconds })}\n`);
