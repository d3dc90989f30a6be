import { DelayedArrayError } from "delayedarray";
import type { Hdf5Filter } from "../format/dataset-info.js";
import { filterName } from "../format/filter-names.js";

/**
 * Checks a pipeline against the filters that can be undone.
 *
 * @throws `UNSUPPORTED_FEATURE` naming id and name of the first one that cannot
 */
export function checkFilters(filters: readonly Hdf5Filter[], available: ReadonlySet<number>, where: string): void {
  for (const { id, name } of filters) {
    if (available.has(id)) continue;
    const readable = [...available].map((one) => `${filterName(one, "")} (${one})`).join(", ");
    throw new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `${where} is compressed with filter ${id} (${name}), which is not available; readable are ${readable}`,
    );
  }
}
