import { fileURLToPath } from "node:url";
import FileSystemStore from "@zarrita/storage/fs";
import { log1p, type NdArray, print, wrap } from "delayedarray";
import { ZarrSeed } from "./zarr-seed.js";

/** A folder that zarr-python wrote, in Zarr's format 2 or 3. */
export function storeOf(format: 2 | 3): FileSystemStore {
  return new FileSystemStore(fileURLToPath(new URL(`../fixtures/v${format}.zarr`, import.meta.url)));
}

/** Prints an array of a store and its logarithms, and returns the mean of each column of these. */
export async function meanOfLogs(store: FileSystemStore): Promise<NdArray<"float64">> {
  const counts = wrap(await ZarrSeed.open(store, "counts"));
  await print(counts);
  const logs = log1p(counts); // nothing is read,
  await print(logs); // then the edges,
  const mean = await logs.mean({ axis: 0 }); // then each chunk once
  await print(mean);
  return mean;
}
