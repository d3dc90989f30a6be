import {
  type Block,
  type BlockSource,
  blocks,
  chunkGrid,
  defaultBufferSize,
  type NdArray,
  type Progress,
} from "delayedarray";
import { itemSize, sizeOf } from "delayedarray/internal";
import { Query, Subarray } from "libtiledb";
import { CellList, type CellTarget, validity } from "./cell-list.js";
import { gridOfRegion } from "./region.js";

/** How blocks are written. */
export interface BlockWriting extends CellTarget {
  readonly bufferSize: number | undefined;
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  /** Steps are elements of what is written. */
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/**
 * Writes all blocks of an array, some at a time, while the next ones are read. Each becomes a fragment. When it rejects, no
 * write is under way any more.
 */
export async function writeBlocks(x: BlockSource, writing: BlockWriting): Promise<void> {
  const { array, region, concurrency, signal, onProgress } = writing;
  const isSparse = array.schema.arrayType === "sparse";
  // Of the memory, each block that is written takes a share, and so do the block that is ready and the one being read.
  const buffer = writing.bufferSize ?? defaultBufferSize();
  const share = Math.max(1, Math.floor((2 * buffer) / (concurrency + 2)));
  const size = itemSize(x.dtype);
  const grid = gridOfRegion(region, chunkGrid(x), Math.floor(share / 2 / (size + (writing.nullable ? 1 : 0))));
  const total = sizeOf(region.map(({ extent }) => extent));
  const running = new Set<Promise<void>>();
  const gathered = new CellList(writing);
  let failure: { readonly error: unknown } | undefined;
  let done = 0;
  let waiting = 0;
  const start = async (write: Promise<void>, elements: number): Promise<void> => {
    const ended = write
      .then(() => {
        done += elements;
        onProgress?.({ done, total, bytes: done * size });
      })
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => running.delete(ended));
    running.add(ended);
    if (running.size >= concurrency) await Promise.race(running);
  };
  try {
    for await (const { position, block } of blocks(x, { grid, bufferSize: share, allowSparse: isSparse, signal })) {
      const elements = position.reduce((product, [from, to]) => product * (to - from), 1);
      if (isSparse) {
        // A block has few cells: those of several make one fragment.
        gathered.add(position, block);
        waiting += elements;
        if (gathered.bytes >= share / 2) {
          await start(gathered.write(), waiting);
          waiting = 0;
        }
      } else {
        await start(writeBox(writing, position, block as NdArray), elements);
      }
      if (failure !== undefined) break;
    }
    if (waiting > 0 && failure === undefined) await start(gathered.write(), waiting);
  } finally {
    await Promise.all(running);
  }
  if (failure !== undefined) throw failure.error;
}

/** Writes a block of a dense array. */
async function writeBox(writing: BlockWriting, position: Block["position"], block: NdArray): Promise<void> {
  const { array, region, attribute, nullable } = writing;
  using subarray = new Subarray(array);
  position.forEach(([from, to], axis) => {
    const { origin } = region[axis]!;
    subarray.addRange(axis, origin + BigInt(from), origin + BigInt(to - 1));
  });
  using query = new Query(array).setLayout("row-major").setSubarray(subarray);
  query.setDataBuffer(attribute, block.data as never);
  if (nullable) query.setValidityBuffer(attribute, validity(block.mask, block.data.length));
  await query.submit();
  writing.written.push(...query.fragmentUris);
}
