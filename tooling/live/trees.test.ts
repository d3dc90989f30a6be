import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import type { TreeBatch, TreeCase } from "../trees/case.js";
import { isErrorCase, WAYS } from "../trees/check.js";
import { failures } from "../trees/report.js";
import { Tally } from "../trees/tally.js";

const { seed, batches, pairs, aside } = inject("trees");
const folder = inject("treeFolder");
const tally = new Tally();
const done = { values: 0, refused: 0 };

function casesOf(batch: number): TreeCase[] {
  const { cases }: TreeBatch = JSON.parse(readFileSync(join(folder, `batch-${batch}.json`), "utf8"));
  return cases;
}

describe("random expressions that NumPy has just evaluated", { timeout: 300_000 }, () => {
  describe.each(Array.from({ length: batches ?? 0 }, (_, batch) => batch))("batch %i", (batch) => {
    const cases = casesOf(batch);

    it.each(Object.keys(WAYS))("%s", async (way) => {
      expect(await failures(cases, way, way === "toDense" ? tally.notice : undefined)).toEqual([]);
      if (way === "toDense") done.values += cases.filter((one) => !isErrorCase(one)).length;
    });

    it("refused where NumPy refuses", async () => {
      expect(await failures(cases, undefined)).toEqual([]);
      done.refused += cases.filter(isErrorCase).length;
    });
  });

  it("are many, and try each operation with each dtype", () => {
    const steps = Object.values(aside).reduce((sum, count) => sum + count, 0);
    console.log(
      [
        `LIVE_SEED=${seed}: ${done.values} expressions with a value, ${done.refused} that must be refused;`,
        `${steps} operations were set aside because one ulp before them would show after them:`,
        Object.entries(aside)
          .map(([name, count]) => `${name} ${count}`)
          .join(", "),
        tally.table(Object.keys(pairs)),
      ].join("\n"),
    );
    expect(done.values + done.refused).toBeGreaterThanOrEqual(5000);
    expect(tally.rare(pairs, 5)).toEqual([]);
  });
});
