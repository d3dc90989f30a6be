import type { Hdf5Source } from "../source/byte-source.js";
import { beginTransaction } from "./begin-transaction.js";
import { openH5wasmOutput } from "./h5wasm-output.js";
import type { Hdf5Output } from "./hdf5-output.js";
import type { Hdf5Target } from "./hdf5-target.js";

/** What goes along with writing a file. */
export interface WriteOptions {
  /** The public function, for messages. */
  readonly what: string;
  /** Stops it before the file takes its place. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Writes an HDF5 file, or adds to one: all of what `work` does, or nothing.
 *
 * @param work - writes; when it rejects, the target stays as it was
 * @returns what to open the written file by
 * @throws what `work` rejects with, the signal's reason when it aborts; `INVALID_ARGUMENT` for something that is no target,
 * `NOT_FOUND` for a folder that does not exist, `FILE_INVALID` for a file that is there and is not HDF5, `IO`
 */
export async function writeHdf5(
  target: Hdf5Target,
  { what, signal }: WriteOptions,
  work: (output: Hdf5Output) => Promise<void>,
): Promise<Hdf5Source> {
  signal?.throwIfAborted();
  const transaction = await beginTransaction(target, what);
  try {
    const output = await openH5wasmOutput(transaction.storage, transaction.isNew);
    try {
      await work(output);
      signal?.throwIfAborted();
      output.close();
    } finally {
      output.drop();
    }
    return await transaction.commit();
  } finally {
    await transaction.discard();
  }
}
