import type { SourceReadOptions } from "../source/byte-source.js";
import { BlockReader } from "./block-reader.js";
import type { Hdf5Space } from "./hdf5-space.js";
import { parsedKind } from "./parsed-cache.js";

/** Objects of a collection by their numbers. */
export type HeapCollection = ReadonlyMap<number, Uint8Array>;

const COLLECTIONS = parsedKind<HeapCollection>();

const WHAT = "global heap collection";

/** Bytes that a collection has at least. */
const LEAST_SIZE = 4096;

/** What begins a collection, and each object in it, is padded to a multiple of this. */
const ALIGNMENT = 8;

/**
 * Reads a collection of the global heap, where values of variable length are.
 *
 * @see HDF5 File Format Specification, section III.E, "Disk Format: Level 1E - Global Heap"
 */
export async function readHeapCollection(
  space: Hdf5Space,
  address: number,
  options: SourceReadOptions,
): Promise<HeapCollection> {
  return space.parsed.get(COLLECTIONS, address, options, async (shared) => {
    const head = aligned(8 + space.lengthSize);
    const start = new BlockReader(space, WHAT, address, await space.metadata(address, head, WHAT, shared));
    start.signature("GCOL");
    start.version(1);
    start.skip(3);
    const size = start.length();
    if (size < LEAST_SIZE) throw start.damage(`it has ${size} bytes, at least ${LEAST_SIZE} must be`);
    // A copy: what is kept must not keep pages alive.
    const bytes = (await space.metadata(address, size, WHAT, shared)).slice();
    const reader = new BlockReader(space, WHAT, address, bytes);
    reader.position = head;
    return { value: readObjects(reader, aligned(8 + space.lengthSize)), bytes: size };
  });
}

function readObjects(reader: BlockReader, frame: number): HeapCollection {
  const objects = new Map<number, Uint8Array>();
  let free = false;
  while (reader.left >= frame) {
    const at = reader.position;
    const index = reader.unsigned(2);
    reader.skip(6);
    const size = reader.length();
    reader.position = at + frame;
    if (index === 0) {
      // Free space, whose size includes its frame. Whatever comes after it has a frame again.
      if (size < frame || size % ALIGNMENT !== 0) throw reader.damage(`its free space has ${size} bytes`, at);
      reader.skip(size - frame);
      free = true;
    } else {
      const object = reader.bytes(size);
      objects.set(index, object);
      reader.skip(aligned(size) - size);
    }
  }
  // What is too small for an object with its frame is the free space.
  if (reader.left % ALIGNMENT !== 0 || (reader.left > 0 && free))
    throw reader.damage(`${reader.left} bytes are left over after its last object`);
  return objects;
}

function aligned(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}
