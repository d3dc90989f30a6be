// The declarations name Symbol.asyncDispose, which the default libraries of TypeScript do not.
/// <reference lib="esnext.disposable" preserve="true" />
export type { Missing, TileDbArrayOptions, TileDbTimestamp } from "./open-options.js";
export { tileDbOpeners } from "./openers.js";
export { TileDbArraySeed } from "./seed.js";
export { TileDbArray } from "./tiledb-array.js";
export type { TileDbDimensionType, WriteTileDbArrayOptions } from "./write-options.js";
export { writeTileDbArray } from "./write-tiledb-array.js";
