import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  blocks,
  DTYPES,
  type DType,
  NdArray,
  ndarray,
  type SeedSubset,
  SimpleGrid,
  SparseNdarray,
  slice,
  type TypedArray,
  wrap,
} from "delayedarray";
import { allocate, castInto } from "delayedarray/internal";
import { countingSeed } from "delayedarray/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fixture } from "../../../../../tooling/fixtures/read.mjs";
import {
  Hdf5CompressedSparseMatrix,
  openTenxMatrix,
  readH5adFrame,
  writeHdf5CompressedSparseMatrix,
} from "../../../src/index.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "write-sparse-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (name = "out.h5") => join(folder, name);

/** 3 rows, 4 columns; an explicit zero in row 2, column 0, and an empty column 2. */
const small = SparseNdarray.fromCsc({
  data: new Float64Array([1, 0, 2.5, -3]),
  indices: new Int32Array([0, 2, 1, 0]),
  indptr: new Float64Array([0, 2, 3, 3, 4]),
  shape: [3, 4],
});

/** Some thousand entries at places that depend on nothing but their number. */
function scattered(rows: number, columns: number, entries: number, dtype: DType = "float64"): SparseNdarray {
  const places = new Set<number>();
  for (let i = 1; places.size < entries; i++) places.add((i * 2_654_435_761) % (rows * columns));
  const all = [...places];
  const values = Float64Array.from(all, (_, i) => (i % 100) + 1);
  const data = allocate(dtype, all.length) as TypedArray;
  castInto(values, "float64", data, dtype);
  return SparseNdarray.fromCoo(
    {
      coords: [all.map((at) => Math.floor(at / columns)), all.map((at) => at % columns)],
      data,
      shape: [rows, columns],
    },
    { dtype },
  );
}

async function expectSame(matrix: Hdf5CompressedSparseMatrix, expected: SparseNdarray): Promise<void> {
  expect(matrix.dtype).toBe(expected.dtype);
  const got = (await matrix.toSparse()).toCsc();
  expect(got).toEqual(expected.toCsc());
}

describe.each([
  ["csc", "matrix", true],
  ["csr", "matrix", false],
  ["tenx", "matrix", true],
  ["h5ad", "X", false],
] as const)("the layout %s", (layout, group, byColumn) => {
  it("is opened without a word about shape and layout, explicit zeros and all", async () => {
    await using written = await writeHdf5CompressedSparseMatrix(small, path(), group, { layout });
    expect(written.byColumn).toBe(byColumn);
    await expectSame(written, small);
    await using again = await Hdf5CompressedSparseMatrix.open(path(), group);
    await expectSame(again, small);
    expect(again.seed.nnz).toBe(4);
  });

  it.each(DTYPES.filter((dtype) => dtype !== "string"))("holds %s", async (dtype) => {
    const x = scattered(20, 30, 100, dtype);
    await using written = await writeHdf5CompressedSparseMatrix(x, path(), group, { layout });
    await expectSame(written, x);
  });

  it.each([[[0, 5]], [[5, 0]], [[0, 0]], [[5, 3]]] as const)(
    "holds a matrix of %j without entries",
    async ([rows, columns]) => {
      const x = SparseNdarray.fromCoo(
        { coords: [[], []], data: new Float32Array(0), shape: [rows, columns] },
        { dtype: "float32" },
      );
      await using written = await writeHdf5CompressedSparseMatrix(x, path(), group, { layout });
      expect(written.shape).toEqual([rows, columns]);
      await expectSame(written, x);
    },
  );

  it("is written from a dense array, of which zeros are left out", async () => {
    const dense = ndarray([
      [1, 0, -0],
      [0, Number.NaN, 7],
    ]);
    await using written = await writeHdf5CompressedSparseMatrix(dense, path(), group, { layout });
    expect((await written.toSparse()).toCsc()).toEqual(SparseNdarray.fromDense(dense).toCsc());
    expect((await written.toDense()).get(1, 1)).toBe(Number.NaN);
    expect(written.seed.nnz).toBe(3); // -0 is 0, NaN is not
  });

  it("is written from what is delayed, converted on the way", async () => {
    const x = wrap(small)
      .multiply(2)
      .subset([[2, 0], null]);
    await using written = await writeHdf5CompressedSparseMatrix(x, path(), group, { layout, dtype: "int16" });
    expect((await written.toDense()).toNested()).toEqual([
      [0, 0, 0, 0],
      [2, 0, 0, -6],
    ]);
    expect(written.dtype).toBe("int16");
  });
});

describe("chunks across the layout", () => {
  /** Elements asked for, and how many chunks of the seed's grid were asked for more than once. */
  const requests = (subsets: readonly SeedSubset[]) => new Set(subsets.map((one) => JSON.stringify(one))).size;

  it.each(["csc", "csr"] as const)("are read once each to write %s, with temporary files", async (layout) => {
    const x = scattered(400, 300, 30_000);
    // Rows for CSC, columns for CSR: the wrong way round.
    const ticks = (extent: number, on: boolean) => (on ? Array.from({ length: extent }, (_, i) => i + 1) : [extent]);
    const grid = new SimpleGrid([ticks(400, layout === "csc"), ticks(300, layout === "csr")], 1.5);
    const seed = countingSeed({ ...countingSeed(x), isSparse: true, chunkGrid: () => grid });
    // Room for a few rows at a time, and for a seventh of the entries.
    const bufferSize = 2 ** 17;
    await using written = await writeHdf5CompressedSparseMatrix(seed, path(), "m", { layout, bufferSize });
    await expectSame(written, x);
    expect(seed.counts.elements).toBe(400 * 300);
    expect(requests(seed.counts.requests)).toBe(seed.counts.requests.length);
    expect(seed.counts.requests.length).toBeGreaterThan(5);
    expect(readdirSync(folder)).toEqual(["out.h5"]);
  });

  it("of a file are read in its order, too", async () => {
    const x = scattered(500, 200, 20_000);
    await using csr = await writeHdf5CompressedSparseMatrix(x, path("csr.h5"), "m", { layout: "csr", chunks: 1000 });
    const options = { layout: "csc", bufferSize: 2 ** 17 } as const;
    await using csc = await writeHdf5CompressedSparseMatrix(csr, path("csc.h5"), "m", options);
    await expectSame(csc, x);
  });
});

describe("blocks that somebody gives", () => {
  const x = scattered(50, 40, 300);

  it("may be whole columns", async () => {
    const options = { shape: [50, 40], layout: "csc" } as const;
    const given = blocks(x, { allowSparse: true, bufferSize: 1000 });
    await using written = await writeHdf5CompressedSparseMatrix(given, path(), "m", options);
    await expectSame(written, x);
  });

  it("may come in any order", async () => {
    async function* backwards() {
      const all = [];
      for await (const block of blocks(x, { bufferSize: 1000 })) all.push(block);
      yield* all.reverse();
    }
    await using written = await writeHdf5CompressedSparseMatrix(backwards(), path(), "m", {
      shape: [50, 40],
      layout: "csr",
      dtype: "float32",
    });
    await expectSame(written, x.astype("float32"));
  });

  it("may be arrays that follow each other along the first axis", async () => {
    async function* bands() {
      for (let i = 0; i < 50; i += 20)
        yield await wrap(x)
          .subset([slice(i, i + 20)])
          .toSparse();
    }
    await using written = await writeHdf5CompressedSparseMatrix(bands(), path(), "m", { shape: [50, 40] });
    await expectSame(written, x);
  });

  it("need a shape", async () => {
    await expect(writeHdf5CompressedSparseMatrix(blocks(x), path(), "m")).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining("blocks do not say how large the matrix is; pass shape"),
    });
  });

  it.each([
    [
      "of another size than their position",
      {
        position: [
          [0, 2],
          [0, 2],
        ],
        block: ndarray([[1, 2]]),
      },
      "SHAPE_MISMATCH",
    ],
    [
      "outside of the matrix",
      {
        position: [
          [2, 4],
          [0, 1],
        ],
        block: ndarray([[1], [2]]),
      },
      "INDEX_OUT_OF_RANGE",
    ],
    [
      "anything else",
      {
        position: [
          [0, 1],
          [0, 1],
        ],
        block: [[1]],
      },
      "INVALID_ARGUMENT",
    ],
    ["at a position that is none", { position: [0, 0], block: ndarray([[1]]) }, "INVALID_ARGUMENT"],
    ["of one axis", ndarray([1, 2]), "SHAPE_MISMATCH"],
    [
      "too few",
      {
        position: [
          [0, 1],
          [0, 2],
        ],
        block: ndarray([[1, 2]]),
      },
      "SHAPE_MISMATCH",
    ],
    [
      "with missing entries",
      {
        position: [
          [0, 1],
          [0, 2],
        ],
        block: ndarray([1, 2], [1, 2], undefined, { mask: [0, 1] }),
      },
      "INVALID_ARGUMENT",
    ],
  ] as const)("cannot be %s", async (_, block, code) => {
    let closed = false;
    async function* give() {
      try {
        yield block as never;
      } finally {
        closed = true;
      }
    }
    const options = { shape: [3, 2], dtype: "float64" } as const;
    await expect(writeHdf5CompressedSparseMatrix(give(), path(), "m", options)).rejects.toMatchObject({ code });
    expect(closed).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("appending", () => {
  const first = scattered(60, 30, 500);
  const more = scattered(60, 20, 400);

  it("adds columns to CSC", async () => {
    await (await writeHdf5CompressedSparseMatrix(first, path(), "m", { chunks: 64 })).close();
    for (let i = 0; i < 2; i++) {
      await (await writeHdf5CompressedSparseMatrix(more, path(), "m", { mode: "append" })).close();
    }
    await using all = await Hdf5CompressedSparseMatrix.open(path(), "m");
    expect(all.shape).toEqual([60, 70]);
    const parts = [first, more, more].map((part) => part.toCsc());
    const got = (await all.toSparse()).toCsc();
    expect([...got.data]).toEqual(parts.flatMap(({ data }) => [...data]));
    expect([...got.indices]).toEqual(parts.flatMap(({ indices }) => [...indices]));
  });

  it("adds rows to CSR", async () => {
    const options = { layout: "csr" } as const;
    await (await writeHdf5CompressedSparseMatrix(first.T, path(), "m", options)).close();
    await using all = await writeHdf5CompressedSparseMatrix(more.T, path(), "m", { ...options, mode: "append" });
    expect(all.shape).toEqual([50, 60]);
    const got = (await all.toSparse()).toCsr();
    expect([...got.data]).toEqual([first, more].flatMap((part) => [...part.toCsc().data]));
  });

  it("makes the matrix where there is none", async () => {
    await using written = await writeHdf5CompressedSparseMatrix(first, path(), "m", { mode: "append" });
    await expectSame(written, first);
  });

  it.each([
    ["another number of rows", scattered(50, 20, 10), {}, "SHAPE_MISMATCH", /to append columns, expected 60 rows/],
    [
      "another layout",
      first,
      { layout: "csr" },
      "INVALID_ARGUMENT",
      /is CSC, expected CSR, to which rows are appended/,
    ],
    ["another dtype", more.astype("float32"), {}, "DTYPE_UNSUPPORTED", /holds float64 and float32 was given/],
  ] as const)("refuses %s and leaves the file as it was", async (_, x, options, code, message) => {
    await (await writeHdf5CompressedSparseMatrix(first, path(), "m")).close();
    const before = readFileSync(path());
    const failed = writeHdf5CompressedSparseMatrix(x, path(), "m", { ...options, mode: "append" });
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(readFileSync(path()).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(["out.h5"]);
  });

  it("converts what is appended where that is asked for", async () => {
    await (await writeHdf5CompressedSparseMatrix(first, path(), "m", { dtype: "float32" })).close();
    await using all = await writeHdf5CompressedSparseMatrix(more, path(), "m", { mode: "append", dtype: "float32" });
    expect([all.dtype, all.shape[1]]).toEqual(["float32", 50]);
  });

  it("lengthens the barcodes of a 10x file", async () => {
    const options = { layout: "tenx", dimnames: [null, ["a", "b", "c", "d"]] } as const;
    await (await writeHdf5CompressedSparseMatrix(small, path(), "matrix", options)).close();
    const rest = { layout: "tenx", mode: "append", dimnames: [null, ["e", "f", "g", "h"]] } as const;
    await using all = await writeHdf5CompressedSparseMatrix(small, path(), "matrix", rest);
    expect(all.shape).toEqual([3, 8]);
    expect(all.dimnames).toEqual([["0", "1", "2"], [..."abcdefgh"]]);
  });
});

describe("names", () => {
  const dimnames = [["g1", "g2", "g3"], [..."abcd"]];
  const named = wrap(small).withDimnames(dimnames);

  it("come back from 10x files, features by id or by name", async () => {
    const options = { layout: "tenx", features: { name: ["TP53", "MYC", "CD4"] } } as const;
    await using written = await writeHdf5CompressedSparseMatrix(named, path(), "matrix", options);
    expect(written.dimnames).toEqual(dimnames);
    await using byName = await openTenxMatrix(path(), { rowNames: "name" });
    expect(byName.dimnames).toEqual([["TP53", "MYC", "CD4"], [..."abcd"]]);
  });

  it("come back from h5ad files, also with a layer that is added", async () => {
    const transposed = [dimnames[1], dimnames[0]];
    const options = { layout: "h5ad", byColumn: true } as const;
    await using x = await writeHdf5CompressedSparseMatrix(named.T, path(), "X", options);
    expect(x.dimnames).toEqual(transposed);
    await using layer = await writeHdf5CompressedSparseMatrix(small.T, path(), "layers/counts", { layout: "h5ad" });
    expect(layer.dimnames).toEqual(transposed);
    const frame = await readH5adFrame(path(), "var");
    expect(frame.index).toEqual(dimnames[0]);
  });

  it("are not needed: a matrix of anndata's encoding may be anywhere", async () => {
    await using written = await writeHdf5CompressedSparseMatrix(named, path(), "some/where", { layout: "h5ad" });
    expect([written.dimnames, written.byColumn]).toEqual([null, false]);
  });
});

describe("what there is already", () => {
  it("is kept unless it is to be replaced", async () => {
    await (await writeHdf5CompressedSparseMatrix(small, path(), "m")).close();
    await expect(writeHdf5CompressedSparseMatrix(small, path(), "m")).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining('mode: "replace"'),
    });
    const x = scattered(10, 10, 20);
    await using replaced = await writeHdf5CompressedSparseMatrix(x, path(), "m", { mode: "replace" });
    await expectSame(replaced, x);
  });

  it("stays beside what is added", async () => {
    await (await writeHdf5CompressedSparseMatrix(small, path(), "X", { layout: "h5ad" })).close();
    const layer = wrap(small).add(small);
    await (await writeHdf5CompressedSparseMatrix(layer, path(), "layers/twice", { layout: "h5ad" })).close();
    await using x = await Hdf5CompressedSparseMatrix.open(path(), "X");
    await expectSame(x, small);
    await using twice = await Hdf5CompressedSparseMatrix.open(path(), "layers/twice");
    expect((await twice.toDense()).get(1, 1)).toBe(5);
  });

  it("decides how large a layer is", async () => {
    await (await writeHdf5CompressedSparseMatrix(small, path(), "X", { layout: "h5ad" })).close();
    const layer = writeHdf5CompressedSparseMatrix(small.T, path(), "layers/other", { layout: "h5ad" });
    await expect(layer).rejects.toMatchObject({
      code: "SHAPE_MISMATCH",
      message: expect.stringContaining('the matrix has 4 rows, but "/obs" of the file has 3'),
    });
  });
});

describe("failures leave nothing", () => {
  it("of a file that the array reads", async () => {
    await using x = await writeHdf5CompressedSparseMatrix(small, path(), "m");
    const before = readFileSync(path());
    await expect(writeHdf5CompressedSparseMatrix(x.add(x), path(), "n")).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
    expect(readFileSync(path()).equals(before)).toBe(true);
  });

  it("of an abort, while entries wait in temporary files", async () => {
    writeFileSync(path(), "");
    const x = scattered(400, 300, 30_000);
    const abort = new AbortController();
    async function* rows() {
      let count = 0;
      for await (const block of blocks(x.T, { allowSparse: true, bufferSize: 10_000 })) {
        if (++count === 40) abort.abort(new Error("enough"));
        yield block;
      }
    }
    const options = { layout: "csr", shape: [300, 400], bufferSize: 2 ** 16, signal: abort.signal } as const;
    await expect(writeHdf5CompressedSparseMatrix(rows(), path(), "m", options)).rejects.toThrow("enough");
    expect(readdirSync(folder)).toEqual(["out.h5"]);
    expect(readFileSync(path()).length).toBe(0);
  });

  it("of a seed that fails", async () => {
    const failing = { ...countingSeed(small), extractSparse: () => Promise.reject(new Error("the network is down")) };
    await expect(writeHdf5CompressedSparseMatrix(failing, path(), "m")).rejects.toThrow("the network is down");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("of missing values", async () => {
    const masked = ndarray([1, 2], [1, 2], undefined, { mask: [0, 1] });
    await expect(writeHdf5CompressedSparseMatrix(masked, path(), "m")).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining("has entries that are missing"),
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("options", () => {
  it.each([
    [{ layout: "coo" }, "INVALID_ARGUMENT", /layout "coo": expected one of "csc", "csr", "tenx", "h5ad"/],
    [{ byColumn: false }, "INVALID_ARGUMENT", /the layout "csc" stores columns/],
    [{ chunks: 0 }, "INVALID_ARGUMENT", /chunks 0: expected the number of entries in a chunk/],
    [{ indexDtype: "float64" }, "INVALID_ARGUMENT", /float64 cannot hold indices/],
    [{ dtype: "complex64" }, "DTYPE_UNSUPPORTED", /complex64/],
    [{ dtype: "string" }, "DTYPE_UNSUPPORTED", /a sparse matrix of strings/],
    [{ dimnames: [null, null] }, "INVALID_ARGUMENT", /the layout "csc" has no room for dimnames/],
    [{ layout: "tenx", dimnames: [["a"], null] }, "SHAPE_MISMATCH", /dimnames of the rows: got 1 strings, expected 3/],
    [{ layout: "tenx", features: { genome: ["a"] } }, "SHAPE_MISMATCH", /features.genome: got 1 strings, expected 3/],
    [{ layout: "tenx", features: { symbol: "a" } }, "INVALID_ARGUMENT", /no "symbol"/],
    [{ features: {} }, "INVALID_ARGUMENT", /only the layout "tenx" has features/],
    [{ shape: [3, 4] }, "INVALID_ARGUMENT", /shape is given for blocks only/],
    [{ levels: 3 }, "INVALID_ARGUMENT", /no option levels/],
  ] as const)("%j is refused", async (options, code, message) => {
    const failed = writeHdf5CompressedSparseMatrix(small, path(), "m", options as never);
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("indices of a dtype that is too small are refused, in either direction", async () => {
    const tall = new NdArray({ data: new Uint8Array(300), shape: [300, 1], dtype: "uint8" });
    const failed = writeHdf5CompressedSparseMatrix(tall, path(), "m", { indexDtype: "uint8" });
    await expect(failed).rejects.toMatchObject({
      message: expect.stringContaining("uint8 cannot hold indices up to 299"),
    });
    await using rows = await writeHdf5CompressedSparseMatrix(tall, path(), "m", { indexDtype: "uint8", layout: "csr" });
    expect(rows.seed.indexDtype).toBe("uint8");
  });

  it("indices of long axes have 64 bits", async () => {
    const far = SparseNdarray.fromCoo({
      coords: [
        [2 ** 33 - 1, 5],
        [1, 0],
      ],
      data: [1.5, 2],
      shape: [2 ** 33, 2],
    });
    await using written = await writeHdf5CompressedSparseMatrix(far, path(), "m");
    expect(written.seed.indexDtype).toBe("int64");
    expect((await written.subset([[5, 2 ** 33 - 1]]).toDense()).toNested()).toEqual([
      [2, 0],
      [0, 1.5],
    ]);
  });

  it("progress comes to its end", async () => {
    const seen: number[] = [];
    const x = scattered(400, 300, 3000);
    const options = {
      bufferSize: 50_000,
      onProgress: ({ done, total }: { done: number; total: number }) => seen.push(done / total),
    };
    await (await writeHdf5CompressedSparseMatrix(x, path(), "m", options)).close();
    expect(seen.length).toBeGreaterThan(2);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
  });
});

describe("a file of somebody else", () => {
  it("gets a matrix beside what it has", async () => {
    writeFileSync(path(), readFileSync(fixture("hdf5", "sparse.h5")));
    await (await writeHdf5CompressedSparseMatrix(small, path(), "added/here")).close();
    await using added = await Hdf5CompressedSparseMatrix.open(path(), "added/here");
    await expectSame(added, small);
    const options = { shape: [9, 7], byColumn: true } as const;
    await using old = await Hdf5CompressedSparseMatrix.open(path(), "csc/uint16", options);
    await using original = await Hdf5CompressedSparseMatrix.open(fixture("hdf5", "sparse.h5"), "csc/uint16", options);
    expect(await old.toDense()).toEqual(await original.toDense());
  });
});
