import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fixture } from "../../../tooling/fixtures/read.mjs";
import { runChild } from "./run-child.js";

const folder = mkdtempSync(join(tmpdir(), "relative-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Goes into `folder`, and then into another one below it, where nothing is. */
const moves = (text: string): string => {
  mkdirSync(join(folder, "below"), { recursive: true });
  return `
    const { writeTileDbArray, listTileDb, openSomaMatrix, tileDbOpeners } = tiledbarray;
    const { ndarray, toRecipe, fromRecipe } = delayedarray;
    // TileDB remembers the folder in which it is first asked for something.
    await TileDbArray.open("nowhere").catch(() => {});
    process.chdir(${JSON.stringify(folder)});
    const below = () => process.chdir("below");
    const said = (promise) => promise.then(() => "nothing", (error) => error.code + ": " + error.message);
    ${text}`;
};

test("an array that is written and opened by a relative path is where the process is at that time", async () => {
  const found = await runChild<unknown[]>(
    moves(`
    const written = await writeTileDbArray(ndarray([[1, 2], [3, 4]]), "grown.tiledb", { maxShape: [9, 2] });
    await (await writeTileDbArray(ndarray([[5, 6]]), "grown.tiledb", { mode: "append" })).close();
    const array = await TileDbArray.open("./grown.tiledb/");
    const recipe = JSON.stringify(toRecipe(array.add(1)));
    const entry = await listTileDb("grown.tiledb");
    below();
    const again = await fromRecipe(JSON.parse(recipe), tileDbOpeners);
    return [
      (await written.toDense()).toNested(),
      array.uri,
      (await array.toDense()).toNested(),
      (await again.toDense()).toNested(),
      entry.name,
      await said(writeTileDbArray(written, "../grown.tiledb", { mode: "replace" })),
      await said(TileDbArray.open("grown.tiledb")),
    ];`),
  );
  const values = [
    [1, 2],
    [3, 4],
    [5, 6],
  ];
  expect(found.slice(0, 5)).toEqual([
    values.slice(0, 2),
    "./grown.tiledb/",
    values,
    values.map((row) => row.map((value) => value + 1)),
    "grown.tiledb",
  ]);
  expect(found[5]).toContain("which it would replace");
  expect(found[6]).toBe("NOT_FOUND: there is no TileDB array at grown.tiledb");
});

test("groups, experiments and labels as well", async () => {
  const found = await runChild<unknown[]>(
    moves(`
    const { cpSync } = await import("node:fs");
    cpSync(${JSON.stringify(fixture("soma", "experiment.soma"))}, "experiment.soma", { recursive: true });
    cpSync(${JSON.stringify(fixture("tiledb-labels", "labelled.tiledb"))}, "labelled.tiledb", { recursive: true });
    const matrix = await openSomaMatrix("experiment.soma", { measurement: "RNA", layer: "data" });
    const labelled = await TileDbArray.open("labelled.tiledb");
    const group = await listTileDb("experiment.soma", { depth: 1 });
    const wrong = await said(TileDbArray.open("experiment.soma"));
    below();
    const height = await labelled.readDimensionLabel("height");
    return [matrix.shape, matrix.dimnames[0][6], (await matrix.toSparse()).nnz > 0, labelled.dimnames[0],
      height.shape, group.members.length > 0, wrong];`),
  );
  expect(found).toEqual([
    [7, 5],
    "cell-6",
    true,
    ["ant", "bee", "cat", "dog"],
    [4],
    true,
    "INVALID_ARGUMENT: experiment.soma is a TileDB group, expected an array",
  ]);
});
