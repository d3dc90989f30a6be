import type { SourceReadOptions } from "../source/byte-source.js";
import { BlockReader } from "./block-reader.js";
import { readHeapCollection } from "./global-heap.js";
import type { Hdf5Space } from "./hdf5-space.js";
import type { HeapId } from "./stored-dataset.js";
import { textOf } from "./text.js";

/** A dataset that a virtual one has values from. */
export interface VirtualSource {
  /** Its file; `.` for the same. */
  readonly file: string;
  /** Its path, in which `%b` may stand for a number. */
  readonly dataset: string;
}

const WHAT = "mapping of a virtual dataset";

const CHECKSUM = 4;

// Kinds of selections.
const NONE = 0;
const HYPERSLABS = 2;
const ALL = 3;

const REGULAR = 1;

// Flags of entries, since version 1.
const FILE_AS_BEFORE = 1;
const DATASET_AS_BEFORE = 2;
const SAME_FILE = 4;

/**
 * The datasets that a virtual dataset has its values from.
 *
 * @param mapping - where it is noted
 * @see HDF5 File Format Specification, section III.E, "Global Heap Block for Virtual Datasets"
 * @throws `FILE_INVALID`, also where the mapping is damaged in a part that is not returned
 */
export async function readVirtualSources(
  space: Hdf5Space,
  mapping: HeapId,
  options: SourceReadOptions,
): Promise<VirtualSource[]> {
  const { address, index } = mapping;
  if (address === null) return [];
  const bytes = (await readHeapCollection(space, address, options)).get(index);
  if (bytes === undefined) {
    throw new BlockReader(space, "global heap collection", address, new Uint8Array(0)).damage(
      `it has no object ${index}, which a virtual dataset has its mapping in`,
    );
  }
  const reader = new BlockReader(space, WHAT, address, bytes);
  reader.need(CHECKSUM);
  const end = bytes.length - CHECKSUM;
  reader.position = end;
  reader.checksum();
  reader.position = 0;
  const version = reader.version(0, 1);
  const count = reader.length();
  const sources: VirtualSource[] = [];
  for (let i = 0; i < count; i++) {
    const flags = version > 0 ? reader.unsigned(1) : 0;
    if (flags & ~(SAME_FILE | FILE_AS_BEFORE | DATASET_AS_BEFORE))
      throw reader.damage(`the flags of entry ${i} are ${flags}, of which some are unknown`);
    const before = () => {
      const which = reader.length();
      const source = sources[which];
      if (source === undefined) throw reader.damage(`entry ${i} refers to entry ${which}, expected one before it`);
      return source;
    };
    const name = (of: string) => textOf(reader.zeroTerminated(of));
    const file = flags & SAME_FILE ? "." : flags & FILE_AS_BEFORE ? before().file : name("a file's name");
    const dataset = flags & DATASET_AS_BEFORE ? before().dataset : name("a dataset's name");
    sources.push({ file, dataset });
    skipSelection(reader);
    skipSelection(reader);
  }
  if (reader.position !== end)
    throw reader.damage(`its entries end ${end - reader.position} bytes before its checksum`);
  return sources;
}

/**
 * Passes over a selection.
 *
 * @see HDF5 File Format Specification, section VIII, "Appendix D: Encoding for Dataspace and Reference"
 */
function skipSelection(reader: BlockReader): void {
  const kind = reader.unsigned(4);
  if (kind === NONE || kind === ALL) {
    reader.version(1);
    reader.skip(11);
    return;
  }
  if (kind !== HYPERSLABS) throw reader.damage(`a selection has kind ${kind}, expected 0, 2 or 3`);
  const version = reader.version(1, 3);
  reader.skip(3);
  const flags = version > 1 ? reader.unsigned(1) : 0;
  if (flags & ~REGULAR) throw reader.damage(`the flags of a selection are ${flags}, of which some are unknown`);
  const size = version > 2 ? reader.unsigned(1) : version > 1 ? 8 : 4;
  if (![2, 4, 8].includes(size)) throw reader.damage(`a selection has numbers of ${size} bytes`);
  if (version < 3) reader.skip(version > 1 ? 4 : 8);
  const rank = reader.unsigned(4);
  if (rank === 0 || rank > 32) throw reader.damage(`a selection has ${rank} dimensions`);
  const blocks = flags & REGULAR ? 2 : reader.unsigned(size);
  reader.skip(blocks * rank * 2 * size);
}
