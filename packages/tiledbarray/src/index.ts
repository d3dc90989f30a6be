// The declarations name Symbol.asyncDispose, which the default libraries of TypeScript do not.
/// <reference lib="esnext.disposable" preserve="true" />
export type { BlockStream as TileDbBlockStream } from "delayedarray/internal";
export type { TileDbDimensionLabel } from "./dimension-labels.js";
export { type ListTileDbOptions, listTileDb } from "./list-tiledb.js";
export type { TileDbMetadata, TileDbMetadataValue } from "./metadata.js";
export type { Missing, TileDbArrayOptions, TileDbTimestamp } from "./open-options.js";
export { type OpenSomaMatrixOptions, openSomaMatrix } from "./open-soma-matrix.js";
export { tileDbOpeners } from "./openers.js";
export { TileDbArraySeed } from "./seed.js";
export { TileDbArray } from "./tiledb-array.js";
export {
  formatTileDbTree,
  type TileDbArrayEntry,
  type TileDbEntry,
  type TileDbField,
  type TileDbGroupEntry,
} from "./tiledb-tree.js";
export type { TileDbDimensionType, WriteTileDbArrayOptions } from "./write-options.js";
export { writeTileDbArray } from "./write-tiledb-array.js";
