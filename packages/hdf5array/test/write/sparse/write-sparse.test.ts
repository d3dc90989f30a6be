import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import {
  blocks,
  DTYPES,
  NdArray,
  ndarray,
  type SeedSubset,
  SimpleGrid,
  SparseNdarray,
  slice,
  wrap,
} from "delayedarray";
import { countingSeed } from "delayedarray/testing";
import { describe, expect, it } from "vitest";
import {
  Hdf5CompressedSparseMatrix,
  type Hdf5DatasetEntry,
  listHdf5,
  writeHdf5CompressedSparseMatrix,
} from "../../../src/index.js";
import { expectSame, folder, path, scattered, small } from "./matrices.js";

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

  it("the bytes of indices are shuffled, whatever the values are: it is what makes them compressible", async () => {
    await (await writeHdf5CompressedSparseMatrix(scattered(20, 30, 100, "uint8"), path(), "m")).close();
    const filters = async (part: string) => {
      const dataset = (await listHdf5(path(), { path: `m/${part}` })) as Hdf5DatasetEntry;
      return dataset.filters?.map(({ name }) => name);
    };
    expect(await filters("data")).toEqual(["deflate"]);
    expect(await filters("indices")).toEqual(["shuffle", "deflate"]);
    expect(await filters("indptr")).toEqual(["shuffle", "deflate"]);
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
