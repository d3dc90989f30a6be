import type { SourceReadOptions } from "../source/byte-source.js";
import type { Hdf5Type } from "./hdf5-type.js";

/** What a path of an HDF5 file leads to. */
export type ObjectKind = "group" | "dataset" | "datatype";

/** One step of what a chunk went through before it was stored. */
export interface Hdf5Filter {
  /** Number under which the filter is registered with the HDF Group. */
  readonly id: number;
  readonly name: string;
}

/** What a dataset is, without its values. */
export interface DatasetInfo {
  /** Absolute path within the file. */
  readonly path: string;
  /** Extents in the file's order; `null` for a null dataspace, which holds no values. */
  readonly shape: readonly number[] | null;
  readonly type: Hdf5Type;
  /** Extents of a chunk; `null` when the dataset is stored in one piece. */
  readonly chunks: readonly number[] | null;
  readonly filters: readonly Hdf5Filter[];
}

/** Consecutive indices on one axis: `start` up to but not including `stop`. */
export interface Span {
  readonly start: number;
  readonly stop: number;
}

/** A box of a dataset's elements, in C order. */
export interface Piece {
  readonly start: readonly number[];
  readonly count: readonly number[];
  /** As the dataset's type describes them. The memory is used again afterwards: keep no reference to it. */
  readonly bytes: Uint8Array;
}

/** An open dataset. */
export interface Hdf5Dataset {
  readonly info: DatasetInfo;
  /**
   * Reads the outer product of spans, in boxes that follow the chunks and come in any order, each element once.
   *
   * @param spans - per axis: increasing, disjoint, in range
   * @param receive - called with each box; an error that it throws ends the read
   * @throws `FILE_INVALID`, `FILE_TRUNCATED`, `IO`, `LIMIT_EXCEEDED`; `INVALID_ARGUMENT` when the file was closed
   */
  read(spans: readonly (readonly Span[])[], receive: (piece: Piece) => void, options: SourceReadOptions): Promise<void>;
}

/** A small value attached to an object. */
export interface Hdf5Attribute {
  readonly type: Hdf5Type;
  /** `null` for a null dataspace. */
  readonly shape: readonly number[] | null;
  /** The elements' bytes, or the strings when they are strings. */
  readonly value: Uint8Array | readonly string[];
}

/**
 * An open HDF5 file. Paths are absolute. All calls reject with `INVALID_ARGUMENT` once the file is closed, and with
 * `FILE_INVALID` or `FILE_TRUNCATED` where its content contradicts the format.
 */
export interface Hdf5File {
  /** Where it comes from, for messages. */
  readonly name: string;
  /** What a path leads to; `null` when there is nothing. */
  kind(path: string, options: SourceReadOptions): Promise<ObjectKind | null>;
  /** Names of the members of a group. */
  children(path: string, options: SourceReadOptions): Promise<readonly string[]>;
  /**
   * Opens the dataset at a path that leads to one.
   *
   * @throws `UNSUPPORTED_FEATURE` for a filter or layout that cannot be read
   */
  dataset(path: string, options: SourceReadOptions): Promise<Hdf5Dataset>;
  /** An attribute of the object at a path that leads to one; `null` when it has none of that name. */
  attribute(path: string, name: string, options: SourceReadOptions): Promise<Hdf5Attribute | null>;
  /** Closes the file; calling it again does nothing. */
  close(): void;
}
