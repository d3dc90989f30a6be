import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { wrap } from "delayedarray";
import { describe, expect, it } from "vitest";
import { fixture } from "../../../../../tooling/fixtures/read.mjs";
import {
  Hdf5CompressedSparseMatrix,
  openTenxMatrix,
  readH5adFrame,
  writeHdf5CompressedSparseMatrix,
} from "../../../src/index.js";
import { expectSame, folder, path, scattered, small } from "./matrices.js";

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
