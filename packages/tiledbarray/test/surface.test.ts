import { expect, test } from "vitest";
import { describeSurface, valuesOf } from "../../delayedarray/test/surface/describe-surface.js";
import { programOf } from "../../delayedarray/test/surface/program.js";
import * as api from "../src/index.js";

/*
 * What the package exports, against a committed list. If a change is meant: `npx vitest run test/surface --update` in the
 * package's folder, and a changeset.
 */

const program = programOf("packages/tiledbarray", ["src/index.ts"]);

test("the package exports what the list says", async () => {
  await expect(describeSurface(program, "src/index.ts")).toMatchFileSnapshot("surface.txt");
});

test("it has at run time the names that its types have", () => {
  expect(Object.keys(api).sort()).toEqual(valuesOf(program, "src/index.ts"));
});
