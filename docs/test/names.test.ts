import * as delayedarray from "delayedarray";
import * as hdf5array from "hdf5array";
import * as tiledbarray from "tiledbarray";
import { expect, test } from "vitest";
import { readPages } from "./markdown.js";

/*
 * Everything that can be imported is named in the guide or in its package's README, as code; element-wise functions and
 * statistics are named in both.
 */

const pages = readPages();
const packages = { delayedarray, hdf5array, tiledbarray };

/** Symbols for other packages, explained where they are declared. */
const FOR_PACKAGES = ["WRAP"];

function namesIn(text: string): Set<string> {
  const code = Array.from(text.matchAll(/```.*?```|`[^`\n]+`/gs), ([span]) => span);
  return new Set(code.flatMap((span) => span.match(/\b\w+\b/g) ?? []));
}

test.each(Object.entries(packages))("what %s exports is in its README or in the guide", (name, module) => {
  const texts = pages.filter(({ path }) => path.startsWith("docs/") || path === `packages/${name}/README.md`);
  const named = namesIn(texts.map(({ text }) => text).join("\n"));
  const missing = Object.keys(module).filter((one) => !named.has(one) && !FOR_PACKAGES.includes(one));
  expect(missing).toEqual([]);
});

test("operations are in the README of delayedarray and in the guide", () => {
  const { DelayedArray } = delayedarray;
  const operations = Object.keys(delayedarray).filter((name) => {
    for (let at = DelayedArray.prototype; at !== Object.prototype; at = Object.getPrototypeOf(at))
      if (Object.hasOwn(at, name)) return true;
    return false;
  });
  expect(operations.length).toBeGreaterThan(70);
  const readme = namesIn(pages.find(({ path }) => path === "packages/delayedarray/README.md")?.text ?? "");
  const guide = namesIn(pages.flatMap(({ path, text }) => (path.startsWith("docs/") ? [text] : [])).join("\n"));
  expect(operations.filter((name) => !readme.has(name) || !guide.has(name))).toEqual([]);
});
