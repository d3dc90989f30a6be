import { resolve } from "node:path";

/** The path of a URI in the file system of this machine; `undefined` for one elsewhere. */
export function localPath(uri: string): string | undefined {
  const path = uri.replace(/^file:\/\//, "");
  if (isElsewhere(path)) return undefined;
  // On Windows a drive follows the third slash.
  return path.replace(/^\/(?=[a-z]:)/i, "").replace(/(?<=.)\/+$/, "");
}

/**
 * A URI that stays the same place when the process changes its folder. TileDB takes paths from the folder in which the process
 * was when it began.
 */
export function absoluteUri(uri: string): string {
  return isElsewhere(uri) ? uri : resolve(uri);
}

function isElsewhere(uri: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(uri);
}
