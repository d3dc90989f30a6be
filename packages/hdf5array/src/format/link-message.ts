import type { BlockReader } from "./block-reader.js";
import type { Link } from "./link.js";
import { textToZero } from "./text.js";

const HARD = 0;
const SOFT = 1;
const USER_DEFINED = 64;
const EXTERNAL = 64;

/**
 * Reads a link message.
 *
 * @see HDF5 File Format Specification, section IV.A.2.g, "The Link Message"
 */
export function readLink(reader: BlockReader): Link {
  reader.version(1);
  const flags = reader.unsigned(1);
  if (flags & ~0x1f) throw reader.damage(`its flags are ${flags}, of which some are unknown`);
  const type = flags & 8 ? reader.unsigned(1) : HARD;
  if (flags & 4) reader.skip(8);
  if (flags & 16 && reader.unsigned(1) > 1) throw reader.damage("its name is in an unknown encoding");
  const length = reader.unsigned(1 << (flags & 3));
  if (length === 0) throw reader.damage("it has no name");
  const name = textToZero(reader.bytes(length));
  if (type === HARD) return { kind: "hard", name, address: reader.address() };
  if (type !== SOFT && type < USER_DEFINED) throw reader.damage(`its type is ${type}, which is unknown`);
  const value = reader.bytes(reader.unsigned(2));
  if (type === SOFT) {
    if (value.length === 0) throw reader.damage("it is a soft link to nothing");
    return { kind: "soft", name, target: textToZero(value) };
  }
  if (type !== EXTERNAL) return { kind: "user-defined", name, type };
  if (value.length < 3) throw reader.damage("it is an external link without a file");
  // Version and flags, both 0 so far, then two texts.
  if (value[0] !== 0) throw reader.damage(`it is an external link of version and flags ${value[0]}, expected 0`);
  const end = value.indexOf(0, 1);
  return {
    kind: "external",
    name,
    file: textToZero(value.subarray(1)),
    target: end < 0 ? "" : textToZero(value.subarray(end + 1)),
  };
}
