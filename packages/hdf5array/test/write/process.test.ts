import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ndarray } from "delayedarray";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Hdf5DenseArray, writeHdf5DenseArray } from "../../src/index.js";
import { errorOf } from "../helpers.js";
import { type RunOptions, runChild } from "./run-child.js";
import { smallDisk } from "./small-disk.js";

/*
 * Writing in a process of its own, which uses the built package (`npm run build`): how much memory it takes, what is left
 * when it is killed, and when there is no more room.
 */

const TIMEOUT = 300_000;
const SMALL_BLOCKS = JSON.stringify({ chunks: [100, 100], bufferSize: 400_000 });

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "write-process-"));
  file = join(folder, "x.h5");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const unfinished = () => readdirSync(folder).filter((name) => name.endsWith(".tmp"));

const run = (args: readonly string[], options?: RunOptions) =>
  runChild(new URL("child.mjs", import.meta.url), args, options);

describe.skipIf(process.platform === "win32")("a process that writes", { timeout: TIMEOUT }, () => {
  test("an array of more than the 500 MB that it takes at most, and reads it back", async () => {
    const options = JSON.stringify({ level: 1 });
    const { errors, result } = await run([file, "1500", "50000", options]); // 600 MB
    expect(errors).toBe("");
    const { sum, peak } = result() as { sum: number; peak: number };
    expect(sum).toBe(1500 * 50000 * 3);
    expect(peak).toBeLessThan(500e6);
  });

  test("killed while it makes a file: there is none", async () => {
    const { signal } = await run([file, "2000", "2000", SMALL_BLOCKS], { watch: (_, kill) => kill() });
    expect(signal).toBe("SIGKILL");
    expect((await errorOf(Hdf5DenseArray.open(file, "x"))).code).toBe("NOT_FOUND");
    // What it left behind is not taken for a file that is complete.
    const [left] = unfinished();
    expect((await errorOf(Hdf5DenseArray.open(join(folder, left!), "x"))).code).toBe("FILE_INVALID");
  });

  test("killed while it adds to a file, replaces in it, or appends: the file is the old one", async () => {
    const old = ndarray(new Float64Array(2000).fill(7), [1, 2000]);
    await (await writeHdf5DenseArray(old, file, "x", { maxShape: [null, 2000] })).close();
    const before = readFileSync(file);
    for (const mode of ["replace", "append"]) {
      const options = JSON.stringify({ ...JSON.parse(SMALL_BLOCKS), mode });
      const { signal } = await run([file, "2000", "2000", options], { watch: (_, kill) => kill() });
      expect(signal).toBe("SIGKILL");
      expect(readFileSync(file).equals(before)).toBe(true);
    }
  });

  test("no more room: an error, the old file, and nothing half-written", async () => {
    await (await writeHdf5DenseArray(ndarray([1, 2, 3]), file, "old")).close();
    const before = readFileSync(file);
    const options = JSON.stringify({ compression: "none" });
    const { errors, result } = await run([file, "500", "500", options], { before: "ulimit -f 100; " }); // 100 KiB
    expect(errors).toBe("");
    const { code, message } = result() as { code: string; message: string };
    expect(code).toBe("IO");
    expect(message).toContain("ulimit");
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(unfinished()).toEqual([]);
  });

  test("no more room for a new file: there is none", async () => {
    const { result } = await run([file, "500", "500", '{"compression":"none"}'], { before: "ulimit -f 100; " });
    expect((result() as { code: string }).code).toBe("IO");
    expect([existsSync(file), unfinished()]).toEqual([false, []]);
  });

  test.each([
    ["a new file", null, { compression: "none" }],
    ["one that is added to", "old", { compression: "none" }],
    ["one that is appended to", "x", { compression: "none", mode: "append" }],
  ])("a disk of 512 KiB is full: %s stays as it was, and what can be written still is", async (_, name, options) => {
    const disk = smallDisk(folder, 512);
    try {
      const old = ndarray(new Float64Array(500).fill(7), [1, 500]);
      if (name !== null)
        await (
          await writeHdf5DenseArray(old, file, name, { compression: "none", chunks: [10, 500], maxShape: [null, 500] })
        ).close();
      const before = readdirSync(folder).map((one) => [one, readFileSync(join(folder, one))]);
      const { errors, result } = await run([file, "500", "500", JSON.stringify(options)], disk);
      expect(errors).toBe("");
      const { code, message } = result() as { code: string; message: string };
      expect(code).toBe("IO");
      expect(message).toMatch(disk.fault);
      expect(readdirSync(folder).map((one) => [one, readFileSync(join(folder, one))])).toEqual(before);
      const small = await run([file, "20", "500", JSON.stringify(options)], disk);
      expect(small.result()).toMatchObject({ sum: 20 * 500 * 3 + (name === "x" ? 500 * 7 : 0) });
    } finally {
      disk.remove();
    }
  });
});
