import { type Block, defaultBufferSize, isSparseNdarray, type NdArray, type Progress } from "delayedarray";
import { Pacer, sizeOf } from "delayedarray/internal";
import { Query, Subarray } from "libtiledb";
import { CellList, type CellTarget, validity } from "./cell-list.js";
import { encodeTexts } from "./encode-texts.js";
import { textPieces } from "./text-pieces.js";
import type { WriteInput } from "./write-input.js";

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
export async function writeBlocks(x: WriteInput, writing: BlockWriting): Promise<void> {
  const { array, region, concurrency, signal, onProgress } = writing;
  const isSparse = array.schema.arrayType === "sparse";
  const isText = x.dtype === "string";
  // Of the memory, each block that is written takes a share, and so do the block that is ready and the one being read.
  const buffer = writing.bufferSize ?? defaultBufferSize();
  const share = Math.max(1, Math.floor((2 * buffer) / (concurrency + 2)));
  const { size, blocks } = await x.blocks(region, { share, isSparse, nullable: writing.nullable, signal });
  const total = sizeOf(region.map(({ extent }) => extent));
  const running = new Set<Promise<void>>();
  const gathered = new CellList(writing);
  const pacer = new Pacer(signal);
  let failure: { readonly error: unknown } | undefined;
  let done = 0;
  let waiting = 0;
  const start = async (write: Promise<void>, elements: number): Promise<void> => {
    const ended = write
      .then(() => {
        done += elements;
        onProgress?.({ done, total, bytes: Math.round(done * size) });
      })
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => running.delete(ended));
    running.add(ended);
    if (running.size >= concurrency) await Promise.race(running);
  };
  try {
    for await (const { position, block } of blocks) {
      const elements = elementsOf(position);
      if (isSparse) {
        // A block has few cells: those of several make one fragment.
        if (isText) await gathered.addTexts(position, block as NdArray<"string">, pacer);
        else await gathered.add(position, block, pacer);
        waiting += elements;
        if (gathered.bytes >= share / 2) {
          await start(gathered.write(pacer), waiting);
          waiting = 0;
        }
      } else if (isText) {
        for (const piece of textPieces({ position, block: block as NdArray<"string"> }, region, share / 2)) {
          await start(writeTexts(writing, piece, pacer), elementsOf(piece.position));
          if (failure !== undefined) break;
        }
      } else {
        await start(writeBox(writing, { position, block: isSparseNdarray(block) ? block.toDense() : block }), elements);
      }
      if (failure !== undefined) break;
    }
    if (waiting > 0 && failure === undefined) await start(gathered.write(pacer), waiting);
  } finally {
    await Promise.all(running);
  }
  if (failure !== undefined) throw failure.error;
}

function elementsOf(position: Block["position"]): number {
  return position.reduce((product, [from, to]) => product * (to - from), 1);
}

/** Writes a block of a dense array. */
async function writeBox(writing: BlockWriting, { position, block }: Block): Promise<void> {
  await submit(writing, position, (query) => {
    query.setDataBuffer(writing.attribute, block.data as never);
    if (writing.nullable) query.setValidityBuffer(writing.attribute, validity(block.mask, block.data.length));
  });
}

/** The same of texts. */
async function writeTexts(writing: BlockWriting, piece: Block<NdArray<"string">>, pacer: Pacer): Promise<void> {
  const { attribute, nullable, encoding = "utf8" } = writing;
  const { data, mask } = piece.block;
  const { bytes, offsets } = await encodeTexts(data, mask, encoding, pacer);
  await submit(writing, piece.position, (query) => {
    query.setDataBuffer(attribute, bytes).setOffsetsBuffer(attribute, offsets);
    if (nullable) query.setValidityBuffer(attribute, validity(mask, data.length));
  });
}

async function submit(
  { array, region, written }: BlockWriting,
  position: Block["position"],
  setBuffers: (query: Query) => void,
): Promise<void> {
  using subarray = new Subarray(array);
  position.forEach(([from, to], axis) => {
    const { origin } = region[axis]!;
    subarray.addRange(axis, origin + BigInt(from), origin + BigInt(to - 1));
  });
  using query = new Query(array).setLayout("row-major").setSubarray(subarray);
  setBuffers(query);
  await query.submit();
  written.push(...query.fragmentUris);
}
