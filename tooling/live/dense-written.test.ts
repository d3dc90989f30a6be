import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { blocks, ndarray, wrap } from "delayedarray";
import { type DenseWriteOptions, Hdf5DenseArray, writeHdf5DenseArray } from "hdf5array";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { livePython, liveSeed } from "./environment.js";

/*
 * Dense arrays that h5py writes, and that are then read and written here: h5py finds the same in both. R reads them as
 * well.
 */

interface Case {
  name: string;
  dtype: string;
  shape: number[];
}

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "live-dense-"));
const python = livePython();
const originals = join(folder, "originals.h5");

function output(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

/** Ways of writing the same: options, and of those that are lists what they are for a shape. */
const WAYS: Record<string, (shape: readonly number[]) => DenseWriteOptions> = {
  plain: () => ({}),
  uncompressed: () => ({ compression: "none" }),
  small: (shape) => ({
    ...(shape.length > 0 && !shape.includes(0) && { chunks: shape.map((extent) => Math.ceil(extent / 3)), level: 9 }),
    bufferSize: 100,
    fletcher32: true,
  }),
  growing: (shape) => (shape.length === 0 ? {} : { maxShape: [null, ...shape.slice(1)], level: 1 }),
  named: (shape) => ({ dimnames: namesFor(shape) }),
};

function namesFor(shape: readonly number[]): string[][] | null {
  return shape.length === 0 || shape.includes(0)
    ? null
    : shape.map((extent, axis) => Array.from({ length: extent }, (__, i) => `ä${axis}.${i}`));
}

output(python, [script("dense-written.py"), "make", liveSeed(), folder]);
const cases: Case[] = JSON.parse(readFileSync(join(folder, "cases.json"), "utf8"));
const found = new Map<string, string[]>();

beforeAll(async () => {
  const written = [];
  for (const { name, dtype, shape } of cases) {
    // All dtypes of a shape go into one file.
    const file = `${shape.join("x")}.h5`;
    await using x = await Hdf5DenseArray.open(originals, name);
    for (const [way, optionsFor] of Object.entries(WAYS)) {
      const options = optionsFor(shape);
      const path = `${way}/${dtype}`;
      await (await writeHdf5DenseArray(x, join(folder, file), path, options)).close();
      written.push({
        name,
        file,
        path: `/${path}`,
        options: { ...options, grows: shape.length > 0 && way === "growing" },
        names: options.dimnames ?? null,
      });
    }
    const path = `stream/${dtype}`;
    const stream = blocks(x, { bufferSize: 200 });
    await (await writeHdf5DenseArray(stream, join(folder, file), path, { shape, dtype: x.dtype })).close();
    written.push({ name, file, path: `/${path}`, options: {}, names: null });
  }
  writeFileSync(join(folder, "written.json"), JSON.stringify(written));
  for (const [name, path, problems] of JSON.parse(output(python, [script("dense-written.py"), "check", folder])))
    found.set(`${name} ${path}`, problems);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([...Object.keys(WAYS), "stream"])("dense arrays written %s", (way) => {
  it.each(cases.map((one) => [one.name, one] as const))("are to h5py what %s was", (name, { dtype }) => {
    expect(found.get(`${name} /${way}/${dtype}`)).toEqual([]);
  });
});

describe("R reads the same", () => {
  const hasR = spawnSync("Rscript", ["-e", "library(HDF5Array)"]).status === 0;
  // On CI R has to be there.
  it.skipIf(!hasR && process.env.CI === undefined)(
    "as HDF5Array, with dimnames (needs R)",
    async () => {
      const file = join(folder, "r.h5");
      const x = wrap(
        ndarray([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ).withDimnames([
        ["a", "b"],
        ["x", "ü", "z"],
      ]);
      await (await writeHdf5DenseArray(x, file, "asInR", { nativeOrder: false })).close();
      await (await writeHdf5DenseArray(x, file, "g/asInTheFile", { dtype: "int32", maxShape: [null, 3] })).close();
      const more = wrap(ndarray([[7, 8, 9]]))
        .astype("int32")
        .withDimnames([["c"], null]);
      const appended = await writeHdf5DenseArray(more, file, "g/asInTheFile", { mode: "append" });
      expect(appended.dimnames).toEqual([
        ["a", "b", "c"],
        ["x", "ü", "z"],
      ]);
      await appended.close();
      await (await writeHdf5DenseArray(x.astype("uint8"), file, "gone", { mode: "replace" })).close();
      await (await writeHdf5DenseArray(x.T, file, "gone", { mode: "replace", nativeOrder: false })).close();
      const lines = output("Rscript", [script("dense-written.R"), file, "asInR", "g/asInTheFile", "gone"]);
      expect(lines.trim().split("\n")).toEqual([
        "asInR\t2x3\t21\ta,b\tx,ü,z",
        "g/asInTheFile\t3x3\t45\tx,ü,z\ta,b,c",
        "gone\t3x2\t21\tx,ü,z\ta,b",
      ]);
    },
    600_000,
  );
});
