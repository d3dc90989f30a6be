import { DelayedArrayError } from "delayedarray";
import { openChunkIndex } from "../format/chunk-index/locate-chunks.js";
import type { Hdf5Space } from "../format/hdf5-space.js";
import type { StoredDataset } from "../format/stored-dataset.js";
import { chunkBatches, chunkSpans } from "../read/wanted-chunks.js";
import type { SourceReadOptions } from "../source/byte-source.js";

/** Chunks that are looked up at once. */
const BATCH = 1024;

/**
 * Checks what the file says of every chunk of a dataset: HDF5 takes sizes beyond what its build can count for small ones, and
 * a chunk whose filters were left out for a whole one, however many bytes it has.
 *
 * @throws `FILE_INVALID`
 */
export async function checkChunks(space: Hdf5Space, stored: StoredDataset, options: SourceReadOptions): Promise<void> {
  const { info, layout, filters } = stored;
  if (layout.kind !== "chunked" || info.shape === null || info.shape.includes(0)) return;
  const { chunkShape } = layout;
  const whole = chunkShape.reduce((product, extent) => product * extent, info.type.size);
  const spans = info.shape.map((extent, axis) => chunkSpans([{ start: 0, stop: extent }], chunkShape[axis]!));
  const index = openChunkIndex(space, stored);
  for (const batch of chunkBatches(spans, BATCH)) {
    await index.locate(batch, options);
    for (let i = 0; i < batch.count; i++) {
      const address = batch.addresses[i]!;
      if (address < 0) continue;
      const size = batch.sizes[i]!;
      const isPlain = filters.every((_, filter) => (batch.filterMasks[i]! >>> filter) & 1);
      if (size > 0 && address + size <= space.end && (!isPlain || size === whole)) continue;
      throw new DelayedArrayError(
        "FILE_INVALID",
        `${space.name}: chunk ${batch.describe(i)} of "${info.path}" at byte ${space.base + address} is said to take ${size} bytes, ` +
          `expected ${isPlain ? whole : `some before byte ${space.base + space.end}, where the content ends`}`,
      );
    }
  }
}
