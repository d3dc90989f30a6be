import type { StoredDataset } from "../stored-dataset.js";
import type { ChunkBatch } from "./chunk-batch.js";
import type { IndexReader } from "./index-reader.js";

/**
 * The position of chunk `i` in an index that holds all chunks in a row.
 *
 * @throws `FILE_INVALID` for one beyond 2^53
 */
export type ChunkNumbering = (batch: ChunkBatch, i: number) => number;

/**
 * How the chunks of a dataset are numbered: in C order, counting all that it may have one day. An unlimited axis counts as
 * if it were the first one.
 *
 * @param unlimited - how many axes are to be unlimited
 * @param address - of the index, for messages
 * @throws `FILE_INVALID` when that many are not
 */
export function chunkNumbering(
  reader: IndexReader,
  { info, maxShape, layout }: StoredDataset,
  unlimited: 0 | 1,
  address: number,
): ChunkNumbering {
  const { chunkShape } = layout as Extract<typeof layout, { kind: "chunked" }>;
  const most = chunkShape.map((extent, axis) => Math.ceil((maxShape ?? info.shape ?? [])[axis]! / extent));
  const axes = most.map((_, axis) => axis);
  const endless = axes.filter((axis) => most[axis] === Number.POSITIVE_INFINITY);
  if (endless.length !== unlimited) {
    throw reader.invalid(
      `${endless.length} of its axes are unlimited, but its index of chunks is of a kind for ${unlimited}`,
      address,
    );
  }
  const steps = new Float64Array(most.length);
  let step = 1;
  for (const axis of [...endless, ...axes.filter((one) => !endless.includes(one))].reverse()) {
    steps[axis] = step;
    step *= most[axis]!;
  }
  return ({ rank, numbers }, i) => {
    let position = 0;
    for (let axis = 0; axis < rank; axis++) position += numbers[i * rank + axis]! * steps[axis]!;
    if (position <= Number.MAX_SAFE_INTEGER) return position;
    throw reader.invalid(`a chunk has position ${position} in the index of chunks, expected at most 2^53`, address);
  };
}
