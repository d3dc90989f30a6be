import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SparseNdarray } from "delayedarray";
import { type SparseFileLayout, writeHdf5CompressedSparseMatrix } from "hdf5array";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { livePython } from "./environment.js";

/*
 * More than 2^31 non-zeros: h5py makes matrices whose chunks are not stored, to which is appended here, and reads what is
 * there then; and a matrix all of whose entries are written here.
 */

const folder = mkdtempSync(join(tmpdir(), "live-huge-sparse-"));
const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const python = (what: string) => run(livePython(), [script("huge-sparse.py"), what, folder]);
const COLUMNS = 34_000;

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

interface Found {
  dtypes: Record<string, string>;
  lengths: Record<string, number>;
  shape: number[];
  data: number[];
  indices: number[];
  indptr: number[];
}

/** Four entries in two fibres. */
const more = SparseNdarray.fromCoo(
  {
    coords: [
      [7, 123_456, 0, 999_999],
      [0, 0, 1, 1],
    ],
    data: new Float32Array([1.5, 2, -3, 4]),
    shape: [1e6, 2],
  },
  { dtype: "float32" },
);

/** Appends columns, or rows, and reads them again. */
async function append(layout: SparseFileLayout, file = layout) {
  const x = layout === "csr" ? more.transpose() : more;
  const path = join(folder, `${file}.h5`);
  await using all = await writeHdf5CompressedSparseMatrix(x, path, "m", { layout, mode: "append" });
  const appended = all.subset(layout === "csr" ? [[3, 4]] : [null, [3, 4]]);
  const got = await appended.toSparse();
  return { shape: all.shape, nnz: all.seed.nnz, coo: got.toCoo(), expected: x.toCoo() };
}

let huge: { entries: number; wrong: unknown[]; memory: number };
let appended: Awaited<ReturnType<typeof append>>[];
let refused: unknown;
let narrowBefore: Buffer;
let found: Record<string, Found>;
beforeAll(async () => {
  python("make");
  narrowBefore = readFileSync(join(folder, "narrow.h5"));
  appended = [await append("csc"), await append("csr")];
  huge = JSON.parse(run(process.execPath, [script("write-huge-sparse.mjs"), folder, String(COLUMNS)]));
  const eleven = { coords: [Array.from({ length: 11 }, (_, i) => i), new Array(11).fill(0)], shape: [1e6, 1] };
  const tooMany = SparseNdarray.fromCoo({ ...eleven, data: new Float32Array(11).fill(1) }, { dtype: "float32" });
  refused = await writeHdf5CompressedSparseMatrix(tooMany, join(folder, "narrow.h5"), "m", { mode: "append" }).catch(
    (error) => error,
  );
  found = JSON.parse(python("check"));
}, 1_200_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a matrix of 2.4e9 non-zeros", () => {
  it.each([
    ["csc", 0, [1e6, 5]],
    ["csr", 1, [5, 1e6]],
  ] as const)("is appended to, %s", (name, which, shape) => {
    const { nnz, coo, expected, ...rest } = appended[which]!;
    expect(rest.shape).toEqual(shape);
    expect(nnz).toBe(2_400_000_004);
    expect(coo).toEqual(expected);
    expect(found[`${name}.h5`]).toEqual({
      dtypes: { data: "float32", indices: "int64", indptr: "int64" },
      lengths: { data: 2_400_000_004, indices: 2_400_000_004, indptr: 6 },
      shape: [...shape],
      data: [1.5, 2, -3, 4],
      indices: [7, 123_456, 0, 999_999],
      indptr: [1_600_000_000, 2_400_000_000, 2_400_000_002, 2_400_000_004],
    });
  });

  it("takes no more than its pointers can count: an error, and the old file", () => {
    expect(refused).toMatchObject({
      code: "LIMIT_EXCEEDED",
      message: expect.stringMatching(/"\/m\/indptr" is of int32, which cannot count 2147483648 entries/),
    });
    expect(readFileSync(join(folder, "narrow.h5")).equals(narrowBefore)).toBe(true);
  });
});

describe("a matrix of 34,000 columns of 65,536 entries", () => {
  it("is written and read, within 500 MB", () => {
    expect({ entries: huge.entries, wrong: huge.wrong }).toEqual({ entries: COLUMNS * 65_536, wrong: [] });
    expect(huge.memory).toBeLessThan(500e6);
  });

  it("is to h5py what was written", () => {
    const entries = COLUMNS * 65_536;
    expect(entries).toBeGreaterThan(2 ** 31);
    expect(found["huge-sparse.h5"]).toEqual({
      dtypes: { data: "uint8", indices: "uint16", indptr: "int64" },
      lengths: { data: entries, indices: entries, indptr: COLUMNS + 1 },
      shape: [65_536, COLUMNS],
      data: [100, 100, 100, 100],
      indices: [65_532, 65_533, 65_534, 65_535],
      indptr: [3, 2, 1, 0].map((less) => entries - less * 65_536),
    });
  });
});
