import { DelayedArrayError } from "delayedarray";
import { readStoredDataset } from "../format/dataset-header.js";
import { checkFilterParameters } from "../format/filter-parameters.js";
import type { Hdf5Space } from "../format/hdf5-space.js";
import { objectKind } from "../format/object-kind.js";
import { resolvePath } from "../format/resolve-path.js";
import type { StoredDataset } from "../format/stored-dataset.js";
import { readVirtualSources } from "../format/virtual-mapping.js";
import type { SourceReadOptions } from "../source/byte-source.js";
import { checkChunks } from "./check-chunks.js";
import { absolutePath } from "./locate.js";

/**
 * Checks what HDF5 itself believes of a dataset, and then never comes to an end, takes all memory or gives wrong values:
 * parameters of filters, sizes of chunks, and a virtual dataset that in the end has its values from itself. And refuses
 * values in other files, of which the fallback has none.
 *
 * @throws `FILE_INVALID`, `UNSUPPORTED_FEATURE` for external storage
 */
export async function checkForFallback(
  space: Hdf5Space,
  stored: StoredDataset,
  options: SourceReadOptions,
): Promise<void> {
  await check(space, stored, [stored.info.path], new Set(), options);
}

/**
 * @param way - paths of the virtual datasets that lead to this one, and of this one
 * @param done - paths of datasets that have been checked
 */
async function check(
  space: Hdf5Space,
  stored: StoredDataset,
  way: readonly string[],
  done: Set<string>,
  options: SourceReadOptions,
): Promise<void> {
  checkFilterParameters(stored, space.name);
  if (stored.layout.kind === "external") {
    const which = way.length > 1 ? `"${stored.info.path}", which it has values from, has its own` : "its values are";
    throw new DelayedArrayError(
      "UNSUPPORTED_FEATURE",
      `${space.name}: ${which} in files beside it (external storage), which are not read`,
    );
  }
  await checkChunks(space, stored, options);
  if (stored.layout.kind !== "virtual") return;
  const sources = await readVirtualSources(space, stored.layout.mapping, options);
  for (const { file, dataset } of sources) {
    if (file !== ".") continue;
    const path = absolutePath(dataset);
    if (way.includes(path)) {
      throw new DelayedArrayError(
        "FILE_INVALID",
        `${space.name} is a virtual dataset that has its values from itself: ${[...way, path].map((one) => JSON.stringify(one)).join(" from ")}`,
      );
    }
    if (done.has(path)) continue;
    const header = await resolvePath(space, path, options);
    if (header !== null && objectKind(header) === "dataset") {
      const source = await readStoredDataset(space, header.address, path, options);
      await check(space, source, [...way, path], done, options);
    }
    done.add(path);
  }
}
