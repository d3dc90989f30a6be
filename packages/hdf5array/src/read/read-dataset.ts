import type { StoredDataset } from "../format/stored-dataset.js";
import type { DatasetAccess } from "./dataset-access.js";
import { type DatasetReader, openDatasetReader } from "./dataset-reader.js";
import type { Piece, PieceOptions, Span } from "./piece.js";

/** Readers of datasets that are open, with what they know of where the chunks are. */
const readers = new WeakMap<StoredDataset, DatasetReader>();

/** The reader of a dataset, always the same one. @throws `FILE_INVALID` where layout and shape contradict each other */
export function datasetReader(access: DatasetAccess, stored: StoredDataset): DatasetReader {
  let reader = readers.get(stored);
  if (reader === undefined) {
    reader = openDatasetReader(access, stored);
    readers.set(stored, reader);
  }
  return reader;
}

/** Reads pieces of a dataset: see {@link DatasetReader}. */
export async function readDataset(
  access: DatasetAccess,
  stored: StoredDataset,
  spans: readonly (readonly Span[])[],
  receive: (piece: Piece) => void,
  options: PieceOptions,
): Promise<void> {
  await datasetReader(access, stored).read(spans, receive, options);
}
