import { describe, expect, inject, it } from "vitest";
import { countCategories } from "./categories.js";
import { readExpected } from "./expected.js";
import { MINIMUMS } from "./minimums.js";

const folder = inject("corpus");
const counts = countCategories(["0", "1", "others"].flatMap((share) => readExpected(folder, share)));

/** What there should rather be less of. */
const UNWANTED = new Set(["datasets, error", "datasets, never filled"]);

describe("the corpus has", () => {
  it.each(Object.entries(MINIMUMS))("%s: at least %i", (category, least) => {
    expect(counts.get(category) ?? 0).toBeGreaterThanOrEqual(least);
  });

  it("a minimum for each category of some size", () => {
    const lines = [...counts].map(([category, count]) => `${category}: ${count}`);
    console.log(`the corpus of LIVE_SEED=${inject("corpusSeed")}:\n${lines.sort().join("\n")}`);
    const unlisted = [...counts].filter(([category, count]) => count > 80 && !(category in MINIMUMS));
    expect(unlisted.filter(([category]) => !UNWANTED.has(category))).toEqual([]);
  });

  it("few files, objects and values that h5py cannot read", () => {
    expect(counts.get("files that h5py cannot open") ?? 0).toBeLessThan(20);
    expect(counts.get("objects, error") ?? 0).toBeLessThan(0.001 * counts.get("objects, dataset")!);
    expect(counts.get("datasets, error") ?? 0).toBeLessThan(0.02 * counts.get("datasets")!);
  });
});
