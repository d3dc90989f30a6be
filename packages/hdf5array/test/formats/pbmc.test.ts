import { readFile } from "node:fs/promises";
import { fromRecipe, seeds, toRecipe } from "delayedarray";
import { describe, expect, test } from "vitest";
import { decodeArray, type EncodedArray, fixture, readJson } from "../../../../tooling/fixtures/read.mjs";
import { type Hdf5DenseArraySeed, hdf5Openers, listHdf5, openH5adMatrix, readH5adFrame } from "../../src/index.js";

/* A published h5ad, written by anndata before 0.7. */

const pbmc = fixture("pbmc", "10x_pbmc68k_reduced.h5ad");
const expected = readJson<{ corner: EncodedArray; cells: { first: string[]; last: string[] } }>(
  "pbmc",
  "expected.json",
);

describe("a published h5ad", () => {
  test("raw/X has cells and genes as names", async () => {
    const raw = await openH5adMatrix(pbmc, "raw/X");
    const { shape, data } = decodeArray(expected.corner);
    expect(raw.shape).toEqual([700, 765]);
    expect(raw.found).toBe("h5ad, raw.X (sparse): cells x genes");
    const [cells, genes] = raw.dimnames!;
    expect([cells!.slice(0, 5), cells!.slice(-5)]).toEqual([expected.cells.first, expected.cells.last]);
    const corner = raw.subset([cells!.slice(0, shape[0]), genes!.slice(0, shape[1])]);
    expect((await corner.toDense()).data).toEqual(data);
    await raw.close();
  });

  test("a recipe finds names again in the file", async () => {
    const x = await openH5adMatrix(pbmc);
    const recipe = JSON.stringify(toRecipe(x.subset([null, ["LYZ", "CD3D"]])));
    expect(recipe.length).toBeLessThan(1000);
    const again = await fromRecipe(JSON.parse(recipe), hdf5Openers);
    expect(again.dimnames![1]).toEqual(["LYZ", "CD3D"]);
    for (const seed of seeds(again)) await (seed as Hdf5DenseArraySeed).close();
    await x.close();
  });

  test("obs has categories of uns, var a boolean; obsm is a table of matrices", async () => {
    const obs = await readH5adFrame(pbmc, "obs", { columns: ["louvain", "n_genes", "phase"] });
    expect(obs.index.slice(0, 5)).toEqual(expected.cells.first);
    const louvain = obs.columns.get("louvain");
    expect(louvain).toMatchObject({ kind: "categorical", ordered: false });
    expect(louvain?.kind === "categorical" && louvain.levels).toHaveLength(11);
    expect(Array.from(obs.columns.keys())).toEqual(["louvain", "n_genes", "phase"]);
    const { columns } = await readH5adFrame(await readFile(pbmc), "var");
    expect(columns.get("highly_variable")).toMatchObject({ kind: "numbers", values: { dtype: "bool" } });
    const obsm = await readH5adFrame(new Blob([await readFile(pbmc)]), "obsm");
    expect(obsm.columns.get("X_pca")).toMatchObject({ kind: "numbers", values: { shape: [700, 50] } });
  });

  test("a column of such a table opens as a matrix, too", async () => {
    await using pca = await openH5adMatrix(pbmc, "obsm/X_pca");
    expect([pca.shape, pca.dtype, pca.found]).toEqual([
      [700, 50],
      "float32",
      "h5ad, obsm/X_pca (column of a table): cells x …",
    ]);
    expect(pca.dimnames?.[0]?.slice(0, 5)).toEqual(expected.cells.first);
    // What h5py reads.
    expect(
      await pca
        .subset([
          [0, 699],
          [0, 49],
        ])
        .toDense()
        .then((part) => [part.get(0, 0), part.get(1, 1)]),
    ).toEqual([-7.939618110656738, 0.6459726691246033]);
    const again = await fromRecipe(JSON.parse(JSON.stringify(toRecipe(pca.multiply(2)))), hdf5Openers);
    expect(again.shape).toEqual([700, 50]);
    for (const seed of seeds(again)) await (seed as Hdf5DenseArraySeed).close();
    await expect(openH5adMatrix(pbmc, "obsm/X_none")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("a listing ends where it is aborted, and where its progress throws", async () => {
    await expect(listHdf5(pbmc, { signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
    const counts: number[] = [];
    const stopped = new Error("stop");
    const onProgress = ({ objects }: { objects: number }) => {
      counts.push(objects);
      if (objects === 3) throw stopped;
    };
    await expect(listHdf5(pbmc, { onProgress })).rejects.toBe(stopped);
    expect(counts).toEqual([1, 2, 3]);
    const shallow = await listHdf5(pbmc, { path: "uns", depth: 1 });
    expect(shallow).toMatchObject({ kind: "group", path: "/uns" });
    expect(shallow.kind === "group" && shallow.members?.find(({ name }) => name === "neighbors")).toMatchObject({
      members: null,
    });
  });
});
