import type { StoredDataset } from "../stored-dataset.js";
import type { ChunkBatch } from "./chunk-batch.js";
import type { ChunkIndex } from "./chunk-index.js";
import { addressAt } from "./fields.js";
import { type IndexReader, SIGNATURE } from "./index-reader.js";

const WHAT = "the node of the B-tree of chunks";

/** Type of a node that holds chunks, as opposed to groups. */
const CHUNKS = 1;

/** Bytes of a chunk's size and of its filter mask, in a key. */
const SIZE = 4;
const MASK = 4;

/** Bytes of an offset in a key. */
const OFFSET = 8;

/** A node: children between keys, of which the first and the last bound the whole. */
interface Node {
  /** 0 for a leaf, whose children are chunks. */
  readonly level: number;
  /** -1 for an undefined one. */
  readonly children: Float64Array;
  /** One more than children: each the numbers of a chunk, and a last one that is 0 for chunks. */
  readonly keys: Float64Array;
  /** Per child: of the chunk. */
  readonly sizes: Float64Array;
  readonly filterMasks: Uint32Array;
}

/** Chunks of a batch, all of which are below one node if anywhere. */
interface Step {
  readonly address: number;
  /** Level that the node must have; undefined for the root, which may have any. */
  readonly level: number | undefined;
  readonly start: number;
  readonly stop: number;
}

/**
 * The index of the older formats: a B-tree of version 1 with the chunks' offsets as keys. Only nodes that may have wanted
 * chunks below them are read, all of one level at once.
 *
 * @see HDF5 File Format Specification, section III.A.1, "Disk Format: Level 1A1 - Version 1 B-trees"
 */
export function bTree1(reader: IndexReader, { layout }: StoredDataset, root: number): ChunkIndex {
  const { chunkShape, elementSize } = layout as Extract<typeof layout, { kind: "chunked" }>;
  const { offsetSize, chunkTreeK } = reader.space;
  const units = [...chunkShape, elementSize];
  const width = units.length;
  const keyBytes = SIZE + MASK + width * OFFSET;
  const header = SIGNATURE + 1 + 1 + 2 + 2 * offsetSize;
  const most = 2 * chunkTreeK;
  const length = header + most * offsetSize + (most + 1) * keyBytes;

  const node = ({ address, level: expected }: Step, options: Parameters<ChunkIndex["locate"]>[1]): Promise<Node> =>
    reader
      .block(
        address,
        length,
        WHAT,
        (bytes, view) => {
          const found = String.fromCharCode(...bytes.subarray(0, SIGNATURE));
          if (found !== "TREE")
            throw reader.invalid(`${WHAT} begins with ${JSON.stringify(found)}, expected "TREE"`, address);
          if (bytes[4] !== CHUNKS) throw reader.invalid(`${WHAT} has type ${bytes[4]}, expected ${CHUNKS}`, address);
          const level = bytes[5]!;
          const count = view.getUint16(6, true);
          if (count > most) throw reader.invalid(`${WHAT} has ${count} children, expected at most ${most}`, address);
          const keys = new Float64Array((count + 1) * width);
          const children = new Float64Array(count);
          const sizes = new Float64Array(count);
          const filterMasks = new Uint32Array(count);
          for (let i = 0, p = header; i < count || (i === count && count > 0); i++, p += keyBytes + offsetSize) {
            for (let axis = 0, at = p + SIZE + MASK; axis < width; axis++, at += OFFSET)
              keys[i * width + axis] = scaled(reader, view, at, units[axis]!, address);
            if (i > 0 && compare(keys, i - 1, keys, i, width) > 0)
              throw reader.invalid(`${WHAT} has keys that do not increase: key ${i} is below the one before`, address);
            if (i === count) break;
            // HDF5 looks away where there is one dimension, and finds another chunk than with more.
            if (keys[(i + 1) * width - 1] !== 0)
              throw reader.invalid(`${WHAT} has a chunk that begins within an element (key ${i})`, address);
            sizes[i] = view.getUint32(p, true);
            filterMasks[i] = view.getUint32(p + SIZE, true);
            children[i] = addressAt(view, p + keyBytes, offsetSize);
          }
          return { level, children, keys, sizes, filterMasks };
        },
        options,
      )
      .then((one) => {
        if (expected === undefined || one.level === expected) return one;
        throw reader.invalid(`${WHAT} has level ${one.level}, expected ${expected}`, address);
      });

  return {
    async locate(batch, options) {
      let steps: Step[] = [{ address: root, level: undefined, start: 0, stop: batch.count }];
      // Each level is below the one before, so this ends whatever the addresses are.
      while (steps.length > 0) {
        const next: Step[] = [];
        await reader.each(steps, async (step) => {
          descend(reader, batch, step, await node(step, options), width, next);
        });
        steps = next;
      }
    },
  };
}

/** Notes the chunks that a leaf holds, or adds what to read below a node to `next`. */
function descend(
  reader: IndexReader,
  batch: ChunkBatch,
  { address, start, stop }: Step,
  { level, children, keys, sizes, filterMasks }: Node,
  width: number,
  next: Step[],
): void {
  let i = start;
  for (let child = 0; child < children.length && i < stop; child++) {
    // What lies before the first key is nowhere.
    while (i < stop && compareChunk(batch, i, keys, child, width) < 0) i++;
    const first = i;
    while (i < stop && compareChunk(batch, i, keys, child + 1, width) < 0) i++;
    if (i === first) continue;
    const to = children[child]!;
    if (level > 0) {
      if (to < 0) throw reader.invalid(`${WHAT} has an undefined address for child ${child}`, address);
      next.push({ address: to, level: level - 1, start: first, stop: i });
    } else if (compareChunk(batch, first, keys, child, width) === 0) {
      if (to < 0) throw reader.invalid(`${WHAT} has an undefined address for chunk ${batch.describe(first)}`, address);
      batch.found(first, to, sizes[child]!, filterMasks[child]!);
    }
  }
}

/** A chunk's number on an axis, from its offset in elements. */
function scaled(reader: IndexReader, view: DataView, at: number, unit: number, address: number): number {
  const offset = view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
  if (offset > Number.MAX_SAFE_INTEGER)
    throw reader.invalid(`${WHAT} has a chunk at offset ${offset}, expected less than 2^53`, address);
  const number = Math.floor(offset / unit);
  if (number * unit !== offset)
    throw reader.invalid(`${WHAT} has a chunk at offset ${offset}, expected a multiple of ${unit}`, address);
  return number;
}

/** Below 0, 0 or above 0 as one key is below, at or above another. */
function compare(a: Float64Array, i: number, b: Float64Array, j: number, width: number): number {
  for (let axis = 0; axis < width; axis++) {
    const difference = a[i * width + axis]! - b[j * width + axis]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The same for a chunk, whose last number is 0, and a key. */
function compareChunk(
  { numbers, rank }: ChunkBatch,
  i: number,
  keys: Float64Array,
  key: number,
  width: number,
): number {
  for (let axis = 0; axis < rank; axis++) {
    const difference = numbers[i * rank + axis]! - keys[key * width + axis]!;
    if (difference !== 0) return difference;
  }
  return -keys[key * width + rank]!;
}
