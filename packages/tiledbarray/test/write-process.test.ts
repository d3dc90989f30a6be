import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ndarray } from "delayedarray";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type RunOptions, runChild } from "../../hdf5array/test/write/run-child.js";
import { smallDisk } from "../../hdf5array/test/write/small-disk.js";
import { TileDbArray, type WriteTileDbArrayOptions, writeTileDbArray } from "../src/index.js";

/*
 * Writing in a process of its own, which uses the built package (`npm run build`): how much memory it takes, what is left
 * when it is killed, and when there is no more room.
 */

const TIMEOUT = 300_000;
const SMALL_BLOCKS = { tile: [100, 100], bufferSize: 400_000 };

let folder: string;
let uri: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tiledb-process-"));
  uri = join(folder, "x");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the child; `watch` sees what it prints, and may end it. */
function run(
  [rows, columns, options]: readonly [rows: number, columns: number, options: WriteTileDbArrayOptions],
  settings?: RunOptions,
) {
  const script = new URL("write-process.child.mjs", import.meta.url);
  return runChild(script, [uri, String(rows), String(columns), JSON.stringify(options)], settings);
}

const old = ndarray(new Float64Array(2000).fill(7), [1, 2000]);

async function expectOld(): Promise<void> {
  await using array = await TileDbArray.open(uri);
  expect(array.shape).toEqual([1, 2000]);
  expect((await array.toDense()).data).toEqual(old.data);
}

describe.skipIf(process.platform === "win32")("a process that writes", { timeout: TIMEOUT }, () => {
  test("an array of more than the 500 MB that it takes at most, and reads it back", async () => {
    const { errors, result } = await run([1500, 50_000, {}]); // 600 MB
    expect(errors).toBe("");
    const { sum, peak } = result() as { sum: number; peak: number };
    expect(sum).toBe(1500 * 50_000 * 3);
    expect(peak).toBeLessThan(500e6);
  });

  test("killed while it makes an array: there is none", async () => {
    for (const sparse of [false, true]) {
      const { signal } = await run([2000, 2000, { ...SMALL_BLOCKS, sparse }], { watch: (_, kill) => kill() });
      expect(signal).toBe("SIGKILL");
      await expect(TileDbArray.open(uri)).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
    // What it left behind is not in the way.
    await (await writeTileDbArray(old, uri)).close();
    await expectOld();
  });

  test("killed while it replaces an array, or adds to it: the array is the old one", async () => {
    for (const sparse of [false, true]) {
      const options = { mode: "replace", sparse, maxShape: [100_000, 2000], tile: [100, 100] } as const;
      await (await writeTileDbArray(old, uri, options)).close();
      for (const more of [{ mode: "replace" }, { mode: "append" }] as const) {
        const { signal } = await run([2000, 2000, { bufferSize: 400_000, ...more }], { watch: (_, kill) => kill() });
        expect(signal).toBe("SIGKILL");
        await expectOld();
      }
    }
    await using grown = await writeTileDbArray(old, uri, { mode: "append" });
    expect(grown.shape).toEqual([2, 2000]);
    expect(await grown.sum()).toBe(2 * 2000 * 7);
  });

  test("no more room: an error, what was there, and nothing half-written", async () => {
    const place = join(folder, "disk");
    mkdirSync(place);
    uri = join(place, "x");
    const disk = smallDisk(place, 1000);
    try {
      const large = [500, 500, { filters: [], tile: [500, 500] }] as const; // 2 MB
      const made = await run([...large], { before: disk.before });
      expect(made.errors).toBe("");
      expect(made.result()).toMatchObject({ code: "IO" });
      expect(readdirSync(place)).toEqual([]);
      await (await writeTileDbArray(old, uri, { maxShape: [100_000, 2000], filters: [], tile: [1, 100] })).close();
      for (const mode of ["replace", "append"] as const) {
        const options = mode === "append" ? { mode } : { ...large[2], mode };
        const { result } = await run([500, 2000, options], { before: disk.before });
        expect(result()).toMatchObject({ code: "IO" });
        await expectOld();
        expect(readdirSync(place)).toEqual(["x"]);
      }
    } finally {
      disk.remove();
    }
    expect(existsSync(place)).toBe(true);
  });
});
