import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { checkRepository } from "../check-repository.mjs";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function problemsOf(files: Record<string, string>): string[] {
  const base = mkdtempSync(join(tmpdir(), "repository-"));
  folders.push(base);
  execFileSync("git", ["init", "--quiet"], { cwd: base });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(base, name), text);
  return checkRepository(base);
}

it("finds paths of one machine", () => {
  // Put together here, so that this file does not hold one itself.
  const [home, windows] = [["", "home", "ada", "data.h5"].join("/"), ["C:", "Users", "ada"].join("\\")];
  expect(problemsOf({ "a.ts": `const x = 1;\nopen("${home}");`, "b.md": `in \`${windows}\`` })).toEqual([
    `a.ts:2: a path of one machine: ${home}");`,
    `b.md:1: a path of one machine: ${windows}\``,
  ]);
});

it("lets pass what only looks like one", () => {
  const text = "https://example.org/home/page ../work/x ./root/y /usr/bin/env packages/home/z $ROOT/work/a";
  expect(problemsOf({ "a.md": text })).toEqual([]);
});

it("finds registry addresses and the lockfiles of others", () => {
  const files = { "pnpm-lock.yaml": "tarball: https://registry.example/x.tgz", "package-lock.json": "{}" };
  expect(problemsOf(files).sort()).toEqual([
    "package-lock.json: only pnpm-lock.yaml belongs here",
    "pnpm-lock.yaml:1: a registry address",
  ]);
});
