// The declarations name Symbol.asyncDispose, which the default libraries of TypeScript do not.
/// <reference lib="esnext.disposable" preserve="true" />
export { Hdf5CompressedSparseMatrix } from "./hdf5-compressed-sparse-matrix.js";
export { Hdf5DenseArray } from "./hdf5-dense-array.js";
export { hdf5Openers } from "./openers.js";
export { type Hdf5CompressedSparseMatrixOptions, Hdf5CompressedSparseMatrixSeed } from "./seeds/compressed-sparse.js";
export { type Hdf5DenseArrayOptions, Hdf5DenseArraySeed } from "./seeds/dense.js";
export type {
  Hdf5Source,
  OpfsFileHandle,
  OpfsSyncAccessHandle,
  RandomAccess,
  SourceOptions,
} from "./source/byte-source.js";
export type { BlockStream } from "./write/block-stream.js";
export type { DenseWriteOptions } from "./write/dense-write-options.js";
export { hdf5Download } from "./write/hdf5-download.js";
export type { FileStream, Hdf5Target, WritableFileHandle } from "./write/hdf5-target.js";
export type { Hdf5WriteOptions, WriteMode } from "./write/write-options.js";
export { writeHdf5DenseArray } from "./write-hdf5-dense-array.js";
