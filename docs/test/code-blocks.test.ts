import { rmSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { expectedOutput, fencesOf, modulesOf, readPages } from "./markdown.js";
import { makePlace, runModules, typeErrors } from "./run.js";

/*
 * Every TypeScript block of the README files and of the guide, against the built packages (`npm run build`): the blocks
 * of a page are one module, which must pass the type checker, run to its end, and print what its comments say.
 */

const pages = readPages();
const modules = new Map(
  pages.map((page) => [page, modulesOf(page.text)] as const).filter(([, parts]) => parts.length > 0),
);
const place = makePlace();
afterAll(() => rmSync(place, { recursive: true, force: true }));

test("no block of TypeScript is left out", () => {
  for (const { path, text } of pages) {
    for (const { info, line } of fencesOf(text)) {
      expect(["ts", "sh", "text", "python", "json"], `${path}:${line}: the fence of a code block`).toContain(info);
    }
  }
});

describe("passes the type checker", () => {
  const errors = typeErrors(place, modules);
  test.each(Array.from(modules.keys(), (page) => [page.path, page] as const))("%s", (_, page) => {
    expect(errors.get(page) ?? []).toEqual([]);
  });
});

describe("runs and prints what it says", () => {
  test.each(Array.from(modules, ([page, parts]) => [page.path, page, parts] as const))("%s", (_, page, parts) => {
    for (const [i, { status, out, err }] of runModules(place, page, parts).entries()) {
      expect(err).toBe("");
      expect(status).toBe(0);
      const expected = expectedOutput(parts[i] ?? "");
      const actual = out.replace(/\n$/, "");
      if (expected.join().includes("…")) expect(actual).toMatch(pattern(expected));
      else expect(actual).toBe(expected.join("\n"));
    }
  });
});

/** Lines as a pattern, where `…` stands for any text, and a line of nothing else for any number of lines. */
function pattern(lines: readonly string[]): RegExp {
  const escaped = lines.map((line) =>
    line === "…" ? "[^]*?" : line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("…", ".*"),
  );
  return new RegExp(`^${escaped.join("\n")}$`);
}
