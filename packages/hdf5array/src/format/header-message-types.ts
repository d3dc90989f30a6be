/**
 * Types of the messages that object headers are made of.
 *
 * @see HDF5 File Format Specification, section IV.A.2, "Disk Format: Level 2A2 - Data Object Header Messages"
 */
export const HEADER_MESSAGE = {
  NIL: 0,
  DATASPACE: 1,
  LINK_INFO: 2,
  DATATYPE: 3,
  OLD_FILL_VALUE: 4,
  FILL_VALUE: 5,
  LINK: 6,
  EXTERNAL_FILES: 7,
  LAYOUT: 8,
  GROUP_INFO: 10,
  FILTERS: 11,
  ATTRIBUTE: 12,
  OLD_MODIFIED: 14,
  SHARED_TABLE: 15,
  CONTINUATION: 16,
  SYMBOL_TABLE: 17,
  MODIFIED: 18,
  TREE_RANKS: 19,
  DRIVER_INFO: 20,
  ATTRIBUTE_INFO: 21,
  REFERENCE_COUNT: 22,
  FILE_SPACE_INFO: 23,
  CACHE_IMAGE: 24,
} as const;

const LAST_KNOWN = 24;

/** In files that libhdf5 wrote for its own tests. */
const BOGUS = 9;

const SHAREABLE: ReadonlySet<number> = new Set([
  HEADER_MESSAGE.DATASPACE,
  HEADER_MESSAGE.DATATYPE,
  HEADER_MESSAGE.OLD_FILL_VALUE,
  HEADER_MESSAGE.FILL_VALUE,
  HEADER_MESSAGE.FILTERS,
  HEADER_MESSAGE.ATTRIBUTE,
]);

/** Whether the format says what a message of this type is. */
export function isKnownMessage(type: number): boolean {
  return type <= LAST_KNOWN && type !== BOGUS;
}

/** Whether objects may share messages of this type. */
export function isShareable(type: number): boolean {
  return SHAREABLE.has(type);
}
