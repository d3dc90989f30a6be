import type { Hdf5File } from "../file/hdf5-file.js";
import type { SourceReadOptions } from "../source/byte-source.js";

/** The path that is there, of `raw/X` and `raw.X`, as it was before anndata 0.7, and of `raw/var` likewise. */
export async function rawPath(file: Hdf5File, path: string, options: SourceReadOptions): Promise<string> {
  const other = path.includes("/raw/") ? path.replace("/raw/", "/raw.") : path.replace(/\/raw\./, "/raw/");
  if (other === path || (await file.kind(path, options)) !== null) return path;
  return (await file.kind(other, options)) === null ? path : other;
}
