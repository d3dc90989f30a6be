import {
  type Block,
  blocks,
  chunkGrid,
  type DelayedArray,
  type Dimnames,
  type DType,
  type NdArray,
  type SparseNdarray,
} from "delayedarray";
import { itemSize } from "delayedarray/internal";
import { gridOfRegion, type RegionAxis } from "./region.js";
import { meanTextBytes } from "./text-pieces.js";

/** What goes along with reading what is to be written. */
export interface InputLimits {
  /** Memory for a block that is written, with what is read meanwhile, in bytes. */
  readonly share: number;
  readonly isSparse: boolean;
  readonly nullable: boolean;
  readonly signal: AbortSignal | undefined;
}

/** What is to be written: an array, or a stream of its blocks. */
export interface WriteInput {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly isSparse: boolean;
  readonly isMasked: boolean;
  readonly dimnames: Dimnames | null;
  /** Lets go of where the blocks come from, whether all of them were asked for or not. */
  close?(): Promise<void>;
  /** Its blocks, each once, and the bytes that an element takes on average. */
  blocks(
    region: readonly RegionAxis[],
    limits: InputLimits,
  ): Promise<{ readonly size: number; readonly blocks: AsyncIterable<Block<NdArray | SparseNdarray>> }>;
}

/** What a text takes in memory besides its bytes. */
const TEXT_OBJECT = 32;

/** An array as what is to be written, in blocks of whole tiles. */
export function arrayInput(x: DelayedArray): WriteInput {
  const { shape, dtype, isSparse, isMasked, dimnames } = x;
  return {
    shape,
    dtype,
    isSparse,
    isMasked,
    dimnames,
    async blocks(region, { share, isSparse: allowSparse, nullable, signal }) {
      const planned = itemSize(dtype);
      const size =
        dtype === "string" ? Math.max(planned, TEXT_OBJECT + (await meanTextBytes(x, region, signal))) : planned;
      const grid = gridOfRegion(region, chunkGrid(x), Math.floor(share / 2 / (size + (nullable ? 1 : 0))));
      // What blocks take is planned by what a dtype takes: texts that are longer get fewer bytes of the plan.
      const bufferSize = Math.max(1, Math.floor((share * planned) / size));
      return { size, blocks: blocks(x, { grid, bufferSize, allowSparse, signal }) };
    },
  };
}
