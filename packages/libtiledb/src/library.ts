import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { TileDbError } from "./errors.js";

const supported: ReadonlySet<string> = new Set(["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64"]);

const fileNames: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ["libtiledb.so", "libtiledb.so.2.30"],
  darwin: ["libtiledb.dylib"],
  win32: ["tiledb.dll", "libtiledb.dll"],
};

/**
 * The path of TileDB's shared library: the file, or the folder that holds it, named by the environment variable
 * LIBTILEDB_PATH; otherwise the one in this platform's package.
 *
 * @throws TileDbError LIBRARY_MISSING with the platform, the places where it was looked for and what to do.
 */
export function locateLibrary(): string {
  const platform = `${process.platform}-${process.arch}`;
  const names = fileNames[process.platform] ?? ["libtiledb.so"];
  const override = process.env.LIBTILEDB_PATH;
  if (override !== undefined && override !== "") {
    const candidates = isFolder(override) ? names.map((name) => join(override, name)) : [override];
    return (
      candidates.find(isFile) ??
      missing(platform, candidates, "LIBTILEDB_PATH is set: let it name TileDB's shared library, or unset it.")
    );
  }
  if (!supported.has(platform)) {
    missing(
      platform,
      [],
      "There is no package with the library for this platform: set LIBTILEDB_PATH to a build of it.",
    );
  }
  const packageName = `libtiledb-${platform}`;
  const folder = packageFolder(packageName);
  const advice = `Install the package ${packageName}; it is an optional dependency of libtiledb, left out when optional dependencies are omitted or node_modules was copied from another platform. Or set LIBTILEDB_PATH to TileDB's shared library.`;
  if (folder === undefined) return missing(platform, [`the package ${packageName}`], advice);
  const candidates = names.map((name) => join(folder, name));
  return candidates.find(isFile) ?? missing(platform, candidates, advice);
}

function missing(platform: string, places: readonly string[], advice: string): never {
  const looked = places.length === 0 ? "" : ` Looked for ${places.join(", ")}.`;
  const message = `TileDB's library was not found for ${platform}.${looked} ${muslAdvice() ?? advice}`;
  throw new TileDbError("LIBRARY_MISSING", message);
}

/** What to do on Linux with musl, for which there is no package; undefined elsewhere. Slow: for when all is lost. */
export function muslAdvice(): string | undefined {
  if (process.platform !== "linux") return undefined;
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean };
  report.excludeNetwork = true;
  const { header } = report.getReport() as { header: { glibcVersionRuntime?: string } };
  if (header.glibcVersionRuntime !== undefined) return undefined;
  return "This system has the musl C library, and the packaged library needs glibc (Debian, Ubuntu, Fedora ...): set LIBTILEDB_PATH to a build for musl.";
}

function packageFolder(name: string): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
