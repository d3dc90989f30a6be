import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { slice } from "delayedarray";
import { afterAll, describe, expect, it } from "vitest";
import { fixture, readJson } from "../../../tooling/fixtures/read.mjs";
import { formatTileDbTree, listTileDb, TileDbArray } from "../src/index.js";

interface Expected {
  readonly labels: { readonly name: string[]; readonly height: number[]; readonly minute: number[] };
  readonly values: { readonly dense: number[][]; readonly sparse: number[][] };
}

const { labels, values } = readJson<Expected>("tiledb-labels", "expected.json");
const place = (kind: string): string =>
  fixture("tiledb-labels", kind === "dense" ? "labelled.tiledb" : "labelled-sparse.tiledb");
const folder = mkdtempSync(join(tmpdir(), "tiledbarray-labels-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("dimension labels, written by TileDB-Py", () => {
  it.each(["dense", "sparse"] as const)("of a %s array: texts are names, numbers are read by name", async (kind) => {
    await using array = await TileDbArray.open(place(kind));
    expect((await array.toDense()).toNested()).toEqual(values[kind]);
    expect(array.dimnames).toEqual([labels.name, null]);
    expect((await array.subset(["bee", slice(1, 3)]).toDense()).toNested()).toEqual(values[kind][1]!.slice(1, 3));
    const found = array.dimensionLabels.filter(({ name }) => name !== "unwritten");
    expect(found.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: "height", axis: 0, type: "float64", order: "decreasing" },
      { name: "minute", axis: 1, type: "int64", order: "increasing" },
      { name: "name", axis: 0, type: "string_ascii", order: "increasing" },
    ]);
    expect((await array.readDimensionLabel("height")).toNested()).toEqual(labels.height);
    expect((await array.readDimensionLabel("minute")).toNested()).toEqual(labels.minute.map(BigInt));
    expect((await array.readDimensionLabel("name")).toNested()).toEqual(labels.name);
  });

  it("are those of the part that is opened", async () => {
    await using part = await TileDbArray.open(place("dense"), { shape: [2, 5] });
    expect(part.dimnames).toEqual([labels.name.slice(0, 2), null]);
    expect((await part.readDimensionLabel("height")).toNested()).toEqual(labels.height.slice(0, 2));
  });

  it("that are not there are NOT_FOUND; of a closed array none are read", async () => {
    const array = await TileDbArray.open(place("sparse"));
    await expect(array.readDimensionLabel("depth")).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringMatching(/"depth": there are "/),
    });
    const aborted = array.readDimensionLabel("name", { signal: AbortSignal.abort(new Error("enough")) });
    await expect(aborted).rejects.toThrow("enough");
    await array.close();
    await expect(array.readDimensionLabel("name")).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  it("whose arrays are gone, or moved with their array, are as one expects", async () => {
    const moved = join(folder, "moved");
    cpSync(place("dense"), moved, { recursive: true });
    await using array = await TileDbArray.open(moved);
    expect(array.dimnames).toEqual([labels.name, null]);
    rmSync(join(moved, "__labels"), { recursive: true });
    await expect(TileDbArray.open(moved)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("are listed", async () => {
    const entry = await listTileDb(place("dense"));
    expect(entry).toMatchObject({
      dimensionLabels: expect.arrayContaining([expect.objectContaining({ name: "height" })]),
    });
    expect(formatTileDbTree(entry)).toMatch(
      /^labelled\.tiledb {2}<4 x 5> dense array of x: int32, labelled by .*minute: int64 of columns/,
    );
  });
});
