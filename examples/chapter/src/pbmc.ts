import { type DelayedArray, expm1, log1p, type NdArray, print } from "delayedarray";
import { Hdf5CompressedSparseMatrix } from "hdf5array";
import { TileDbArray } from "tiledbarray";
import { fixture } from "./files.js";
import { readNames } from "./names.js";
import { heading, step } from "./tell.js";

export const h5ad = fixture("pbmc/10x_pbmc68k_reduced.h5ad");
export const twin = fixture("pbmc/twin.tiledb");

/** Blood cells: which genes differ most between them? From an h5ad file, and from the same matrix in TileDB. */
export async function pbmc() {
  heading("2. Real data: 700 blood cells, 765 genes");

  step(
    "raw.X of an h5ad file: compressed rows (CSR), cells x genes, logarithms of normalised counts. The file states all that.",
    `const raw = await Hdf5CompressedSparseMatrix.open("10x_pbmc68k_reduced.h5ad", "raw.X");
     await print(raw);`,
  );
  const raw = await Hdf5CompressedSparseMatrix.open(h5ad, "raw.X");
  await print(raw);

  step(
    "Expression rebuilt, and its total for each cell. expm1 is delayed and keeps the matrix sparse; the sum reads it once.",
    `const expression = expm1(raw);
     const totals = await expression.sum({ axis: 1 });
     await print(totals);`,
  );
  const hdf5 = await variability(raw);
  await print(hdf5.totals);

  step(
    "Genes x cells, each cell divided by its total, logarithms again: still sparse, still nothing read but what is shown.",
    `const normalised = log1p(expression.T.divide(totals)); // totals: 700 numbers, along the last axis, the cells
     await print(normalised);`,
  );
  await print(hdf5.normalised);

  step(
    "Mean and variance of each gene, then the ten genes that vary most. Their names come from the table `var` of the file.",
    `const mean = await normalised.mean({ axis: 1 });
     const variance = await normalised.var({ axis: 1 });`,
  );
  const { genes } = await readNames(h5ad);
  const top = mostVariable(hdf5.variance, 10).map((index) => ({ index, gene: genes[index] ?? "" }));
  for (const { index, gene } of top) {
    console.log(
      `  ${gene.padEnd(10)} mean ${exponential(hdf5.mean, index)}  variance ${exponential(hdf5.variance, index)}`,
    );
  }

  step(
    "The same matrix in a TileDB array, by the same code.",
    `const twin = await TileDbArray.open("twin.tiledb", { attributeName: "x" });
     await print(twin);`,
  );
  const tiledb = await TileDbArray.open(twin, { attributeName: "x" });
  await print(tiledb);
  const other = await variability(tiledb);
  const differences = {
    totals: largestDifference(hdf5.totals, other.totals),
    mean: largestDifference(hdf5.mean, other.mean),
    variance: largestDifference(hdf5.variance, other.variance),
  };
  const otherTop = mostVariable(other.variance, 10).map((index) => genes[index]);
  console.log("Largest relative difference between HDF5 and TileDB:");
  for (const [what, difference] of Object.entries(differences)) console.log(`  ${what.padEnd(9)} ${difference}`);
  const same = otherTop.every((gene, i) => gene === top[i]?.gene);
  console.log(`  the ten genes are ${same ? "the same" : "NOT the same"}`);

  await raw.close();
  await tiledb.close();
  return { hdf5, tiledb: other, differences, top, otherTop };
}

/** Totals per cell, and mean and variance per gene of what each cell's total normalises. */
async function variability(raw: DelayedArray) {
  const expression = expm1(raw);
  const totals = await expression.sum({ axis: 1 });
  const normalised = log1p(expression.T.divide(totals));
  const mean = await normalised.mean({ axis: 1 });
  const variance = await normalised.var({ axis: 1 });
  return { totals, normalised, mean, variance };
}

/** Indices of the largest values, largest first. */
export function mostVariable(variance: NdArray, count: number): number[] {
  const values = Array.from(variance.data, Number);
  return Array.from(values.keys())
    .sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0))
    .slice(0, count);
}

function largestDifference(a: NdArray, b: NdArray): number {
  const right = Array.from(b.data, Number);
  return Array.from(a.data, Number).reduce((largest, left, i) => {
    const other = right[i] ?? Number.NaN;
    return Math.max(largest, left === other ? 0 : Math.abs(left - other) / Math.abs(left));
  }, 0);
}

function exponential(values: NdArray, index: number): string {
  return Number(values.get(index)).toExponential(4);
}
