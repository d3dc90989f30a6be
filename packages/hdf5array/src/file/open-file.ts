import type { Hdf5Source, SourceOptions } from "../source/byte-source.js";
import { openSource } from "../source/open-source.js";
import { openDirectFile } from "./direct-file.js";
import type { Hdf5File } from "./hdf5-file.js";
import { openedBefore } from "./opened-source.js";

/**
 * Opens an HDF5 file for reading. It stays open until its `close` is called. h5wasm is loaded only when a dataset needs it.
 *
 * @throws `NOT_FOUND`, `IO`, `INVALID_ARGUMENT` for something that is no source, `FILE_INVALID` for something else than
 * HDF5, `FILE_TRUNCATED`
 */
export async function openHdf5File(source: Hdf5Source, options: SourceOptions): Promise<Hdf5File> {
  const opened = openedBefore(source);
  if (opened !== null) return opened.file;
  return openDirectFile(
    await openSource(source, options),
    async (...given) => {
      const { openH5wasmFile } = await import("./h5wasm-file.js");
      return openH5wasmFile(...given);
    },
    options,
  );
}
