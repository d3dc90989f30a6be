import type { SeedSubset } from "delayedarray";
import { describe, expect, test } from "vitest";
import { decodeArray, type EncodedArray, fixture, readJson } from "../../../tooling/fixtures/read.mjs";
import { Hdf5CompressedSparseMatrix } from "../src/index.js";
import { everything, expected, pick, random, randomEntry } from "./helpers.js";

const cases = expected.sparse.map((one) => ({ ...one, title: `${one.file} ${one.group}` }));

describe("parts of sparse matrices equal what indexing the dense whole gives", () => {
  test.each(cases)("$title", async ({ title, file, group, options, array }) => {
    const next = random(title.length * 104729);
    const whole = decodeArray(array);
    await using opened = await Hdf5CompressedSparseMatrix.open(fixture("hdf5", file), group, options);
    for (let i = 0; i < 25; i++) {
      const subset: SeedSubset = opened.shape.map((extent) => randomEntry(extent, next));
      const values = pick(whole, subset);
      const dense = await opened.seed.extractDense(subset, {});
      expect(Array.from<unknown>(dense.data)).toEqual(values);
      const sparse = await opened.seed.extractSparse(subset, {});
      expect(sparse.shape).toEqual(dense.shape);
      expect(Array.from<unknown>(sparse.toDense().data)).toEqual(values);
    }
  });
});

describe("options", () => {
  const file = fixture("hdf5", "sparse.h5");
  const given = { shape: [9, 7], byColumn: true };

  test.each(["bool", "int16", "uint8", "int64", "float32"] as const)(
    "dtype converts to %s as entries are read",
    async (dtype) => {
      await using plain = await Hdf5CompressedSparseMatrix.open(file, "csc/float64", given);
      await using converted = await Hdf5CompressedSparseMatrix.open(file, "csc/float64", { ...given, dtype });
      expect(converted.dtype).toBe(dtype);
      const whole = (await plain.seed.extractDense(everything(plain))).astype(dtype);
      expect(await converted.seed.extractDense(everything(plain))).toEqual(whole);
      expect((await converted.seed.extractSparse(everything(plain))).toDense()).toEqual(whole);
    },
  );

  test("dtype converts before duplicates are added up", async () => {
    await using narrow = await Hdf5CompressedSparseMatrix.open(file, "csc/duplicates", given);
    await using wide = await Hdf5CompressedSparseMatrix.open(file, "csc/duplicates", { ...given, dtype: "float64" });
    const whole = (await narrow.seed.extractDense(everything(narrow))).astype("float64");
    expect(await wide.seed.extractDense(everything(narrow))).toEqual(whole);
    expect((await wide.seed.extractSparse(everything(narrow))).toDense()).toEqual(whole);
  });

  test("names of the parts: within the group, absolute, or from the root", async () => {
    const open = async (group: string, names: object) => {
      await using opened = await Hdf5CompressedSparseMatrix.open(file, group, { ...given, ...names });
      const { seed } = opened;
      return {
        names: [seed.dataName, seed.indicesName, seed.indptrName],
        values: (await seed.extractDense(everything(seed))).data,
      };
    };
    const within = await open("names", { dataName: "x", indicesName: "i", indptrName: "p" });
    expect(within.names).toEqual(["/names/x", "/names/i", "/names/p"]);
    expect(await open("names", { dataName: "/names/x", indicesName: "/names/i", indptrName: "/names/p" })).toEqual(
      within,
    );
    expect(await open("names", { dataName: "names/x", indicesName: "names/i", indptrName: "names/p" })).toEqual(within);
    expect(await open("/", { dataName: "names/x", indicesName: "names/i", indptrName: "names/p" })).toEqual(within);
  });

  test("indexDtype is the file's own unless given, and must hold the extents", async () => {
    await using own = await Hdf5CompressedSparseMatrix.open(file, "csc/indices uint16", given);
    expect(own.seed.indexDtype).toBe("uint16");
    await using other = await Hdf5CompressedSparseMatrix.open(file, "csc/indices uint16", {
      ...given,
      indexDtype: "int8",
    });
    expect(other.seed.indexDtype).toBe("int8");
    expect((await other.seed.extractSparse(everything(other))).toDense()).toEqual(
      await own.seed.extractDense(everything(own)),
    );
    const { file: pbmc, group } = readJson("pbmc", "expected.json");
    await expect(
      Hdf5CompressedSparseMatrix.open(fixture("pbmc", pbmc), group, { indexDtype: "int8" }),
    ).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  test("properties", async () => {
    await using opened = await Hdf5CompressedSparseMatrix.open(file, "csc//int32/", given);
    expect([opened.path, opened.group, opened.seed.name, opened.shape, opened.dtype, opened.byColumn]).toEqual([
      file,
      "/csc/int32",
      "/csc/int32",
      [9, 7],
      "int32",
      true,
    ]);
    expect(opened.toString()).toContain("Hdf5CompressedSparseMatrix");
  });
});

describe("a published h5ad file", () => {
  const { file, group, shape, nnz, corner } = readJson<{
    file: string;
    group: string;
    shape: [number, number];
    nnz: number;
    corner: EncodedArray;
  }>("pbmc", "expected.json");

  test("is opened without being told anything", async () => {
    await using opened = await Hdf5CompressedSparseMatrix.open(fixture("pbmc", file), group);
    expect([opened.shape, opened.seed.nnz, opened.byColumn]).toEqual([shape, nnz, false]);
    const { shape: part, data } = decodeArray(corner);
    const subset = part.map((extent) => ({ start: 0, stop: extent, step: 1 }));
    expect((await opened.seed.extractDense(subset)).data).toEqual(data);
    expect((await opened.seed.extractSparse(subset)).toDense().data).toEqual(data);
  });

  test("columns of its rows come out the same one by one, a few at a time and all at once", async () => {
    await using opened = await Hdf5CompressedSparseMatrix.open(fixture("pbmc", file), group);
    const whole = await opened.seed.extractSparse(everything(opened));
    expect(whole.nnz).toBe(nnz);
    const columns = Float64Array.from([0, 1, 500, shape[1] - 1]);
    const some = await opened.seed.extractDense([{ start: 0, stop: shape[0], step: 3 }, columns]);
    for (let row = 0; row < some.shape[0]!; row += 17) {
      for (let column = 0; column < 4; column++)
        expect(some.get(row, column)).toBe(whole.get(row * 3, columns[column]!));
    }
  });
});
