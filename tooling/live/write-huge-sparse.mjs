// Writes a CSC matrix of more than 2^31 non-zeros, made as it is asked for, and reads windows of it back:
// `write-huge-sparse.mjs FOLDER [COLUMNS]`. It takes some minutes, but little room, since the entries repeat
// themselves. `huge-sparse.test.ts` runs it and has h5py check what is there then.
//
// Each column has an entry in all of its 65,536 rows, the column's number modulo 100 plus 1. Prints the entries, which windows
// are not as they should be, the largest memory of the process in bytes, the size of the file, and seconds.
import { statSync } from "node:fs";
import { join } from "node:path";
import { chunkShapeToGrid, SparseNdarray, slice } from "delayedarray";
import { writeHdf5CompressedSparseMatrix } from "hdf5array";

const [folder, columns = "34000"] = process.argv.slice(2);
const ROWS = 2 ** 16;
const shape = [ROWS, Number(columns)];
const everyRow = Int32Array.from({ length: ROWS }, (_, row) => row);
const valueIn = (column) => (column % 100) + 1;

const seed = {
  shape,
  dtype: "uint8",
  isSparse: true,
  isMasked: false,
  givesFreshArrays: true,
  nnz: ROWS * shape[1],
  chunkGrid: () => chunkShapeToGrid([ROWS, 16], shape, 1),
  extractDense: () => Promise.reject(new Error("it is sparse")),
  extractSparse([rows, { start, stop }]) {
    if (rows.stop - rows.start !== ROWS) throw new Error("whole columns are expected");
    const count = stop - start;
    const indptr = Float64Array.from({ length: count + 1 }, (_, i) => i * ROWS);
    const indices = new Int32Array(count * ROWS);
    const data = new Uint8Array(count * ROWS);
    for (let i = 0; i < count; i++) {
      indices.set(everyRow, i * ROWS);
      data.fill(valueIn(start + i), i * ROWS, (i + 1) * ROWS);
    }
    return SparseNdarray.unchecked({ shape: [ROWS, count], dtype: "uint8", indptr, indices, data });
  },
};

const path = join(folder, "huge-sparse.h5");
const begin = performance.now();
const written = await writeHdf5CompressedSparseMatrix(seed, path, "matrix", {
  level: 1,
  indexDtype: "uint16",
  chunks: 2 ** 20,
  mode: "replace",
});
const wrote = performance.now();
const wrong = [];
for (const column of [0, 1, 2 ** 15 - 1, 2 ** 15, shape[1] - 1].filter((one) => one < shape[1])) {
  const got = await written.subset([slice(ROWS - 5, ROWS), [column]]).toDense();
  if (!got.data.every((value) => value === valueIn(column))) wrong.push([column, got.toNested()]);
}
await written.close();
const read = performance.now();
const memory = process.resourceUsage().maxRSS * 1024;
const seconds = { write: (wrote - begin) / 1000, read: (read - wrote) / 1000 };
const entries = written.seed.nnz;
process.stdout.write(`${JSON.stringify({ entries, wrong, memory, size: statSync(path).size, seconds })}\n`);
