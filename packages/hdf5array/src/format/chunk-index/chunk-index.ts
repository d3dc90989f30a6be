import type { SourceReadOptions } from "../../source/byte-source.js";
import type { ChunkBatch } from "./chunk-batch.js";

/** Knows where the chunks of a dataset are. */
export interface ChunkIndex {
  /**
   * Looks chunks up, and notes in the batch where they are.
   *
   * @throws `FILE_INVALID`, `FILE_TRUNCATED`, `IO`
   */
  locate(batch: ChunkBatch, options: SourceReadOptions): Promise<void>;
}
