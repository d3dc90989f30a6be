export type { Missing, TileDbArrayOptions, TileDbTimestamp } from "./open-options.js";
export { TileDbArraySeed } from "./seed.js";
export { TileDbArray } from "./tiledb-array.js";
