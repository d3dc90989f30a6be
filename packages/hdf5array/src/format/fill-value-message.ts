import type { BlockReader } from "./block-reader.js";

/** When values are written where nothing was: never, for the one that matters here. */
const NEVER = 1;

/**
 * Reads a fill value message: the bytes of one element, or `null` where zeros stand for what was never stored. So they do
 * also where the file asks for no fill values to be written: nothing was, and whoever reads gets zeros.
 *
 * @see HDF5 File Format Specification, section IV.A.2.f, "The Data Storage - Fill Value Message"
 */
export function readFillValue(reader: BlockReader): Uint8Array | null {
  const version = reader.version(1, 3);
  if (version < 3) {
    reader.skip(1);
    const time = reader.unsigned(1);
    const defined = reader.unsigned(1) !== 0;
    // Less than zero stands for no value.
    const size = defined ? reader.unsigned(4) | 0 : 0;
    return size > 0 ? readValue(reader, size, time) : null;
  }
  const flags = reader.unsigned(1);
  if (flags & ~0x3f) throw reader.damage(`its flags are ${flags}, of which some are unknown`);
  const undefinedValue = (flags & 0x10) !== 0;
  const hasValue = (flags & 0x20) !== 0;
  if (undefinedValue && hasValue) throw reader.damage("it has a value, but says that it has none");
  return hasValue ? readValue(reader, reader.unsigned(4), (flags >> 2) & 3) : null;
}

/**
 * Reads the fill value message of the first versions of HDF5.
 *
 * @see HDF5 File Format Specification, section IV.A.2.e, "The Data Storage - Fill Value (Old) Message"
 */
export function readOldFillValue(reader: BlockReader): Uint8Array | null {
  const size = reader.unsigned(4);
  return size > 0 ? readValue(reader, size, undefined) : null;
}

function readValue(reader: BlockReader, size: number, time: number | undefined): Uint8Array | null {
  const bytes = reader.bytes(size);
  return time === NEVER ? null : bytes.slice();
}
