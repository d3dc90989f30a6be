// The declarations name Symbol.asyncDispose, which the default libraries of TypeScript do not.
/// <reference lib="esnext.disposable" preserve="true" />

export type { BlockStream } from "delayedarray/internal";
export type { CategoricalColumn, H5adColumn, NumberColumn, StringColumn } from "./formats/h5ad-column.js";
export type { H5adFrame } from "./formats/h5ad-frame.js";
export {
  formatHdf5Tree,
  type Hdf5AttributeEntry,
  type Hdf5AttributeValue,
  type Hdf5DatasetEntry,
  type Hdf5DatatypeEntry,
  type Hdf5Entry,
  type Hdf5GroupEntry,
  type Hdf5LinkEntry,
} from "./formats/hdf5-tree.js";
export { Hdf5CompressedSparseMatrix } from "./hdf5-compressed-sparse-matrix.js";
export { Hdf5DenseArray } from "./hdf5-dense-array.js";
export { type ListHdf5Options, listHdf5 } from "./list-hdf5.js";
export { type OpenH5adMatrixOptions, openH5adMatrix } from "./open-h5ad-matrix.js";
export { type OpenHdf5ArrayOptions, openHdf5Array } from "./open-hdf5-array.js";
export { type OpenLoomMatrixOptions, openLoomMatrix } from "./open-loom-matrix.js";
export { type OpenTenxMatrixOptions, openTenxMatrix } from "./open-tenx-matrix.js";
export { hdf5Openers } from "./openers.js";
export { type ReadH5adFrameOptions, readH5adFrame } from "./read-h5ad-frame.js";
export { type Hdf5CompressedSparseMatrixOptions, Hdf5CompressedSparseMatrixSeed } from "./seeds/compressed-sparse.js";
export { type Hdf5DenseArrayOptions, Hdf5DenseArraySeed } from "./seeds/dense.js";
export type {
  Hdf5Source,
  OpfsFileHandle,
  OpfsSyncAccessHandle,
  RandomAccess,
  SourceOptions,
} from "./source/byte-source.js";
export type { DenseWriteOptions } from "./write/dense-write-options.js";
export { hdf5Download } from "./write/hdf5-download.js";
export type { FileStream, Hdf5Target, WritableFileHandle } from "./write/hdf5-target.js";
export type { SparseFileLayout, TenxFeatures } from "./write/sparse/layouts.js";
export type { Hdf5WriteOptions, WriteMode } from "./write/write-options.js";
export { type SparseWriteOptions, writeHdf5CompressedSparseMatrix } from "./write-hdf5-compressed-sparse-matrix.js";
export { writeHdf5DenseArray } from "./write-hdf5-dense-array.js";
