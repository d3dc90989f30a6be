// Tarballs as they would be published: every public package, and the TileDB library of this platform.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root, say } from "./process.mjs";
import { pnpm } from "./setup.mjs";
import { isForThisPlatform, isPlatformPackage, publicPackages } from "./workspace.mjs";

/** Packs into `target` and returns the paths of the tarballs by package name. */
export function pack(target) {
  mkdirSync(target, { recursive: true });
  const packages = publicPackages().filter((one) => !isPlatformPackage(one) || isForThisPlatform(one));
  /** @type {Record<string, string>} */
  const tarballs = {};
  for (const { folder, manifest } of packages) {
    // A tarball of an earlier version beside the new one would break `npm install DIR/*.tgz`.
    const earlier = new RegExp(`^${manifest.name}-\\d.*\\.tgz$`);
    for (const name of readdirSync(target)) if (earlier.test(name)) rmSync(join(target, name));
    say(`packing ${manifest.name} ${manifest.version}`);
    pnpm(["--silent", "--dir", join(root, folder), "pack", "--pack-destination", target], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    tarballs[manifest.name] = join(target, `${manifest.name}-${manifest.version}.tgz`);
  }
  say(`${packages.length} tarballs are in ${target}`);
  return tarballs;
}
