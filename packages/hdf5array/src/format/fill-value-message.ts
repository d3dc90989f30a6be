import type { BlockReader } from "./block-reader.js";

/** What stands where nothing was stored. */
export interface FillValue {
  /** Bytes of one element; `null` for zeros. */
  readonly bytes: Uint8Array | null;
  /** Whether nothing is to stand there: then values cannot be read as long as none of them was ever stored. */
  readonly isUndefined: boolean;
}

/** When values are written where nothing was: at allocation, never, or at allocation if the user gave one. */
const NEVER = 1;
const LAST_TIME = 2;

/** The size that stands for an undefined value. */
const UNDEFINED = -1;

/**
 * Reads a fill value message: the bytes of one element, or `null` where zeros stand for what was never stored. So they do
 * also where the file asks for no fill values to be written: nothing was, and whoever reads gets zeros.
 *
 * @see HDF5 File Format Specification, section IV.A.2.f, "The Data Storage - Fill Value Message"
 */
export function readFillValue(reader: BlockReader): FillValue {
  const version = reader.version(1, 3);
  if (version < 3) {
    reader.skip(1);
    const time = reader.unsigned(1);
    const defined = reader.unsigned(1) !== 0;
    const size = defined ? reader.unsigned(4) | 0 : UNDEFINED;
    if (size < UNDEFINED) throw reader.damage(`its size is ${size}`, reader.position - 4);
    return readValue(reader, size, time);
  }
  const flags = reader.unsigned(1);
  if (flags & ~0x3f) throw reader.damage(`its flags are ${flags}, of which some are unknown`);
  const undefinedValue = (flags & 0x10) !== 0;
  const hasValue = (flags & 0x20) !== 0;
  if (undefinedValue && hasValue) throw reader.damage("it has a value, but says that it has none");
  const size = undefinedValue ? UNDEFINED : hasValue ? reader.unsigned(4) : 0;
  if (hasValue && size === 0) throw reader.damage("it has a value, but one of no bytes", reader.position - 4);
  return readValue(reader, size, (flags >> 2) & 3);
}

/**
 * Reads the fill value message of the first versions of HDF5.
 *
 * @see HDF5 File Format Specification, section IV.A.2.e, "The Data Storage - Fill Value (Old) Message"
 */
export function readOldFillValue(reader: BlockReader): FillValue {
  const size = reader.unsigned(4);
  return readValue(reader, size > 0 ? size : UNDEFINED, undefined);
}

function readValue(reader: BlockReader, size: number, time = 0): FillValue {
  if (time > LAST_TIME) throw reader.damage(`the time at which it is written is ${time}, expected 0 to ${LAST_TIME}`);
  const bytes = size > 0 ? reader.bytes(size) : null;
  if (time === NEVER) return { bytes: null, isUndefined: false };
  return { bytes: bytes === null ? null : bytes.slice(), isUndefined: size === UNDEFINED };
}
