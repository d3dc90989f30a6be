// This project as a worker (see `worker.mjs`), from its built packages, in a Node without flags.
import { log1p, slice } from "delayedarray";
import { Hdf5CompressedSparseMatrix, Hdf5DenseArray } from "hdf5array";
import { TileDbArray } from "tiledbarray";
import { answerTasks } from "./answer-tasks.mjs";
import { ourVersions } from "./versions.mjs";

/** A task is a pair: what is measured, and how its result is told as a shape and plain arrays. */
const tasks = {
  "hdf5-dense": [({ path, name }) => reading(Hdf5DenseArray.open(path, name), (arr) => arr.toDense()), dense],
  "hdf5-sparse": [
    ({ path, group, shape }) =>
      reading(Hdf5CompressedSparseMatrix.open(path, group, { shape, byColumn: true }), (arr) => arr.toSparse()),
    columns,
  ],
  "hdf5-columns": [
    ({ path, name, count, step }) =>
      reading(Hdf5DenseArray.open(path, name), (arr) => arr.subset([null, scattered(count, step)]).toDense()),
    dense,
  ],
  "hdf5-sparse-columns": [
    ({ path, group, shape, count }) =>
      reading(Hdf5CompressedSparseMatrix.open(path, group, { shape, byColumn: true }), (arr) =>
        arr.subset([null, slice(0, count)]).toSparse(),
      ),
    columns,
  ],
  "hdf5-sparse-rows": [
    ({ path, group, shape, count }) =>
      reading(Hdf5CompressedSparseMatrix.open(path, group, { shape, byColumn: true }), (arr) =>
        arr.subset([slice(0, count)]).toSparse(),
      ),
    columns,
  ],
  "hdf5-log1p": [
    ({ path, name }) => reading(Hdf5DenseArray.open(path, name), (arr) => transformed(arr).toDense()),
    dense,
  ],
  "hdf5-sum": [({ path, name }) => reading(Hdf5DenseArray.open(path, name), (arr) => transformed(arr).sum()), number],
  "tiledb-dense": [
    ({ uri, attribute }) => reading(TileDbArray.open(uri, { attributeName: attribute }), (arr) => arr.toDense()),
    dense,
  ],
  "tiledb-sparse": [
    ({ uri, attribute }) => reading(TileDbArray.open(uri, { attributeName: attribute }), (arr) => arr.toSparse()),
    columns,
  ],
  "tiledb-sparse-columns": [
    ({ uri, attribute, count }) =>
      reading(TileDbArray.open(uri, { attributeName: attribute }), (arr) =>
        arr.subset([null, slice(0, count)]).toSparse(),
      ),
    columns,
  ],
  "tiledb-sum": [
    ({ uri, attribute }) => reading(TileDbArray.open(uri, { attributeName: attribute }), (arr) => arr.sum()),
    number,
  ],
  "tiledb-timer": [readBesideTimer, numbers],
};

/** Reads an array while a timer of 10 ms runs: how often it fires, and how late in 99 of 100 times. */
async function readBesideTimer({ uri, attribute }) {
  const late = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    late.push(Math.max(0, now - last - 10));
    last = now;
  }, 10);
  try {
    await reading(TileDbArray.open(uri, { attributeName: attribute }), (arr) => arr.toDense());
  } finally {
    clearInterval(timer);
  }
  const sorted = late.toSorted((a, b) => a - b);
  return [late.length, sorted[Math.ceil(0.99 * sorted.length) - 1] ?? Number.NaN];
}

async function reading(opening, body) {
  const arr = await opening;
  try {
    return await body(arr);
  } finally {
    await arr.close();
  }
}

function scattered(count, step) {
  return Array.from({ length: count }, (_, i) => i * step);
}

function transformed(arr) {
  return log1p(arr.divide(scalingFor(arr.shape[1])));
}

/** One factor per column; a formula whose every step is exact or correctly rounded, hence equal in Python. */
function scalingFor(length) {
  return Float64Array.from({ length }, (_, column) => 0.5 + column / length);
}

function dense({ shape, stride, offset, dtype, data }) {
  if (offset !== 0 || stride[0] !== shape[1] || stride[1] !== 1) throw new Error("expected values in C order");
  return { shape, arrays: { data: [dtype, data] } };
}

function columns(sparse) {
  const { data, indices, indptr, shape } = sparse.toCsc();
  return {
    shape,
    arrays: {
      data: [sparse.dtype, data],
      indices: [dtypeOf(indices), indices],
      indptr: [dtypeOf(indptr), indptr],
    },
  };
}

function numbers(values) {
  return { shape: [values.length], arrays: { data: ["float64", Float64Array.from(values)] } };
}

function number(value) {
  return { shape: [], arrays: { data: ["float64", Float64Array.of(value)] } };
}

/** NumPy's name of the elements of a typed array: `int32` for an `Int32Array`. */
function dtypeOf(array) {
  return array.constructor.name
    .replace(/^Big/, "")
    .replace(/Array$/, "")
    .toLowerCase();
}

await answerTasks(tasks, await ourVersions());
