// Reads windows of one array, in a process of its own so that its memory can be told: `read-large.mjs FILE JSON`, the
// JSON being { kind, name, windows, summary } as in large.json. Prints { digests, summary, memory }.
import { createHash } from "node:crypto";
import { applyOverBlocks, slice } from "delayedarray";
import { Hdf5CompressedSparseMatrix, Hdf5DenseArray } from "hdf5array";

const [file, json] = process.argv.slice(2);
const { kind, name, windows, summary } = JSON.parse(json);

function digest(...arrays) {
  return arrays
    .map(({ buffer, byteOffset, byteLength }) =>
      createHash("sha1")
        .update(new Uint8Array(buffer, byteOffset, byteLength))
        .digest("hex"),
    )
    .join("");
}

/** What blocks may take: while one is worked on, another is read. */
const options = { bufferSize: 2 ** 25 };

/** Statistics of a part, and its blocks one by one. */
async function summarize(part) {
  const sums = new Float64Array(part.shape[1]);
  let elements = 0;
  const add = ([, [left]], { data, shape: [rows, columns], stride: [down, right], offset }) => {
    elements += rows * columns;
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        sums[left + column] += data[offset + row * down + column * right];
  };
  await applyOverBlocks(part, add, options);
  const byColumn = await part.sum({ axis: 0, dtype: "float64", ...options });
  const sum = await part.sum({ dtype: "float64", ...options });
  const [mean, min, max] = [await part.mean(options), await part.min(options), await part.max(options)];
  return { sum, mean, min, max, sums: digest(byColumn.data), elements, sumsOfBlocks: digest(sums) };
}

const digests = [];
const array = await (kind === "dense" ? Hdf5DenseArray : Hdf5CompressedSparseMatrix).open(file, name);
const opened = process.memoryUsage.rss();
for (const { bounds } of windows) {
  const part = array.subset(bounds.map((one) => slice(...one)));
  if (kind === "dense") digests.push(digest((await part.toDense()).data));
  else {
    const { indices, data } = (await part.toSparse()).toCsc();
    digests.push(digest(Int32Array.from(indices), data));
  }
}
const result = summary && (await summarize(array.subset(summary.bounds.map((one) => slice(...one)))));
await array.close();
const memory = process.resourceUsage().maxRSS * 1024 - opened;
process.stdout.write(JSON.stringify({ digests, summary: result, memory }));
