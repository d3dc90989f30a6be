// The checks of the files that one process wrote, theme by theme.
import { afterAll, describe, expect, inject, it } from "vitest";
import { random } from "../helpers.js";
import { type Checked, checkFile } from "./check-file.js";
import { readExpected, ValueFiles } from "./expected.js";

/** Problems shown of one theme. */
const SHOWN = 12;

export function checkShare(share: string): void {
  const folder = inject("corpus");
  const seed = inject("corpusSeed");
  const files = readExpected(folder, share);
  const values = new ValueFiles(folder);
  const next = random(Number(seed) + share.charCodeAt(0));
  const checked: Checked = {
    datasets: 0,
    attributes: 0,
    links: 0,
    direct: 0,
    fallback: 0,
    refused: 0,
    byH5wasm: 0,
    unknown: 0,
  };
  const themes = [...new Set(files.map(({ theme }) => theme))].sort();

  describe(`share ${share} of LIVE_SEED=${seed}`, () => {
    it.each(themes)("%s", async (theme) => {
      const problems: string[] = [];
      for (const file of files.filter((one) => one.theme === theme))
        problems.push(...(await checkFile(file, folder, values, next, checked)));
      if (process.env.HDF5_CORPUS_FAULTS !== undefined)
        for (const problem of problems) console.log(`FAULT ${theme} ${problem}`);
      expect(
        problems.length > SHOWN ? [...problems.slice(0, SHOWN), `and ${problems.length - SHOWN} more`] : problems,
      ).toEqual([]);
    });

    it("is read by this package itself, but for what it leaves to h5wasm", () => {
      const { datasets, direct, fallback, refused, unknown } = checked;
      expect(direct).toBeGreaterThan(datasets * 0.9);
      expect(direct + fallback + refused + unknown).toBeGreaterThanOrEqual(datasets);
      console.log(`share ${share}: ${files.length} files, ${JSON.stringify(checked)}`);
    });
  });

  afterAll(() => values.close());
}
