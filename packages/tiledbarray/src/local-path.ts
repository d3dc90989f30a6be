/** The path of a URI in the file system of this machine; `undefined` for one elsewhere. */
export function localPath(uri: string): string | undefined {
  const path = uri.replace(/^file:\/\//, "");
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return undefined;
  // On Windows a drive follows the third slash.
  return path.replace(/^\/(?=[a-z]:)/i, "").replace(/(?<=.)\/+$/, "");
}
