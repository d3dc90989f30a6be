import { abortable } from "delayedarray/internal";
import { ArrayHandle, type OpenOptions } from "libtiledb";
import { checkFiles, damagedFile } from "./check-files.js";
import { contextFor } from "./config.js";
import { checkDenseFragments } from "./dense-fragments.js";
import { explain } from "./explain.js";
import { absoluteUri } from "./local-path.js";
import { type TileDbArrayOptions, timestampsOf } from "./open-options.js";

/**
 * Opens an array for reading.
 *
 * @throws `NOT_FOUND` when there is nothing, `INVALID_ARGUMENT` for a group, `FILE_INVALID` for other files and folders;
 * the signal's reason when it aborts
 */
export async function openArray(uri: string, options: TileDbArrayOptions): Promise<ArrayHandle> {
  const { signal } = options;
  signal?.throwIfAborted();
  const times = timestampsOf(options.timestamp);
  const context = contextFor(options.config, `TileDbArray.open ${uri}`);
  const opening = openChecked(absoluteUri(uri), { context, ...times });
  try {
    return await abortable(opening, signal);
  } catch (error) {
    if (signal?.aborted) {
      // Nobody will get the array that may still come.
      opening.then(
        (array) => array.close(),
        () => {},
      );
      throw error;
    }
    throw await explain(error, uri, context);
  }
}

/** Opens an array whose files have been looked through. @throws as TileDB does, or `FILE_INVALID`, `FILE_TRUNCATED` */
export async function openChecked(
  uri: string,
  options: OpenOptions & ReturnType<typeof timestampsOf>,
): Promise<ArrayHandle> {
  const dense = await checkFiles(uri, options);
  const array = await ArrayHandle.open(uri, "read", options);
  try {
    checkDenseFragments(array.schema, dense, (file, what) => damagedFile(uri, file, what));
  } catch (error) {
    await array.close();
    throw error;
  }
  return array;
}
