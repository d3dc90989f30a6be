import type { Openers } from "delayedarray";
import { TILEDB_OPENER } from "./seed.js";
import { TileDbArray } from "./tiledb-array.js";

/**
 * Openers for `fromRecipe`, which opens the arrays of a recipe again. For arrays that need a `config`, such as keys, give
 * an opener of your own under the same name.
 */
export const tileDbOpeners: Openers = Object.freeze({
  [TILEDB_OPENER]: ({ uri, ...options }, { signal }) => TileDbArray.open(uri as string, { ...options, signal }),
} satisfies Openers);
