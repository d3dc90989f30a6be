import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Hdf5CompressedSparseMatrix, writeHdf5CompressedSparseMatrix } from "../../../src/index.js";
import { errorOf } from "../../helpers.js";
import { type RunOptions, runChild } from "../run-child.js";
import { smallDisk } from "../small-disk.js";
import { folder, path, scattered } from "./matrices.js";

/*
 * A sparse matrix is written in a process of its own, which uses the built package (`npm run build`): what is left when it is
 * killed at any of the calls by which it changes files, and when the disk is full.
 */

const TIMEOUT = 300_000;
const run = (args: readonly string[], options?: RunOptions) =>
  runChild(new URL("child.mjs", import.meta.url), args, options);

type Layout = "csc" | "csr" | "tenx" | "h5ad";

/**
 * Of each column of 400 rows every fourth element, which is its row plus 1. Its chunks are of whole columns: layouts by rows,
 * "csr" and "h5ad", are put together by way of temporary files.
 */
const WRITTEN = { rows: 400, columns: 300, bufferSize: 2 ** 16 };
const SUM = 6_015_000;

/** Writes the old matrix, to which rows or columns can be appended, and gives its shape and sum. */
async function writeOld(layout: Layout, compression: "gzip" | "none" = "gzip") {
  const x = layout === "csr" || layout === "h5ad" ? scattered(50, 300, 900) : scattered(400, 50, 900);
  await using old = await writeHdf5CompressedSparseMatrix(x.astype("float32"), path(), "m", { layout, compression });
  return { shape: old.shape, sum: Number(await old.sum()) };
}

async function contents() {
  await using matrix = await Hdf5CompressedSparseMatrix.open(path(), "m");
  return { shape: matrix.shape, sum: await matrix.sum() };
}

/** Some calls of the beginning, some in between, and the last ones, where the new file takes its place. */
function moments(calls: number): number[] {
  const spread = [0.3, 0.6, 0.8].map((part) => Math.round(part * calls));
  return [1, 3, ...spread, calls - 2, calls - 1];
}

describe.skipIf(process.platform === "win32")(
  "a process that writes a sparse matrix is killed",
  { timeout: TIMEOUT },
  () => {
    test.each([
      ["create", "csc"],
      ["create", "csr"],
      ["replace", "csr"],
      ["append", "csc"],
      ["append", "tenx"],
      ["append", "h5ad"],
    ] as const)("in the mode %s, layout %s: the old state, until the new one is complete", async (mode, layout) => {
      const old = mode === "create" ? undefined : await writeOld(layout);
      const before = old && readFileSync(path());
      const restore = () => before && writeFileSync(path(), before);
      const args = [path(), "m", JSON.stringify({ ...WRITTEN, mode, layout })];
      const whole = await run(args);
      expect(whole.errors).toBe("");
      const { sum, calls } = whole.result() as { sum: number; calls: number };
      expect(sum).toBe(SUM + (mode === "append" ? old!.sum : 0));
      const complete = await contents();

      for (const moment of moments(calls)) {
        for (const name of readdirSync(folder)) rmSync(path(name));
        restore();
        const { signal } = await run([...args, String(moment)]);
        expect(signal).toBe("SIGKILL");
        if (before) expect(readFileSync(path()).equals(before)).toBe(true);
        else expect((await errorOf(Hdf5CompressedSparseMatrix.open(path(), "m"))).code).toBe("NOT_FOUND");
        // What is left beside it is no HDF5 file, or else a complete one: a copy of the old file, or the new one.
        for (const name of readdirSync(folder).filter((one) => one.endsWith(".tmp"))) {
          const opened = await Hdf5CompressedSparseMatrix.open(path(name), "m").catch(({ code }) => code);
          if (typeof opened === "string") expect(opened).toBe("FILE_INVALID");
          else expect([old, complete]).toContainEqual({ shape: opened.shape, sum: await opened.sum() });
        }
      }
      // What others left does not stand in the way. Killed at the last call, the new file already has its name.
      restore();
      expect((await run([...args, String(calls)])).signal).toBe("SIGKILL");
      expect(await contents()).toEqual(complete);
    });
  },
);

describe.skipIf(process.platform === "win32")("a disk of 1 MiB", { timeout: TIMEOUT }, () => {
  test.each([
    ["a new file", null, { layout: "csc", columns: 3000 }],
    ["a new file, whose temporary files do not fit either", null, { layout: "csr", columns: 3000 }],
    ["a matrix that is replaced", "csr", { layout: "csr", mode: "replace", columns: 3000 }],
    ["one that is appended to", "csc", { layout: "csc", mode: "append", columns: 3000 }],
    ["a 10x file that is appended to", "tenx", { layout: "tenx", mode: "append", columns: 3000 }],
    ["an AnnData file that is appended to", "h5ad", { layout: "h5ad", mode: "append", rows: 4000 }],
  ] as const)(
    "%s: an error, what was there, and room for something smaller",
    async (_, existing, { layout, ...large }) => {
      const disk = smallDisk(folder, 1024);
      try {
        const old = existing && (await writeOld(existing, "none"));
        const before = readdirSync(folder).map((one) => [one, readFileSync(path(one))]);
        const mode = "mode" in large ? large.mode : "create";
        const write = (size: object) =>
          run([path(), "m", JSON.stringify({ ...WRITTEN, compression: "none", layout, ...size, mode })], disk);
        const { errors, result } = await write(large);
        expect(errors).toBe("");
        const { code, message } = result() as { code: string; message: string };
        expect(code).toBe("IO");
        expect(message).toMatch(disk.fault);
        expect(readdirSync(folder).map((one) => [one, readFileSync(path(one))])).toEqual(before);
        const appended = mode === "append" ? old!.sum : 0;
        expect((await write({})).result()).toMatchObject({ sum: SUM + appended });
      } finally {
        disk.remove();
      }
    },
  );
});
