import type { DType, TypedArray } from "delayedarray";
import type { ObjectKind } from "../file/hdf5-file.js";

/**
 * What the elements of a new dataset are: a dtype (`bool` becomes the enum that h5py reads as bool), UTF-8 strings of any
 * length, or ASCII strings of at most some bytes.
 */
export type ElementType = DType | "string" | { readonly asciiBytes: number };

/** What chunks go through before they are stored. */
export interface Filters {
  /** Level of gzip, 0 to 9; `null` for no compression. */
  readonly gzip: number | null;
  /** Whether bytes of the same significance are put together first. */
  readonly shuffle: boolean;
  /** Whether a checksum is kept. */
  readonly fletcher32: boolean;
}

/** A dataset that is to be made. */
export interface NewDataset {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** The largest extents that it can be given later, `null` for one without a limit; the shape if left out. */
  readonly maxShape?: readonly (number | null)[] | undefined;
  /** Extents of a chunk; `null` to store it in one piece, which can neither grow nor be filtered. */
  readonly chunks: readonly number[] | null;
  /** Only with chunks. */
  readonly filters?: Filters | undefined;
}

/** A dataset that is there. */
export interface ExistingDataset {
  /** `null` for elements that this package does not write. */
  readonly type: DType | "string" | null;
  /** The type in words, for messages. */
  readonly typeText: string;
  readonly shape: readonly number[];
  readonly maxShape: readonly (number | null)[];
  readonly chunks: readonly number[] | null;
}

/** Values in C order: the elements of a typed array, or strings. */
export type Values = TypedArray | readonly string[];

/** A value of an attribute: a string or number, or a vector of them. A whole number becomes a 64-bit integer. */
export type AttributeValue = string | number | bigint | boolean | readonly string[] | TypedArray;

/**
 * An HDF5 file that is being written. Paths are absolute. Once a call has failed every other one fails too: nothing that
 * is half-written can then be made complete.
 */
export interface Hdf5Output {
  /** The file, for messages. */
  readonly name: string;
  /** What a path leads to; `null` when there is nothing. */
  kind(path: string): Promise<ObjectKind | null>;
  /** Makes a group, and those on the way to it; does nothing where there is one. @throws `INVALID_ARGUMENT` where something else is */
  createGroup(path: string): Promise<void>;
  /**
   * Makes a dataset, and the groups on the way to it. Elements that nothing is written to are zero.
   *
   * @throws `INVALID_ARGUMENT` where there is something already
   */
  createDataset(path: string, dataset: NewDataset): Promise<void>;
  /** What is known of the dataset at a path. @throws `NOT_FOUND`, `INVALID_ARGUMENT` for something else */
  describe(path: string): Promise<ExistingDataset>;
  /**
   * Writes a box of a dataset. Boxes of whole chunks are cheapest: each chunk is then compressed once.
   *
   * @param start - where the box begins
   * @param shape - its extents
   * @param values - as many as the box has, of the dataset's type
   */
  write(path: string, start: readonly number[], shape: readonly number[], values: Values): Promise<void>;
  /** Changes the extents of a chunked dataset, within those that it can have. */
  resize(path: string, shape: readonly number[]): Promise<void>;
  /** Sets an attribute of a group or dataset; one of the same name is replaced. */
  setAttribute(path: string, name: string, value: AttributeValue): Promise<void>;
  /** Makes a dataset a dimension scale of that name, and attaches it to an axis of another. */
  attachScale(path: string, axis: number, scale: string, scaleName: string): Promise<void>;
  /** Takes away what a path leads to; does nothing where there is nothing. The space that it took is not freed. */
  remove(path: string): Promise<void>;
}
