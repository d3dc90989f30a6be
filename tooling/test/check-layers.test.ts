import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { checkLayers } from "../check-layers.mjs";
import { root } from "../process.mjs";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** What the check says about a package that consists of `files`. */
function problemsOf(files: Record<string, string>, rule: object = {}): string[] {
  const base = mkdtempSync(join(tmpdir(), "layers-"));
  folders.push(base);
  for (const [name, text] of Object.entries(files)) {
    const path = join(base, "src", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return checkLayers(base, [
    { src: "src", order: ["low", "middle", "high"], packages: ["node:", "native"], importers: { native: 1 }, ...rule },
  ]);
}

describe("directions", () => {
  it("lets a folder import from itself and from its left, and root files from anywhere", () => {
    const problems = problemsOf({
      "index.ts": 'export * from "./high/c.js";\nexport { a } from "./low/a.js";',
      "low/a.ts": "export const a = 1;",
      "middle/b.ts": 'import { a } from "../low/a.js";\nexport const b = a;',
      "high/c.ts": 'import { a } from "../low/a.js";\nimport { d } from "./d.js";\nexport const c = a + d;',
      "high/d.ts": 'import { b } from "../middle/b.js";\nexport const d = b;',
    });
    expect(problems).toEqual([]);
  });

  it.each([
    ["an import", 'import { b } from "../middle/b.js";\nexport const a = b;'],
    ["an import of types", 'import type { B } from "../middle/b.js";\nexport type A = B;'],
    ["a type in place", 'export type A = import("../middle/b.js").B;'],
    ["an export", 'export * from "../middle/b.js";'],
    ["an import at run time", 'export const a = () => import("../middle/b.js");'],
  ])("refuses %s to the right", (_, text) => {
    const problems = problemsOf({ "low/a.ts": text, "middle/b.ts": "export const b = 1;\nexport type B = number;" });
    expect(problems).toEqual([
      'src/low/a.ts:1: low may not import from middle, which is to its right ("../middle/b.js")',
    ]);
  });

  it("refuses that a folder imports a file beside the folders", () => {
    const problems = problemsOf({ "index.ts": "export const x = 1;", "high/c.ts": 'export * from "../index.js";' });
    expect(problems).toEqual(['src/high/c.ts:1: high imports a file beside the folders ("../index.js")']);
  });

  it("gives a file beside the folders a place if it is listed", () => {
    const files = {
      "types.ts": "export type T = 1;",
      "low/a.ts": 'import type { T } from "../types.js";\nexport type A = T;',
    };
    expect(problemsOf(files, { order: ["types.ts", "low"] })).toEqual([]);
    expect(problemsOf(files, { order: ["low", "types.ts"] })).toHaveLength(1);
  });

  it("refuses an unknown folder and an unknown file beside the folders", () => {
    expect(problemsOf({ "other/a.ts": "" })).toEqual([
      "src/other: an unknown folder, give it a place in tooling/check-layers.mjs",
    ]);
    expect(problemsOf({ "extra.ts": "" }, { rootFiles: ["index.ts"] })).toEqual([
      "src/extra.ts: beside the folders there are only index.ts",
    ]);
  });

  it("refuses a file that is not there, and one outside of the package", () => {
    const problems = problemsOf({ "low/a.ts": 'import "./gone.js";\nimport "../../elsewhere/x.js";' });
    expect(problems).toEqual([
      'src/low/a.ts:1: "./gone.js" is not a file in src',
      'src/low/a.ts:2: "../../elsewhere/x.js" is not a file in src',
    ]);
  });
});

describe("circles", () => {
  it("refuses a circle of two and of three files", () => {
    expect(problemsOf({ "low/a.ts": 'import "./b.js";', "low/b.ts": 'import "./a.js";' })).toEqual([
      "src: a circle of imports: low/a.ts -> low/b.ts -> low/a.ts",
    ]);
    const three = problemsOf({
      "a.ts": 'import "./b.js";',
      "b.ts": 'import "./c.js";',
      "c.ts": 'export * from "./a.js";',
    });
    expect(three).toEqual(["src: a circle of imports: a.ts -> b.ts -> c.ts -> a.ts"]);
  });

  it("lets types of one folder refer to each other", () => {
    const problems = problemsOf({
      "low/a.ts": 'import type { B } from "./b.js";\nexport type A = B[];',
      "low/b.ts": 'import type { A } from "./a.js";\nexport type B = A | 1;',
    });
    expect(problems).toEqual([]);
  });

  it("counts an import of `{ type A }` as one of values, since the import itself stays when compiled", () => {
    const problems = problemsOf({
      "low/a.ts": 'import { type B } from "./b.js";\nexport type A = B[];',
      "low/b.ts": 'import { type A } from "./a.js";\nexport type B = A | 1;',
    });
    expect(problems).toEqual(["src: a circle of imports: low/a.ts -> low/b.ts -> low/a.ts"]);
  });
});

describe("packages", () => {
  it("refuses a package that is not listed", () => {
    expect(problemsOf({ "a.ts": 'import "node:fs";\nimport x from "nativelike";' })).toEqual([
      'src/a.ts:2: "nativelike" is not among the packages for src',
    ]);
  });

  it("refuses a second importer of a package that is to have one", () => {
    const problems = problemsOf({ "a.ts": 'import "native";', "b.ts": 'await import("native/node");' });
    expect(problems).toEqual(["src: native is imported by a.ts, b.ts; at most 1 may"]);
  });
});

it("holds for this repository, run as a program", { timeout: 60_000 }, async () => {
  const { capture } = await import("../process.mjs");
  const { status, stderr, stdout } = capture(process.execPath, [join(root, "tooling", "check-layers.mjs")]);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(stdout).toContain("imports go in one direction");
});
