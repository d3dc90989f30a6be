import type { DType } from "delayedarray";
import { describe, expect, it } from "vitest";
import { fixture, readJson } from "../../../tooling/fixtures/read.mjs";
import { formatTileDbTree, listTileDb, openSomaMatrix, TileDbArray } from "../src/index.js";

interface Case {
  readonly uri: string;
  readonly layer?: string;
  readonly measurement?: string;
  readonly shape: readonly [number, number];
  readonly dtype: DType;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly values: readonly number[];
  readonly obs: readonly string[] | null;
  readonly var: readonly string[] | null;
}

const { cases } = readJson<{ cases: Case[] }>("soma", "expected.json");
const experiment = fixture("soma", "experiment.soma");
const texts = (uri: string): string => fixture("tiledb-texts", uri);

describe("matrices of TileDB-SOMA", () => {
  for (const { uri, layer, measurement, ...expected } of cases) {
    it(`${uri} ${measurement ?? ""} ${layer ?? ""}`, async () => {
      await using matrix = await openSomaMatrix(fixture("soma", uri), { layer, measurement });
      expect(matrix.shape).toEqual(expected.shape);
      expect(matrix.dtype).toBe(expected.dtype);
      expect(matrix.isSparse).toBe(true);
      const names = expected.obs === null && expected.var === null ? null : [expected.obs, expected.var];
      expect(matrix.dimnames).toEqual(names);
      const sparse = await matrix.toSparse();
      expect(sparse.nnz).toBe(expected.values.length);
      expected.values.forEach((value, i) => {
        expect(Number(sparse.get(expected.rows[i]!, expected.columns[i]!))).toBe(value);
      });
    });
  }

  it("are opened by a measurement, or the layer itself, or with a shape, too", async () => {
    await using byMeasurement = await openSomaMatrix(`${experiment}/ms/RNA`);
    expect(byMeasurement.dimnames).toEqual([null, cases[0]!.var]);
    await using layer = await openSomaMatrix(`${experiment}/ms/RNA/X/counts`, { shape: [2, 2] });
    expect((await layer.toDense()).toNested()).toEqual([
      [0n, 1n],
      [2n, 0n],
    ]);
  });

  it("of several measurements or layers are named by an option: the error lists them", async () => {
    const several = openSomaMatrix(fixture("soma", "by-id.soma"));
    await expect(several).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringMatching(/"RNA".*"one", "three", "two": choose one by the option measurement/),
    });
    await using matrix = await openSomaMatrix(fixture("soma", "by-id.soma"), { measurement: "one", layer: "scaled" });
    expect(await matrix.subset(["b".repeat(100), "MM"]).toDense()).toMatchObject({
      shape: [],
      data: Float32Array.of(0.5),
    });
    const layer = openSomaMatrix(fixture("soma", "by-id.soma/ms/two"), { layer: "raw" });
    await expect(layer).rejects.toThrow(/no layer named "raw" of X in .*: there are "data", "scaled"$/);
  });

  it("that are not there are NOT_FOUND", async () => {
    await expect(openSomaMatrix(experiment, { layer: "other" })).rejects.toThrow(/"other".*"counts", "data"/);
    await expect(openSomaMatrix(experiment, { measurement: "other" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(openSomaMatrix(`${experiment}.none`)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("are told from other groups and arrays", async () => {
    await expect(openSomaMatrix(texts("group.tiledb"))).rejects.toMatchObject({ code: "FILE_INVALID" });
    await expect(openSomaMatrix(texts("dense.tiledb"))).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("metadata", () => {
  it("are plain values", async () => {
    const { metadata } = readJson<{ metadata: Record<string, unknown> }>("tiledb-texts", "expected.json");
    await using array = await TileDbArray.open(texts("metadata.tiledb"));
    const { integer, large, list, bytes, ...others } = await array.metadata();
    expect(others).toEqual({ text: metadata.text, empty: metadata.empty, float: metadata.float });
    expect([Number(integer), String(large)]).toEqual([metadata.integer, metadata.large]);
    expect(String.fromCharCode(...(bytes as number[]))).toBe(metadata.bytes);
    expect((list as bigint[]).map(Number)).toEqual(metadata.list);
  });

  it("are not read of a closed array", async () => {
    const array = await TileDbArray.open(texts("metadata.tiledb"));
    await array.close();
    await expect(array.metadata()).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});

describe("groups", () => {
  it("are listed with their members and metadata", async () => {
    const steps: number[] = [];
    const group = await listTileDb(texts("group.tiledb"), { onProgress: ({ objects }) => steps.push(objects) });
    expect(steps).toEqual([1, 2, 3]);
    expect(group).toMatchObject({ kind: "group", name: "group.tiledb", metadata: { about: "a group" } });
    expect(formatTileDbTree(group)).toBe(
      ["group.tiledb/", "  inner/", "  the matrix  <4 x 5> sparse array of x: float64, y: string_utf8"].join("\n"),
    );
  });

  it("are listed to a depth; arrays can be listed, too", async () => {
    expect(await listTileDb(texts("group.tiledb"), { depth: 0 })).toMatchObject({ members: null });
    expect(await listTileDb(texts("metadata.tiledb"))).toMatchObject({ kind: "array", shape: [2n], type: "dense" });
    expect(formatTileDbTree(await listTileDb(texts("cycle.tiledb")))).toBe(
      "cycle.tiledb/\n  inner/\n    back/\n      ...",
    );
    await expect(listTileDb(texts("dangling.tiledb"))).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringMatching(/^there is no TileDB array or group at .*dangling\.tiledb\/gone$/),
    });
    await expect(listTileDb(texts("none.tiledb"))).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(listTileDb(texts("group.tiledb"), { depth: -1 })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(listTileDb(texts("group.tiledb"), { signal })).rejects.toThrow("enough");
  });
});
