import { DelayedArrayError } from "delayedarray";
import { expect, test } from "vitest";
import { TileDbArray } from "../src/index.js";
import { place } from "./fixtures.js";
import { errorOf, newPlace } from "./source.js";

// In a file of its own: the library is loaded once, and this must be the first to ask for it.
test("without TileDB's library the error says where it was looked for", async () => {
  const before = process.env.LIBTILEDB_PATH;
  process.env.LIBTILEDB_PATH = newPlace();
  try {
    for (const options of [{}, { config: { "sm.memory_budget": 1_000_000 } }]) {
      const error = await errorOf(TileDbArray.open(place("dense-2d-from-0.tiledb"), options));
      expect(error).toBeInstanceOf(DelayedArrayError);
      expect(error).toMatchObject({ code: "LIBRARY_MISSING", cause: { name: "TileDbError" } });
      expect((error as Error).message).toContain(process.env.LIBTILEDB_PATH);
    }
  } finally {
    if (before === undefined) delete process.env.LIBTILEDB_PATH;
    else process.env.LIBTILEDB_PATH = before;
  }
});
