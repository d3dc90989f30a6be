import type { BlockReader } from "./block-reader.js";

/** The extents of a dataset or attribute. */
export interface Dataspace {
  /** `null` for a null dataspace, which holds no values; none for a single value. */
  readonly shape: readonly number[] | null;
  /** Extents up to which it may grow, `Infinity` for unlimited. */
  readonly maxShape: readonly number[] | null;
}

const MOST_DIMENSIONS = 32;
const SCALAR = 0;
const SIMPLE = 1;
const NULL = 2;
const HAS_MAXIMUM = 1;

/**
 * Reads a dataspace message.
 *
 * @see HDF5 File Format Specification, section IV.A.2.b, "The Dataspace Message"
 */
export function readDataspace(reader: BlockReader): Dataspace {
  const version = reader.version(1, 2);
  const rank = reader.unsigned(1);
  if (rank > MOST_DIMENSIONS) throw reader.damage(`it has ${rank} dimensions, at most ${MOST_DIMENSIONS} can be`);
  const flags = reader.unsigned(1);
  const kind = version === 1 ? (rank > 0 ? SIMPLE : SCALAR) : reader.unsigned(1);
  if (kind > NULL) throw reader.damage(`its kind is ${kind}, expected 0 to ${NULL}`);
  if (kind !== SIMPLE && rank > 0) throw reader.damage(`it has ${rank} dimensions, but is one value or none`);
  if (version === 1) reader.skip(5);
  if (kind === NULL) return { shape: null, maxShape: null };
  const shape = Array.from({ length: rank }, () => reader.length());
  if (rank === 0 || !(flags & HAS_MAXIMUM)) return { shape, maxShape: shape };
  const maxShape = shape.map((extent, axis) => {
    const most = reader.lengthOrUnlimited();
    if (extent > most) throw reader.damage(`axis ${axis} has extent ${extent}, more than its maximum ${most}`);
    return most;
  });
  return { shape, maxShape };
}
