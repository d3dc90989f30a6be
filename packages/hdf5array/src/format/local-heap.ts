import type { SourceReadOptions } from "../source/byte-source.js";
import { BlockReader } from "./block-reader.js";
import type { Hdf5Space } from "./hdf5-space.js";
import { parsedKind } from "./parsed-cache.js";

/** The names of a group's members. */
export interface LocalHeap {
  readonly address: number;
  /** Address of the data. */
  readonly dataAddress: number;
  readonly data: Uint8Array;
}

const HEAPS = parsedKind<LocalHeap>();

/** Stands for no free block. */
const NO_BLOCK = 1n;

const WHAT = "local heap";

/**
 * Reads a local heap.
 *
 * @see HDF5 File Format Specification, section III.D, "Disk Format: Level 1D - Local Heaps"
 */
export async function readLocalHeap(space: Hdf5Space, address: number, options: SourceReadOptions): Promise<LocalHeap> {
  return space.parsed.get(HEAPS, address, options, async (shared) => {
    const { offsetSize, lengthSize } = space;
    const length = 8 + 2 * lengthSize + offsetSize;
    const reader = new BlockReader(space, WHAT, address, await space.metadata(address, length, WHAT, shared));
    reader.signature("HEAP");
    reader.version(0);
    reader.skip(3);
    const size = reader.length();
    const free = reader.wide(lengthSize);
    if (free !== NO_BLOCK && free >= size) throw reader.damage(`its free space begins at ${free} of ${size} bytes`);
    const dataAddress = reader.definedAddress("its data");
    // A copy: what is kept must not keep pages alive.
    const data =
      size === 0 ? new Uint8Array(0) : (await space.metadata(dataAddress, size, `data of a ${WHAT}`, shared)).slice();
    checkFreeBlocks(new BlockReader(space, `data of a ${WHAT}`, dataAddress, data), free);
    return { value: { address, dataAddress, data }, bytes: size };
  });
}

/** Follows the list of free blocks, as HDF5 does with every heap. */
function checkFreeBlocks(reader: BlockReader, first: bigint): void {
  const { lengthSize } = reader.space;
  const end = reader.left;
  let next = first;
  for (let i = 0; next !== NO_BLOCK; i++) {
    if (next + BigInt(2 * lengthSize) > end) throw reader.damage(`a free block begins at ${next} of ${end} bytes`, 0);
    if (i * 2 * lengthSize > end) throw reader.damage("the list of its free blocks goes in a circle", 0);
    const at = Number(next);
    reader.position = at;
    next = reader.wide(lengthSize);
    if (next === 0n) throw reader.damage("the list of its free blocks leads to 0", at);
    const size = reader.length();
    if (at + size > end) throw reader.damage(`a free block of ${size} bytes at ${at} reaches beyond its end`, at);
  }
}

/** The bytes of a name, without the zero that ends it. */
export function heapName(space: Hdf5Space, heap: LocalHeap, offset: number): Uint8Array {
  const { data } = heap;
  if (offset >= data.length) {
    throw new BlockReader(space, `data of a ${WHAT}`, heap.dataAddress, data).damage(
      `a name is at ${offset} of ${data.length} bytes`,
      0,
    );
  }
  const end = data.indexOf(0, offset);
  return data.subarray(offset, end < 0 ? data.length : end);
}
