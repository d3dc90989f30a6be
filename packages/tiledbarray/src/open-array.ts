import { abortable } from "delayedarray/internal";
import { ArrayHandle, Context, defaultContext, type OpenOptions } from "libtiledb";

import { checkFiles, damagedFile } from "./check-files.js";
import { checkDenseFragments } from "./dense-fragments.js";
import { translateError } from "./errors.js";
import { explain } from "./explain.js";
import { type TileDbArrayOptions, timestampsOf } from "./open-options.js";

/** Contexts of settings in use, by the settings. Making one starts threads. */
const contexts = new Map<string, WeakRef<Context>>();

/** A context with these settings, shared by all arrays that are opened with them. */
export function contextFor(config: NonNullable<TileDbArrayOptions["config"]>): Context {
  const settings = Object.entries(config).map(([name, value]): [string, string] => [name, String(value)]);
  if (settings.length === 0) return defaultContext();
  const key = JSON.stringify(settings.sort(([a], [b]) => (a < b ? -1 : 1)));
  const known = contexts.get(key)?.deref();
  if (known !== undefined) return known;
  for (const [other, context] of contexts) if (context.deref() === undefined) contexts.delete(other);
  const context = new Context(Object.fromEntries(settings));
  contexts.set(key, new WeakRef(context));
  return context;
}

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
  let context: Context;
  try {
    context = contextFor(options.config ?? {});
  } catch (error) {
    throw translateError(error, `TileDbArray.open ${uri}`);
  }
  const opening = openChecked(uri, { context, ...times });
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

async function openChecked(uri: string, options: OpenOptions & ReturnType<typeof timestampsOf>): Promise<ArrayHandle> {
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
