import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  Hdf5CompressedSparseMatrix,
  Hdf5DenseArray,
  type SparseFileLayout,
  writeHdf5CompressedSparseMatrix,
} from "hdf5array";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pythonEnvironment } from "../python.mjs";
import { liveSeed } from "./environment.js";

interface Case {
  name: string;
  kind: "csc" | "csr" | "dense";
  dtype: string;
  shape: [number, number];
}

const LAYOUTS = ["csc", "csr", "tenx", "h5ad", "h5ad-csc"] as const;

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "live-sparse-"));
const python = pythonEnvironment("python-written", ["numpy", "scipy", "h5py", "pandas", "anndata"]);

function output(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

function open({ name, kind, shape }: Case) {
  const file = join(folder, "originals.h5");
  return kind === "dense"
    ? Hdf5DenseArray.open(file, name)
    : Hdf5CompressedSparseMatrix.open(file, name, { shape, byColumn: kind === "csc" });
}

async function write(one: Case): Promise<void> {
  const [rows, columns] = one.shape;
  const dimnames = [
    Array.from({ length: rows }, (_, i) => `r${i}`),
    Array.from({ length: columns }, (_, i) => `c${i}`),
  ];
  await using x = await open(one);
  for (const layout of LAYOUTS) {
    const isH5ad = layout.startsWith("h5ad");
    const hasNames = isH5ad || layout === "tenx";
    const written = await writeHdf5CompressedSparseMatrix(
      x,
      join(folder, `${one.name}.${layout}.h5`),
      isH5ad ? "X" : "matrix",
      {
        layout: isH5ad ? "h5ad" : (layout as SparseFileLayout),
        // Little memory, so that the larger ones go through temporary files.
        bufferSize: 2 ** 17,
        chunks: 512,
        ...(layout === "h5ad-csc" && { byColumn: true }),
        ...(hasNames && { dimnames }),
        ...(layout === "tenx" && { features: { name: dimnames[0]!.map((_, i) => `gene ${i}`), genome: "GRCh38" } }),
      },
    );
    await written.close();
  }
}

output(python, [script("sparse-written.py"), "make", liveSeed(), folder]);
const cases: Case[] = JSON.parse(readFileSync(join(folder, "cases.json"), "utf8"));
let found: [name: string, layout: string, problems: string[]][] = [];

beforeAll(async () => {
  for (const one of cases) await write(one);
  found = JSON.parse(output(python, [script("sparse-written.py"), "check", folder]));
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(LAYOUTS)("sparse matrices written as %s", (layout) => {
  it.each(cases.map((one) => [one.name, one] as const))("are to SciPy, h5py and anndata what %s was", (name) => {
    expect(found.find(([other, its]) => other === name && its === layout)?.[2]).toEqual([]);
  });
});

describe("R reads the same", () => {
  // Empty matrices, booleans and integers beyond 2^31 are beyond R's own readers, whoever writes them.
  const readable = cases.filter(
    ({ dtype, shape }) => !["bool", "uint32"].includes(dtype) && !dtype.includes("64", 1) && !shape.includes(0),
  );
  const hasR = spawnSync("Rscript", ["-e", "library(HDF5Array); library(DropletUtils)"]).status === 0;
  // On CI R has to be there.
  it.skipIf(!hasR && process.env.CI === undefined)(
    "as H5SparseMatrix, TENxMatrix and read10xCounts (needs R)",
    () => {
      const names = readable.map(({ name }) => name);
      const lines = output("Rscript", [script("sparse-written.R"), folder, ...names])
        .trim()
        .split("\n");
      expect(lines.filter((line) => !line.endsWith("\tok"))).toEqual([]);
      expect(lines.length).toBe(5 * names.length);
    },
    600_000,
  );
});
