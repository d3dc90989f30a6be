import { CLONE, COMBINE_COLUMNS, COMBINE_ROWS, SLICE_2D, SummarizedExperiment } from "bioconductor";
import { DelayedArray, print, wrap } from "delayedarray";
import { countingSeed } from "delayedarray/testing";
import { Hdf5CompressedSparseMatrix } from "hdf5array";
import { TileDbArray } from "tiledbarray";
import { readNames } from "./names.js";
import { h5ad, twin } from "./pbmc.js";
import { heading, share, step } from "./tell.js";

/** A SummarizedExperiment whose assays stay in their files. */
export async function experiment(topGenes: readonly number[]) {
  heading("3. A SummarizedExperiment whose assays stay in their files");

  const hdf5 = await Hdf5CompressedSparseMatrix.open(h5ad, "raw.X");
  const tiledb = await TileDbArray.open(twin, { attributeName: "x" });
  // Both through a seed that counts what is asked of it.
  const seeds = { hdf5: countingSeed(hdf5), tiledb: countingSeed(tiledb) };
  const reads = () => Object.values(seeds).reduce((sum, { counts }) => sum + counts.dense + counts.sparse, 0);
  const { genes, cells } = await readNames(h5ad);

  step(
    "Genes x cells, from both files side by side, in the container of the npm package bioconductor.",
    `const all = new SummarizedExperiment({ hdf5: hdf5.T, tiledb: tiledb.T }, { rowNames: genes, columnNames: cells });`,
  );
  const all = new SummarizedExperiment(
    { hdf5: wrap(seeds.hdf5).T, tiledb: wrap(seeds.tiledb).T },
    { rowNames: genes, columnNames: cells },
  );
  describe("all", all);

  step(
    "Sliced by rows and columns, combined with itself, cloned.",
    `const some = SLICE_2D(all, topGenes, { start: 0, end: 5 });
     const wide = COMBINE_COLUMNS([some, some]);
     const tall = COMBINE_ROWS([some, some]);
     const copy = CLONE(wide);`,
  );
  const some = SLICE_2D(all, [...topGenes], { start: 0, end: 5 });
  const wide = COMBINE_COLUMNS([some, some]);
  const tall = COMBINE_ROWS([some, some]);
  const copy = CLONE(wide);
  describe("some", some);
  describe("wide", wide);
  describe("tall", tall);
  describe("copy", copy);
  const readsBefore = reads();
  console.log(`Reads so far: ${readsBefore}`);

  step(
    "Only now values are read: of `copy`, ten genes in twice five cells, those that are shown.",
    "for (const name of copy.assayNames()) await print(copy.assay(name));",
  );
  for (const name of copy.assayNames()) {
    console.log(`${name}:`);
    await print(assayOf(copy, name));
  }
  console.log(`Rows: ${copy.rowNames()?.join(" ")}`);
  for (const [name, { counts }] of Object.entries(seeds)) {
    console.log(`Read from ${name}: ${share(counts.elements, hdf5.size)}`);
  }
  const values = {
    hdf5: await assayOf(copy, "hdf5").toDense(),
    tiledb: await assayOf(copy, "tiledb").toDense(),
    tall: await assayOf(tall, "hdf5").toDense(),
  };

  await hdf5.close();
  await tiledb.close();
  return { all, some, wide, tall, copy, readsBefore, values };
}

function describe(name: string, one: SummarizedExperiment): void {
  const assays = one.assayNames().map((assay) => `${assay}: ${assayOf(one, assay)}`);
  console.log(`  ${name.padEnd(5)} ${assays.join("\n        ")}`);
}

function assayOf(one: SummarizedExperiment, name: string): DelayedArray {
  const assay = one.assay(name);
  if (!(assay instanceof DelayedArray)) throw new Error(`assay ${name} is not a delayed array`);
  return assay;
}
