import { DelayedArrayError } from "delayedarray";
import { TileDbError } from "libtiledb";

/**
 * The one place where errors of TileDB become those of delayed arrays: same code, TileDB's message after `where`, and
 * the `TileDbError` as cause. Those of the file system are `IO`. Anything else is given back as it is.
 */
export function translateError(error: unknown, where: string): unknown {
  if (isSystemError(error)) return new DelayedArrayError("IO", `${where}: ${error.message}`, { cause: error });
  if (!(error instanceof TileDbError)) return error;
  return new DelayedArrayError(error.code, `${where}: ${error.message}`, { cause: error });
}

/** What moving files fails with. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error && "errno" in error;
}

/** Runs a task whose errors are translated. */
export async function translated<T>(where: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw translateError(error, where);
  }
}
