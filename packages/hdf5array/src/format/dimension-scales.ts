import type { SourceReadOptions } from "../source/byte-source.js";
import { findAttribute } from "./attributes.js";
import { BlockReader, damage } from "./block-reader.js";
import { readHeapCollection } from "./global-heap.js";
import type { Hdf5Space } from "./hdf5-space.js";
import type { ObjectHeader } from "./object-header.js";

/** A dimension scale by the address of its header. */
export interface DimensionScale {
  /** The axis that it is attached to. */
  readonly axis: number;
  readonly address: number;
}

/**
 * The dimension scales that are attached to a dataset.
 *
 * @see HDF5 Dimension Scale Specification, section 4, attribute `DIMENSION_LIST`
 */
export async function dimensionScales(
  space: Hdf5Space,
  dataset: ObjectHeader,
  options: SourceReadOptions,
): Promise<readonly DimensionScale[]> {
  const attribute = await findAttribute(space, dataset, "DIMENSION_LIST", options);
  // References to objects, as many as there are scales; other things of that name mean nothing.
  if (attribute?.type.kind !== "other" || attribute.type.size !== 8 + space.offsetSize) return [];
  const reader = new BlockReader(space, "attribute DIMENSION_LIST", dataset.address, attribute.bytes);
  const scales: DimensionScale[] = [];
  for (let axis = 0; reader.left > 0; axis++) {
    const count = reader.unsigned(4);
    const address = reader.address();
    const index = reader.unsigned(4);
    if (count === 0 || address === null || address === 0) continue;
    for (const one of await referencesAt(space, address, index, count, options)) scales.push({ axis, address: one });
  }
  return scales;
}

async function referencesAt(
  space: Hdf5Space,
  address: number,
  index: number,
  count: number,
  options: SourceReadOptions,
): Promise<number[]> {
  const bytes = (await readHeapCollection(space, address, options)).get(index);
  const size = count * space.offsetSize;
  if (bytes?.length !== size) {
    throw damage(
      space,
      "global heap collection",
      address,
      `references to dimension scales are its object ${index} of ${size} bytes, but ${bytes === undefined ? "there is none" : `it has ${bytes.length} bytes`}`,
    );
  }
  const reader = new BlockReader(space, "references to dimension scales", address, bytes);
  const found: number[] = [];
  while (reader.left > 0) {
    const scale = reader.address();
    if (scale !== null && scale !== 0) found.push(scale);
  }
  return found;
}
