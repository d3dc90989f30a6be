import type { SourceReadOptions } from "../source/byte-source.js";

/** Consecutive indices on one axis: `start` up to but not including `stop`. */
export interface Span {
  readonly start: number;
  readonly stop: number;
}

/** A box of a dataset. */
export interface Box {
  readonly start: readonly number[];
  readonly count: readonly number[];
}

/** The elements of a box, in C order. */
export interface Piece extends Box {
  /** As the dataset's type describes them. The memory is used again afterwards: keep no reference to it. */
  readonly bytes: Uint8Array;
}

/** What reading pieces takes. */
export interface PieceOptions extends SourceReadOptions {
  /** Called after each step, such as a chunk: steps done and in all, and bytes of values so far. An error that it throws ends the read. */
  readonly onProgress?:
    | ((progress: { readonly done: number; readonly total: number; readonly bytes: number }) => void)
    | undefined;
}
