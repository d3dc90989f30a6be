import { DelayedArrayError } from "delayedarray";
import { abortable } from "delayedarray/internal";
import { ArrayHandle, Context, defaultContext, objectType, TileDbError, Vfs } from "libtiledb";
import { translateError } from "./errors.js";
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
  const opening = ArrayHandle.open(uri, "read", { context, ...times });
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

/** TileDB fails alike on a group, a folder that is something else, and nothing at all: says which of them it was. */
async function explain(error: unknown, uri: string, context: Context): Promise<unknown> {
  if (!(error instanceof TileDbError) || error.code === "LIBRARY_MISSING") return translateError(error, uri);
  const type = await objectType(uri, { context }).catch(() => undefined);
  if (type === "group") {
    return new DelayedArrayError("INVALID_ARGUMENT", `${uri} is a TileDB group, expected an array`, { cause: error });
  }
  if (type !== "none") return translateError(error, uri);
  if (await isThere(uri, context)) {
    return new DelayedArrayError("FILE_INVALID", `${uri} is not a TileDB array: it has no schema`, { cause: error });
  }
  return new DelayedArrayError("NOT_FOUND", `there is no TileDB array at ${uri}`, { cause: error });
}

async function isThere(uri: string, context: Context): Promise<boolean> {
  try {
    using vfs = new Vfs({ context });
    return (await vfs.isFolder(uri)) || (await vfs.isFile(uri));
  } catch {
    return false;
  }
}
