import { DelayedArrayError } from "delayedarray";
import { type Context, objectType, TileDbError, Vfs } from "libtiledb";
import { translateError } from "./errors.js";

/** TileDB fails alike on a group, a folder that is something else, and nothing at all: says which of them it was. */
export async function explain(error: unknown, uri: string, context: Context): Promise<unknown> {
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
