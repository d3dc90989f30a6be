import { DelayedArrayError } from "delayedarray";
import type { FileSpace } from "../file-space.js";
import type { StoredDataset } from "../stored-dataset.js";
import { bTree1 } from "./b-tree-1.js";
import { bTree2 } from "./b-tree-2.js";
import type { ChunkIndex } from "./chunk-index.js";
import { chunkNumbering } from "./chunk-numbering.js";
import { extensibleArray } from "./extensible-array.js";
import { fixedArray } from "./fixed-array.js";
import { IndexReader } from "./index-reader.js";

/**
 * The index of a chunked dataset's chunks.
 *
 * @throws `FILE_INVALID` where the layout contradicts the dataset's shape
 */
export function openChunkIndex(space: FileSpace, stored: StoredDataset): ChunkIndex {
  const { info, layout } = stored;
  if (layout.kind !== "chunked") throw new TypeError(`no index of chunks: ${layout.kind}`);
  const rank = info.shape?.length ?? 0;
  if (rank === 0 || layout.chunkShape.length !== rank || layout.chunkShape.some((extent) => !(extent >= 1))) {
    throw new DelayedArrayError(
      "FILE_INVALID",
      `${space.name}: "${info.path}" has chunks of ${layout.chunkShape.join(" x ")}, but its shape is ${info.shape?.join(" x ")}`,
    );
  }
  const reader = new IndexReader(space, info.path);
  const { index } = layout;
  const { address } = index;
  // Written before any chunk was.
  if (address === null) return { locate: async () => {} };
  switch (index.kind) {
    case "btree1":
      return bTree1(reader, stored, address);
    case "btree2":
      return bTree2(reader, stored, address);
    case "fixed-array":
      return fixedArray(reader, stored, address);
    case "extensible-array":
      return extensibleArray(reader, stored, address);
    case "single":
      return singleChunk(reader, stored, address, index);
    case "implicit":
      return implicit(reader, stored, address);
  }
}

/** No index: the layout message has the address of the only chunk. */
function singleChunk(
  reader: IndexReader,
  { filters }: StoredDataset,
  address: number,
  { size, filterMask }: { readonly size: number; readonly filterMask: number },
): ChunkIndex {
  return {
    async locate(batch) {
      for (let i = 0; i < batch.count; i++) {
        if (batch.numbers.subarray(i * batch.rank, (i + 1) * batch.rank).some((number) => number !== 0))
          throw reader.invalid(`it is said to have a single chunk, so chunk ${batch.describe(i)} cannot be`, address);
        batch.found(i, address, size, filters.length > 0 ? filterMask : 0);
      }
    },
  };
}

/** No index: all chunks, which have no filters, follow each other. */
function implicit(reader: IndexReader, stored: StoredDataset, address: number): ChunkIndex {
  const { chunkShape, elementSize } = stored.layout as Extract<StoredDataset["layout"], { kind: "chunked" }>;
  if (stored.filters.length > 0)
    throw reader.invalid("it has filters, but its chunks are stored as those without are", address);
  const positionOf = chunkNumbering(reader, stored, 0, address);
  const chunkBytes = chunkShape.reduce((product, extent) => product * extent, elementSize);
  return {
    async locate(batch) {
      for (let i = 0; i < batch.count; i++) batch.found(i, address + positionOf(batch, i) * chunkBytes, chunkBytes, 0);
    },
  };
}
