// What is measured: for each case the task that this project and its peers perform, and how their results must agree.
import { join } from "node:path";
import { root } from "../process.mjs";

/**
 * @typedef {{ name: string, worker: string, task: string }} Side
 * `worker` names who performs the task (see `workers.mjs`).
 *
 * @typedef {object} Case
 * @property {string} id
 * @property {string} title
 * @property {"exact" | "ulps" | "relative"} agreement see `compare.mjs`
 * @property {object} options what the task is given, the same for every side
 * @property {Side[]} sides the first is this project
 * @property {string} [note]
 */

const count = new Intl.NumberFormat("en");

/** @returns {Case[]} */
export function casesFor(sizes, folder) {
  const dense = { path: join(folder, "dense.h5"), name: "counts" };
  const columns = Math.min(200, sizes.dense[1] / 5);
  const sparse = { path: join(folder, "sparse.h5"), group: "matrix", shape: sizes.sparse.shape };
  const tiledb = (name) => ({ uri: join(folder, name), attribute: "count" });
  const whee = { path: join(root, "tooling", "fixtures", "chapter", "whee.h5"), name: "yay" };
  const size = sizes.dense.join(" x ");
  const cells = ({ shape, perColumn }) => `${shape.join(" x ")}, ${count.format(shape[1] * perColumn)} cells`;

  return [
    {
      id: "hdf5-dense",
      title: `HDF5, ${size} int32, gzip: read`,
      agreement: "exact",
      options: dense,
      sides: [ours("hdf5-dense"), biocpy("hdf5-dense"), h5py("hdf5-dense"), h5wasm("hdf5-dense")],
    },
    {
      id: "hdf5-shuffle",
      title: `HDF5, ${size} float64, gzip and shuffle: read`,
      agreement: "exact",
      options: { ...dense, path: join(folder, "shuffle.h5") },
      sides: [ours("hdf5-dense"), biocpy("hdf5-dense"), h5py("hdf5-dense"), h5wasm("hdf5-dense")],
    },
    {
      id: "hdf5-contiguous",
      title: `HDF5, ${size} int32, contiguous: read`,
      agreement: "exact",
      options: { ...dense, path: join(folder, "contiguous.h5") },
      sides: [ours("hdf5-dense"), biocpy("hdf5-dense"), h5py("hdf5-dense"), h5wasm("hdf5-dense")],
    },
    {
      id: "hdf5-columns",
      title: `HDF5, ${size} int32, gzip: ${columns} scattered columns`,
      agreement: "exact",
      options: { ...dense, count: columns, step: Math.floor(sizes.dense[1] / columns) },
      sides: [ours("hdf5-columns"), biocpy("hdf5-columns"), h5py("hdf5-columns")],
    },
    {
      id: "hdf5-sparse",
      title: `HDF5, compressed sparse columns, ${cells(sizes.sparse)}, gzip: read`,
      agreement: "exact",
      options: sparse,
      sides: [ours("hdf5-sparse"), biocpy("hdf5-sparse"), h5py("hdf5-sparse", "h5py + SciPy")],
    },
    {
      id: "hdf5-sparse-columns",
      title: `HDF5, the same matrix: its first ${sizes.sparse.shape[1] / 8} columns`,
      agreement: "exact",
      options: { ...sparse, count: sizes.sparse.shape[1] / 8 },
      sides: [ours("hdf5-sparse-columns"), biocpy("hdf5-sparse-columns"), h5py("hdf5-sparse-columns", "h5py + SciPy")],
    },
    {
      id: "hdf5-sparse-rows",
      title: `HDF5, the same matrix: its first ${sizes.sparse.shape[0] / 100} rows`,
      agreement: "exact",
      options: { ...sparse, count: sizes.sparse.shape[0] / 100 },
      sides: [ours("hdf5-sparse-rows"), biocpy("hdf5-sparse-rows"), h5py("hdf5-sparse-rows", "h5py + SciPy")],
    },
    {
      id: "tiledb-dense",
      title: `TileDB, dense, ${size} int32, zstd: read`,
      agreement: "exact",
      options: tiledb("dense.tiledb"),
      sides: [ours("tiledb-dense"), biocpy("tiledb-dense"), tiledbPy("tiledb-dense")],
    },
    {
      id: "tiledb-sparse",
      title: `TileDB, sparse, ${cells(sizes.sparse)}, zstd: read`,
      agreement: "exact",
      options: tiledb("sparse.tiledb"),
      sides: [
        ours("tiledb-sparse"),
        tiledbPy("tiledb-sparse", "TileDB-Py + SciPy, columns"),
        tiledbPy("tiledb-coordinates", "TileDB-Py, coordinates"),
      ],
      note: "BiocPy searches a list for the place of each cell, which would take it about half an hour: it is measured on the smaller array",
    },
    {
      id: "tiledb-small-sparse",
      title: `TileDB, sparse, ${cells(sizes.smallSparse)}, zstd: read`,
      agreement: "exact",
      options: tiledb("small-sparse.tiledb"),
      sides: [ours("tiledb-sparse"), biocpy("tiledb-sparse"), tiledbPy("tiledb-sparse", "TileDB-Py + SciPy, columns")],
    },
    {
      id: "tiledb-sparse-columns",
      title: `TileDB, sparse, ${cells(sizes.sparse)}, zstd: its first 20 columns`,
      agreement: "exact",
      options: { ...tiledb("sparse.tiledb"), count: 20 },
      sides: [
        ours("tiledb-sparse-columns"),
        biocpy("tiledb-sparse-columns"),
        tiledbPy("tiledb-sparse-columns", "TileDB-Py + SciPy, columns"),
      ],
    },
    {
      id: "tiledb-sum",
      title: `TileDB, dense, ${size} int32, zstd: \`sum(arr)\``,
      agreement: "relative",
      options: tiledb("dense.tiledb"),
      sides: [ours("tiledb-sum"), biocpy("tiledb-sum"), tiledbPy("tiledb-sum", "TileDB-Py + NumPy")],
    },
    {
      id: "tiledb-sparse-sum",
      title: `TileDB, sparse, ${cells(sizes.sparse)}, zstd: \`sum(arr)\``,
      agreement: "relative",
      options: tiledb("sparse.tiledb"),
      sides: [ours("tiledb-sum"), tiledbPy("tiledb-sparse-sum", "TileDB-Py + NumPy")],
      note: "BiocPy would take about half an hour to read the array",
    },
    {
      id: "hdf5-log1p",
      title: `HDF5, ${size} int32, gzip: \`log1p(arr / scaling)\`, realised`,
      agreement: "ulps",
      options: dense,
      sides: [ours("hdf5-log1p"), biocpy("hdf5-log1p"), h5py("hdf5-log1p", "h5py + NumPy")],
    },
    {
      id: "hdf5-sum",
      title: `HDF5, ${size} int32, gzip: \`sum(log1p(arr / scaling))\``,
      agreement: "relative",
      options: dense,
      sides: [ours("hdf5-sum"), biocpy("hdf5-sum"), h5py("hdf5-sum", "h5py + NumPy")],
      note: "BiocPy adds up element by element in Python",
    },
    {
      id: "first-print",
      title: "from the start of a process to the printed array and its end (HDF5, 40 x 50)",
      agreement: "exact",
      options: whee,
      sides: [
        { name: "this project", worker: "node", task: "first-print.mjs" },
        { name: "BiocPy", worker: "python", task: "first_print_biocpy.py" },
        { name: "h5py", worker: "python", task: "first_print_h5py.py" },
      ],
    },
  ];
}

function ours(task) {
  return { name: "this project", worker: "ours", task };
}

function biocpy(task) {
  return { name: "BiocPy", worker: "biocpy", task };
}

function h5py(task, name = "h5py") {
  return { name, worker: "h5py_alone", task };
}

function h5wasm(task) {
  return { name: "h5wasm", worker: "h5wasm_alone", task };
}

function tiledbPy(task, name = "TileDB-Py") {
  return { name, worker: "tiledb_alone", task };
}
