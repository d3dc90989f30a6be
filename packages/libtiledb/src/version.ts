import { valueIn } from "./memory.js";
import { native } from "./native.js";

/** The version of the loaded library (`tiledb_version`). @throws TileDbError LIBRARY_MISSING when there is none. */
export function libraryVersion(): { major: number; minor: number; patch: number } {
  const parts = [new Int32Array(1), new Int32Array(1), new Int32Array(1)] as const;
  native().tiledb_version(...parts);
  return { major: valueIn(parts[0]), minor: valueIn(parts[1]), patch: valueIn(parts[2]) };
}
