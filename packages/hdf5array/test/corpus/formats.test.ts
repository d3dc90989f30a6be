import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { describeFormats, describeR, type ExpectedFormats, type RCase } from "../formats/check-formats.js";

/* Files that anndata, h5py, pandas, PyTables and R have just written, opened in one line each. */

const folder = inject("formats");
const read = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), "utf8"));

describeFormats(folder, read<ExpectedFormats>("expected.json"));

describe("matrices of Bioconductor", () => {
  const cases = inject("hasR") ? read<{ cases: RCase[] }>("r.json").cases : [];

  test.skipIf(!inject("hasR") && process.env.CI === undefined)("are written (needs R)", () => {
    expect(cases.length).toBeGreaterThanOrEqual(10);
  });

  if (cases.length > 0) describeR(folder, cases);
});
