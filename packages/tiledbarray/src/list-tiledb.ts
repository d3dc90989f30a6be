import { DelayedArrayError } from "delayedarray";
import { abortable, checkOptions } from "delayedarray/internal";
import { checkConfig, contextFor } from "./config.js";
import { explain } from "./explain.js";
import { absoluteUri } from "./local-path.js";
import { checkUri, type TileDbArrayOptions } from "./open-options.js";
import { listTree, type TileDbEntry } from "./tiledb-tree.js";

/** What is listed. */
export interface ListTileDbOptions extends Pick<TileDbArrayOptions, "config" | "signal"> {
  /** Levels of groups below it; all of them if not given. */
  readonly depth?: number | undefined;
  /** Called with the number of objects listed so far. An error that it throws ends the listing. */
  readonly onProgress?: ((progress: { readonly objects: number }) => void) | undefined;
}

const WHAT = "listTileDb";
const NAMES = ["config", "depth", "onProgress", "signal"] as const;

/**
 * Lists a TileDB group with all that is in it, or an array: names, kinds, shapes, types, metadata. No cells are read.
 * `formatTileDbTree` makes a text of it.
 *
 * @param uri - a path, or a URI that TileDB knows (`file://`, `s3://` …)
 * @throws `NOT_FOUND`, `INVALID_ARGUMENT`, `FILE_INVALID`, `FILE_TRUNCATED`, `IO`, `LIBRARY_MISSING`; the signal's reason
 * when it aborts
 */
export async function listTileDb(uri: string, options: ListTileDbOptions = {}): Promise<TileDbEntry> {
  const { config, depth = Number.POSITIVE_INFINITY, onProgress, signal } = checkOptions(WHAT, options, NAMES);
  checkUri(uri, WHAT);
  checkConfig(config, WHAT);
  if (typeof depth !== "number" || !(depth >= 0)) {
    throw new DelayedArrayError(
      "INVALID_ARGUMENT",
      `${WHAT}: depth: got ${String(depth)}, expected a number of levels, 0 or more`,
    );
  }
  signal?.throwIfAborted();
  const context = contextFor(config, `${WHAT} ${uri}`);
  let objects = 0;
  try {
    const tree = listTree(absoluteUri(uri), {
      context,
      depth,
      signal,
      onEntry: () => onProgress?.({ objects: ++objects }),
    });
    return await abortable(tree, signal);
  } catch (error) {
    throw await explain(error, uri, context, "array or group");
  }
}
