import { fromRecipe, seeds, toRecipe } from "delayedarray";
import { expect, test } from "vitest";
import { fixture } from "../../../tooling/fixtures/read.mjs";
import { TileDbArray, type TileDbArraySeed, tileDbOpeners } from "../src/index.js";

test("recipes name the array and how it is opened", async () => {
  const dense = await TileDbArray.open(fixture("chapter", "dense.tiledb"), {
    timestamp: [0, new Date()],
    missing: "zero",
  });
  const sparse = await TileDbArray.open(fixture("chapter", "sparse_array.tiledb"), { shape: "written" });
  for (const built of [dense.add(1).subset([[3, 1]]), sparse.T.multiply(2)]) {
    const again = await fromRecipe(JSON.parse(JSON.stringify(toRecipe(built))), tileDbOpeners);
    expect(await again.format()).toBe(await built.format());
    expect(again.isSparse).toBe(built.isSparse);
    for (const seed of seeds(again)) await (seed as TileDbArraySeed).close();
  }
  const recipe = JSON.parse(JSON.stringify(toRecipe(dense)).replace("dense.tiledb", "gone.tiledb"));
  await expect(fromRecipe(recipe, tileDbOpeners)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await Promise.all([dense.close(), sparse.close()]);
});
