import { stat } from "node:fs/promises";
import { DelayedArrayError } from "delayedarray";
import { type Context, objectType, TileDbError, Vfs } from "libtiledb";
import { localFolder } from "./check-files.js";
import { translateError } from "./errors.js";
import { absoluteUri } from "./local-path.js";

/**
 * TileDB fails alike on a group, a folder that is something else, and nothing at all: says which of them it was.
 *
 * @param expected - what was looked for
 */
export async function explain(
  error: unknown,
  uri: string,
  context: Context,
  expected: "array" | "array or group" = "array",
): Promise<unknown> {
  // Where storage fails, it would fail again, and take its time.
  if (!(error instanceof TileDbError) || error.code === "LIBRARY_MISSING" || error.code === "IO") {
    return translateError(error, uri);
  }
  const type = await objectType(absoluteUri(uri), { context }).catch(() => undefined);
  if (type === "group") {
    return new DelayedArrayError("INVALID_ARGUMENT", `${uri} is a TileDB group, expected an array`, { cause: error });
  }
  // Of a folder that has all but the schema TileDB says that it is an array, and that there is none.
  if (type !== "none" && error.code !== "NOT_FOUND") return translateError(error, uri);
  if (await isThere(uri, context)) {
    return new DelayedArrayError("FILE_INVALID", `${uri} is not a TileDB ${expected}: it has no schema`, {
      cause: error,
    });
  }
  const obstacle = await obstacleTo(uri);
  if (obstacle !== undefined) return new DelayedArrayError("IO", `${uri}: ${obstacle.message}`, { cause: obstacle });
  return new DelayedArrayError("NOT_FOUND", `there is no TileDB ${expected} at ${uri}`, { cause: error });
}

/** A part of an array that is missing when it is read: says whether all of the array is. */
export async function explainRead(error: unknown, uri: string, context: Context): Promise<unknown> {
  if (error instanceof TileDbError && /no such file|http response code: 404/i.test(error.message)) {
    if (!(await isThere(uri, context))) {
      return new DelayedArrayError("NOT_FOUND", `${uri} is not there any more`, { cause: error });
    }
  }
  return translateError(error, uri);
}

/** Why it cannot be known what is at a local path, such as a folder that may not be looked into: TileDB takes it for nothing. */
async function obstacleTo(uri: string): Promise<Error | undefined> {
  const path = localFolder(uri);
  if (path === undefined) return undefined;
  try {
    await stat(path);
    return undefined;
  } catch (error) {
    return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "") ? undefined : (error as Error);
  }
}

async function isThere(uri: string, context: Context): Promise<boolean> {
  try {
    const place = absoluteUri(uri);
    using vfs = new Vfs({ context });
    return (await vfs.isFolder(place)) || (await vfs.isFile(place));
  } catch {
    return false;
  }
}
