// This project as a worker (see `worker.mjs`), from its built packages, in a Node without flags.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { log1p } from "delayedarray";
import { Hdf5CompressedSparseMatrix, Hdf5DenseArray } from "hdf5array";
import { TileDbArray } from "tiledbarray";
import { ourVersions } from "./versions.mjs";

/** Up to so many bytes, an array travels in the answer itself. */
const small = 4096;

/** A task is a pair: what is measured, and how its result is told as a shape and plain arrays. */
const tasks = {
  "hdf5-dense": [({ path, name }) => reading(Hdf5DenseArray.open(path, name), (arr) => arr.toDense()), dense],
  "hdf5-sparse": [
    ({ path, group, shape }) =>
      reading(Hdf5CompressedSparseMatrix.open(path, group, { shape, byColumn: true }), (arr) => arr.toSparse()),
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
};

async function reading(opening, body) {
  const arr = await opening;
  try {
    return await body(arr);
  } finally {
    await arr.close();
  }
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

async function perform({ task, options, folder }) {
  const [measured, describe] = tasks[task];
  const begin = performance.now();
  const result = await measured(options);
  const seconds = (performance.now() - begin) / 1000;
  const { shape, arrays } = describe(result);
  const digest = createHash("sha1").update(JSON.stringify(shape));
  const sent = {};
  for (const [name, [dtype, values]] of Object.entries(arrays)) {
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    digest.update(bytes);
    sent[name] = { dtype, ...place(name, bytes, folder) };
  }
  return { seconds, digest: digest.digest("hex"), shape, arrays: sent };
}

function place(name, bytes, folder) {
  if (bytes.length <= small) return { base64: bytes.toString("base64") };
  if (folder === undefined) return {};
  const file = join(folder, `${name}.bin`);
  writeFileSync(file, bytes);
  return { file };
}

function answer(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

// What a library logs must not be taken for an answer.
console.log = console.error;

answer({ versions: await ourVersions() });
for await (const line of createInterface({ input: process.stdin })) {
  try {
    answer(await perform(JSON.parse(line)));
  } catch (error) {
    answer({ error: error.stack ?? String(error) });
  }
}
