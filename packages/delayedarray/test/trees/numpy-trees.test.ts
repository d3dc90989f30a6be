import { afterAll, describe, expect, it } from "vitest";
import { readJson } from "../../../../tooling/fixtures/read.mjs";
import type { TreeBatch, TreeSummary } from "../../../../tooling/trees/case.js";
import { WAYS } from "../../../../tooling/trees/check.js";
import { failures } from "../../../../tooling/trees/report.js";
import { Tally } from "../../../../tooling/trees/tally.js";

const { cases, pairs } = readJson<TreeBatch & TreeSummary>("numpy", "trees.json");
const PART = 400;
const parts = Array.from({ length: Math.ceil(cases.length / PART) }, (_, i) => cases.slice(i * PART, (i + 1) * PART));
const tally = new Tally();

describe("random expressions over random seeds give what NumPy gives", () => {
  describe.each(Object.keys(WAYS))("%s", (way) => {
    it.each(parts.map((part, i) => [i * PART, part] as const))("from tree %i", async (_, part) => {
      expect(await failures(part, way, way === "toDense" ? tally.notice : undefined)).toEqual([]);
    });
  });

  it("and are refused where NumPy refuses them, or what they ask for makes no sense", async () => {
    expect(await failures(cases, undefined)).toEqual([]);
  });

  afterAll(() => {
    expect(tally.rare(pairs, 5)).toEqual([]);
  });
});
