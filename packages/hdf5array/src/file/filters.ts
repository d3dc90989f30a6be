import { DelayedArrayError } from "delayedarray";
import type { Hdf5Filter } from "../format/dataset-info.js";
import { filterName } from "../format/filter-names.js";

/** What reads a filter for which there is no code here, as Python packages; others have a plugin of their own. */
const READ_BY: ReadonlyMap<number, string> = new Map([
  [305, "tables"],
  [32013, "hdf5plugin"],
  [32017, "hdf5plugin"],
  [32018, "hdf5plugin"],
  [32024, "hdf5plugin"],
  [32028, "hdf5plugin"],
]);

/**
 * Checks a pipeline against the filters that can be undone.
 *
 * @throws `UNSUPPORTED_FEATURE` naming id and name of the first one that cannot, and what can read it
 */
export function checkFilters(filters: readonly Hdf5Filter[], available: ReadonlySet<number>, where: string): void {
  for (const { id, name } of filters) {
    if (available.has(id)) continue;
    const readable = [...available].map((one) => `${filterName(one, "")} (${one})`).join(", ");
    const library = READ_BY.get(id);
    const remedy =
      library === undefined
        ? "install the plugin of this filter for HDF5 and write the dataset again with another one (`h5repack -f GZIP=4`)"
        : `write it again with another one in Python, after \`pip install h5py ${library}\``;
    throw new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `${where} is compressed with filter ${id} (${name}), which is not available; readable are ${readable}: ${remedy}`,
    );
  }
}
