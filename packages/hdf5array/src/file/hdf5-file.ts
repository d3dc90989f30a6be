import type { DatasetInfo } from "../format/dataset-info.js";
import type { Hdf5Type } from "../format/hdf5-type.js";
import type { Link } from "../format/link.js";
import type { StoredDataset } from "../format/stored-dataset.js";
import type { Box, Piece, PieceOptions, Span } from "../read/piece.js";
import type { SourceReadOptions } from "../source/byte-source.js";

/** What a path of an HDF5 file leads to. */
export type ObjectKind = "group" | "dataset" | "datatype";

/** A type of strings. */
export type StringType = Hdf5Type & { readonly kind: "string" };

/** An open dataset. */
export interface Hdf5Dataset {
  readonly info: DatasetInfo;
  /** What reads it: this package itself, or h5wasm where that is not enough. */
  readonly reader: "direct" | "h5wasm";
  /**
   * Reads the outer product of spans, in boxes that follow the chunks and come in any order, each element of the product
   * once. Boxes may hold elements besides, and even stick out over the dataset's edge, as chunks do.
   *
   * @param spans - per axis: increasing, disjoint, in range
   * @param receive - called with each box; an error that it throws ends the read
   * @throws `FILE_INVALID`, `FILE_TRUNCATED`, `IO`, `LIMIT_EXCEEDED`; `INVALID_ARGUMENT` when the file was closed
   */
  read(spans: readonly (readonly Span[])[], receive: (piece: Piece) => void, options: PieceOptions): Promise<void>;
  /**
   * Where it is there, the values lie in the file in one piece: copies the bytes of a box, in C order, with nothing in
   * between.
   *
   * @param target - as many bytes as the box has
   * @throws as `read`
   */
  readonly readInto?: (box: Box, target: Uint8Array, options: PieceOptions) => Promise<void>;
  /**
   * The strings of variable length that elements of the file lead to; not there where what `read` gives are not elements
   * as they are in the file.
   *
   * @param references - elements, or fields of elements, one after another
   * @throws as `read`
   */
  readonly variableStrings?: (references: Uint8Array, options: SourceReadOptions) => Promise<readonly string[]>;
}

/** A small value attached to an object. */
export interface Hdf5Attribute {
  readonly type: Hdf5Type;
  /** `null` for a null dataspace. */
  readonly shape: readonly number[] | null;
  /** The elements' bytes, or the strings when they are strings. */
  readonly value: Uint8Array | readonly string[];
}

/** All that a file notes of an object, without a dataset's values. */
export interface ObjectDescription {
  readonly kind: ObjectKind;
  /** Of its header: two paths with the same one lead to the same object. */
  readonly address: number;
  /** Members of a group, in the order of their names. */
  readonly links: readonly Link[];
  /** What a dataset is; `null` for another object. */
  readonly dataset: StoredDataset | null;
  readonly attributes: readonly (Hdf5Attribute & { readonly name: string })[];
}

/** A dimension scale of strings. */
export interface ScaleTexts {
  /** The axis that it is attached to, in the file's order. */
  readonly axis: number;
  /** The scale's own name; empty where it has none. */
  readonly name: string;
  readonly values: readonly string[];
}

/** Strings of a dataset, in C order. */
export interface Hdf5Strings {
  readonly shape: readonly number[];
  readonly values: readonly string[];
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
  /**
   * The strings of the dataset at a path that leads to one.
   *
   * @throws `INVALID_ARGUMENT` for values of another type, `LIMIT_EXCEEDED` when there are too many for memory
   */
  strings(path: string, options: SourceReadOptions): Promise<Hdf5Strings>;
  /** The strings that elements of the dataset at a path hold, such as those of a field, which were read as bytes. */
  texts(path: string, type: StringType, bytes: Uint8Array, options: SourceReadOptions): Promise<readonly string[]>;
  /**
   * All that is noted of the object at a path that leads to one.
   *
   * @param address - of its header, where it is known already
   */
  describe(path: string, options: SourceReadOptions, address?: number): Promise<ObjectDescription>;
  /** The dimension scales of strings that are attached to the dataset at a path that leads to one. */
  scaleTexts(path: string, options: SourceReadOptions): Promise<readonly ScaleTexts[]>;
  /** Closes the file; calling it again does nothing. */
  close(): void;
}

/** The same file by other means, for datasets that were described already. */
export interface FallbackFile {
  /** @throws `UNSUPPORTED_FEATURE` for values in another file, or a filter that cannot be undone */
  dataset(info: DatasetInfo, options: SourceReadOptions): Promise<Hdf5Dataset>;
  /** The strings of a dataset of strings. */
  strings(info: DatasetInfo, options: SourceReadOptions): Promise<Hdf5Strings>;
  /** Closes it; calling it again does nothing. */
  close(): void;
}
