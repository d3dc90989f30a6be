import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, inject } from "vitest";
import { capture, npm } from "../process.mjs";

/** Somebody's project in an empty folder, made from tarballs by npm. */
export interface Project {
  folder: string;
  /** Whether npm put this package there, as a dependency of anything. */
  has(name: string): boolean;
  write(name: string, text: string): void;
  /** Runs a program with this Node, and returns what it printed. Throws with its errors if it fails. */
  node(...args: string[]): string;
}

export interface ProjectOptions {
  /** The `type` of its package.json. */
  type?: "module" | "commonjs";
  /** Further dependencies: name to version, or to the tarball of one of our packages (`tarball:delayedarray`). */
  dependencies?: Record<string, string>;
  /** npm's other arguments. */
  npm?: string[];
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Installs our packages of these names, in one `npm install`, into an empty project. */
export function makeProject(names: string[], options: ProjectOptions = {}): Project {
  const tarballs = inject("tarballs");
  const folder = mkdtempSync(join(tmpdir(), "consumer-"));
  folders.push(folder);
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const dependencies = Object.fromEntries(
    Object.entries(options.dependencies ?? {}).map(([name, version]) => {
      if (!version.startsWith("tarball:")) return [name, version];
      return [name, `file:${tarballs[version.slice("tarball:".length)]}`];
    }),
  );
  write("package.json", JSON.stringify({ private: true, type: options.type ?? "module", dependencies }));
  const quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--prefer-offline", "--loglevel=error"];
  const files = names.map((name) => tarballs[name]);
  const flags = options.npm ?? ["--ignore-scripts"];
  must(capture(process.execPath, [npm(), "install", ...quiet, ...flags, ...files], { cwd: folder }), "npm install");
  return {
    folder,
    write,
    has: (name) => existsSync(join(folder, "node_modules", name)),
    node: (...args) => must(capture(process.execPath, args, { cwd: folder }), args.join(" ")).replaceAll("\r\n", "\n"),
  };
}

/** The name of the package that holds the TileDB library of this platform. */
export const platformPackage = `libtiledb-${process.platform}-${process.arch}`;

function must({ status, stdout, stderr }: { status: number; stdout: string; stderr: string }, what: string): string {
  if (status !== 0) throw new Error(`${what} failed (${status}):\n${stdout}\n${stderr}`);
  return stdout;
}
