import { describe, expect, test } from "vitest";
import { describeSurface, valuesOf } from "./describe-surface.js";
import { programOf } from "./program.js";

/*
 * What the package exports, against committed lists: a name that comes, goes or changes its type is a change that users
 * notice. If it is meant: `npx vitest run test/surface --update` in the package's folder, and a changeset.
 */

const modules = {
  "src/index.ts": () => import("../../src/index.js"),
  "src/internal.ts": () => import("../../src/internal.js"),
  "src/testing/index.ts": () => import("../../src/testing/index.js"),
};
const lists: Readonly<Record<string, string>> = {
  "src/index.ts": "delayedarray.txt",
  "src/internal.ts": "internal.txt",
  "src/testing/index.ts": "testing.txt",
};
const program = programOf("packages/delayedarray", Object.keys(modules));

describe.each(Object.entries(modules))("%s", (path, load) => {
  test("exports what the list says", async () => {
    await expect(describeSurface(program, path)).toMatchFileSnapshot(lists[path]!);
  });

  test("has at run time the names that its types have", async () => {
    expect(Object.keys(await load()).sort()).toEqual(valuesOf(program, path));
  });
});
