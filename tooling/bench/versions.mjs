// Which versions of this project are measured.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { publicPackages } from "../workspace.mjs";

/** The packages with code, h5wasm, and the TileDB library that is loaded. */
export async function ourVersions() {
  const manifests = Object.fromEntries(publicPackages().map(({ manifest }) => [manifest.name, manifest]));
  const { hdf5array } = manifests;
  // Resolved as the package that uses it does.
  const libtiledb = createRequire(import.meta.resolve("tiledbarray")).resolve("libtiledb");
  const { libraryVersion } = await import(pathToFileURL(libtiledb).href);
  const { major, minor, patch } = libraryVersion();
  return {
    node: process.versions.node,
    ...pick(["delayedarray", "hdf5array", "tiledbarray"], (name) => manifests[name].version),
    h5wasm: hdf5array.dependencies.h5wasm,
    TileDB: `${major}.${minor}.${patch}`,
  };
}

function pick(names, value) {
  return Object.fromEntries(names.map((name) => [name, value(name)]));
}
