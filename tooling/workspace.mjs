// What the packages of this workspace are, read from their own package.json files.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./process.mjs";

/** The folders that hold one package each, or a folder of packages (`folder/*`); as in pnpm-workspace.yaml. */
const patterns = ["packages/*", "packages/libtiledb/npm/*", "tooling", "docs", "examples/*"];

/** Every package of the workspace: its folder, from the root and with `/`, and its manifest. */
export function workspacePackages() {
  return patterns
    .flatMap(expand)
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) }));
}

export function publicPackages() {
  return workspacePackages().filter(({ manifest }) => manifest.private !== true);
}

/** A platform package holds the TileDB library of one system, and can be packed only where it has been filled. */
export function isPlatformPackage({ folder }) {
  return folder.startsWith("packages/libtiledb/npm/");
}

export function isForThisPlatform({ manifest }) {
  return manifest.os.includes(process.platform) && manifest.cpu.includes(process.arch);
}

function expand(pattern) {
  if (!pattern.endsWith("/*")) return [pattern];
  const parent = pattern.slice(0, -2);
  if (!existsSync(join(root, parent))) return [];
  const entries = readdirSync(join(root, parent), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
    .map((entry) => `${parent}/${entry.name}`)
    .sort();
}
