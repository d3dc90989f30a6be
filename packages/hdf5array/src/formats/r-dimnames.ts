import type { Dimnames } from "delayedarray";
import type { Hdf5File } from "../file/hdf5-file.js";
import { joinPath } from "../file/locate.js";
import type { SourceReadOptions } from "../source/byte-source.js";

/** Name of the dimension scales that HDF5Array attaches. */
const R_SCALE = "dimnames";

/** Names of the indices of a dataset's axes, in the file's order, and what gives them. */
export interface StoredDimnames {
  readonly names: Dimnames;
  readonly by: string;
}

/**
 * Names that a file gives to the axes of a dataset: dimension scales of strings, which netCDF's writers attach and also
 * R's HDF5Array, or the datasets `.NAME_dimnames/1`, `/2` … of the latter.
 *
 * HDF5Array numbers axes as R does, from the last of the file to the first, also those to which it attaches its scales;
 * they are known by their name.
 *
 * @see R package HDF5Array, `h5writeDimnames`
 */
export async function readDimnames(
  file: Hdf5File,
  path: string,
  shape: readonly number[],
  options: SourceReadOptions,
): Promise<StoredDimnames | null> {
  const names: (readonly string[] | null)[] = shape.map(() => null);
  const put = (axis: number, values: readonly string[]) => {
    if (names[axis] !== null || values.length !== shape[axis]) return false;
    names[axis] = values;
    return true;
  };
  let isR = false;
  for (const { axis, name, values } of await file.scaleTexts(path, options)) {
    const mirrored = shape.length - 1 - axis;
    if (name === R_SCALE && put(mirrored, values)) isR = true;
    else put(axis, values);
  }
  if (names.some((list) => list !== null)) return { names, by: isR ? "dimnames of R" : "dimension scales" };
  const cut = path.lastIndexOf("/");
  const group = joinPath(path.slice(0, cut), `.${path.slice(cut + 1)}_dimnames`);
  if ((await file.kind(group, options)) !== "group") return null;
  for (const axis of shape.keys()) {
    const list = joinPath(group, String(shape.length - axis));
    if ((await file.kind(list, options)) !== "dataset") continue;
    if ((await file.dataset(list, options)).info.type.kind !== "string") continue;
    put(axis, (await file.strings(list, options)).values);
  }
  return names.some((list) => list !== null) ? { names, by: "dimnames of R" } : null;
}
