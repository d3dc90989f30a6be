import type ts from "typescript";
import { expect, test } from "vitest";
import { membersOf, nameOf, programOf, resolved } from "../../packages/delayedarray/test/surface/program.js";

/*
 * Everything that a package exports has a comment for its users, and so has every member of its classes and interfaces
 * that they can reach; a member's may be inherited from what it implements.
 */

const modules: readonly [folder: string, path: string][] = [
  ["packages/delayedarray", "src/index.ts"],
  ["packages/delayedarray", "src/testing/index.ts"],
  ["packages/delayedarray", "src/internal.ts"],
  ["packages/hdf5array", "src/index.ts"],
  ["packages/libtiledb", "src/index.ts"],
  ["packages/tiledbarray", "src/index.ts"],
];

test.each(modules)("%s/%s: every export and every member has a comment", (folder, path) => {
  const { checker, exportsOf } = programOf(folder, [path]);
  const missing: string[] = [];
  const symbols = exportsOf(path);
  for (const symbol of symbols) {
    const target = resolved(checker, symbol);
    if (!isExplained(checker, target)) missing.push(symbol.name);
    for (const { member, isStatic } of membersOf(checker, target)) {
      if (!isExplained(checker, member)) missing.push(`${symbol.name}.${isStatic ? "static " : ""}${nameOf(member)}`);
    }
  }
  expect(symbols.length).toBeGreaterThan(0);
  expect(missing).toEqual([]);
});

function isExplained(checker: ts.TypeChecker, symbol: ts.Symbol): boolean {
  return symbol.getDocumentationComment(checker).length > 0 || symbol.getJsDocTags(checker).length > 0;
}
