// Reads windows of one object, in a process of its own so that its memory can be told: `read-large.mjs FILE JSON`, the
// JSON being { kind, name, windows }. Prints { digests, peak }, the peak in bytes.
import { createHash } from "node:crypto";
import { Hdf5CompressedSparseMatrix, Hdf5DenseArray } from "hdf5array";

const [file, json] = process.argv.slice(2);
const { kind, name, windows } = JSON.parse(json);

function digest(...arrays) {
  return arrays
    .map(({ buffer, byteOffset, byteLength }) =>
      createHash("sha1")
        .update(new Uint8Array(buffer, byteOffset, byteLength))
        .digest("hex"),
    )
    .join("");
}

const digests = [];
await using array = await (kind === "dense" ? Hdf5DenseArray : Hdf5CompressedSparseMatrix).open(file, name);
for (const window of windows) {
  const subset = window.map(([start, stop]) => ({ start, stop, step: 1 }));
  if (kind === "dense") {
    const { data } = await array.seed.extractDense(subset);
    digests.push(digest(data));
  } else {
    const { indices, data } = await array.seed.extractSparse(subset);
    digests.push(digest(Int32Array.from(indices), data));
  }
}
process.stdout.write(JSON.stringify({ digests, peak: process.resourceUsage().maxRSS * 1024 }));
