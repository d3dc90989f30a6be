import type { BlockReader } from "./block-reader.js";
import { filterName } from "./filter-names.js";
import type { StoredFilter } from "./stored-dataset.js";
import { textToZero } from "./text.js";

const MOST_FILTERS = 32;

/** Filters of HDF5 itself, of which newer messages do not write the names. */
const OWN = 256;

const OPTIONAL = 1;

/**
 * Reads a filter pipeline message.
 *
 * @see HDF5 File Format Specification, section IV.A.2.l, "The Data Storage - Filter Pipeline Message"
 */
export function readFilters(reader: BlockReader): readonly StoredFilter[] {
  const version = reader.version(1, 2);
  const count = reader.unsigned(1);
  if (count > MOST_FILTERS) throw reader.damage(`it has ${count} filters, at most ${MOST_FILTERS} can be`);
  if (version === 1) reader.skip(6);
  const filters: StoredFilter[] = [];
  for (let i = 0; i < count; i++) {
    const id = reader.unsigned(2);
    const nameLength = version > 1 && id < OWN ? 0 : reader.unsigned(2);
    if (version === 1 && nameLength % 8 !== 0)
      throw reader.damage(`the name of a filter has ${nameLength} bytes, not a multiple of 8`);
    const flags = reader.unsigned(2);
    const parameterCount = reader.unsigned(2);
    const name = nameLength === 0 ? "" : readName(reader, nameLength);
    const parameters = Array.from({ length: parameterCount }, () => reader.unsigned(4));
    if (version === 1 && parameterCount % 2 === 1) reader.skip(4);
    filters.push({ id, name: filterName(id, name), optional: (flags & OPTIONAL) !== 0, parameters });
  }
  return filters;
}

function readName(reader: BlockReader, length: number): string {
  return textToZero(reader.bytes(length));
}
