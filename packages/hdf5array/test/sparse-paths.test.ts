import { blocks, type DelayedArray, extractDenseArray, extractSparseArray, slice } from "delayedarray";
import { beforeAll, describe, expect, test } from "vitest";
import { decodeArray, fixture } from "../../../tooling/fixtures/read.mjs";
import { Hdf5CompressedSparseMatrix } from "../src/index.js";
import { errorOf, expected } from "./helpers.js";

/** Ways to the values of a matrix that all lead by its fourth fibre, where the bad index is. */
const ways: Readonly<Record<string, (matrix: DelayedArray, fibre: number) => Promise<unknown>>> = {
  toDense: (matrix) => matrix.toDense(),
  toSparse: (matrix) => matrix.toSparse(),
  "the transpose": (matrix) => matrix.T.toDense(),
  "one fibre": (matrix, axis) => along(matrix, axis, 3, null).toSparse(),
  "one fibre, dense": (matrix, axis) => along(matrix, axis, -4, null).toDense(),
  "fibres side by side": (matrix, axis) => along(matrix, axis, slice(2, 5), null).toSparse(),
  "each third fibre": (matrix, axis) => along(matrix, axis, slice(0, null, 3), null).toSparse(),
  "fibres in another order": (matrix, axis) => along(matrix, axis, [5, 3, 3, 0], null).toSparse(),
  "fibres by a mask": (matrix, axis) => along(matrix, axis, [0, 0, 0, 1, 0, 0, 1].map(Boolean), null).toDense(),
  "one index": (matrix, axis) => along(matrix, axis, null, 2).toSparse(),
  "one index, dense": (matrix, axis) => along(matrix, axis, null, -1).toDense(),
  "some indices": (matrix, axis) => along(matrix, axis, null, [8, 1]).toSparse(),
  "each second index": (matrix, axis) => along(matrix, axis, slice(1, 6), slice(0, null, 2)).toDense(),
  "a few of both": (matrix, axis) => along(matrix, axis, [3, 4], [0, 5]).toSparse(),
  extractDenseArray: (matrix) => extractDenseArray(matrix, [null, null]),
  extractSparseArray: (matrix) => extractSparseArray(matrix, [null, null]),
  "an operation": (matrix) => matrix.multiply(2).toSparse(),
  sum: (matrix) => matrix.sum(),
  "sums of rows": (matrix) => matrix.sum({ axis: 1 }),
  "sums of columns": (matrix) => matrix.sum({ axis: 0 }),
  mean: (matrix) => matrix.mean(),
  max: (matrix) => matrix.max(),
  any: (matrix) =>
    matrix
      .subset([slice(0, 9), slice(0, 9)])
      .equal(-77)
      .any(),
  blocks: async (matrix) => {
    for await (const { block } of blocks(matrix)) expect(block.shape.length).toBe(2);
  },
  format: (matrix, axis) => along(matrix, axis, slice(2, 5), null).format(),
};

type Entry = null | number | number[] | boolean[] | ReturnType<typeof slice>;

/** A part of a matrix by what is wanted of its fibres, which are along an axis, and of their indices. */
function along(matrix: DelayedArray, axis: number, fibres: Entry, indices: Entry): DelayedArray {
  return matrix.subset(axis === 1 ? [indices, fibres] : [fibres, indices]);
}

const bad = ["index_at_extent", "index_far", "index_negative", "index_uint64"];
const entries = new Map(expected.sparseErrors.map((one) => [one.group, one]));

describe.each(bad)("%s: an error that names the entry, on every way to it", (group) => {
  const { entry, value, extent } = entries.get(group)!;
  describe.each([
    ["CSC", true, [9, 7], 0],
    ["CSR", false, [7, 9], 1],
  ] as const)("%s", (_, byColumn, shape, axis) => {
    test.each(Object.entries(ways))("%s", async (__, way) => {
      await using matrix = await Hdf5CompressedSparseMatrix.open(fixture("hdf5", "sparse-bad.h5"), group, {
        shape: [...shape],
        byColumn,
      });
      const error = await errorOf(way(matrix, 1 - axis));
      expect(error.code).toBe("FILE_INVALID");
      expect(error.message).toContain(
        `"/${group}/indices": entry ${entry} is ${value}, which is outside axis ${axis} with extent ${extent}`,
      );
    });
  });
});

describe("in a matrix of several batches", () => {
  const columns = 1300;
  const height = 1000;
  let bytes: Uint8Array;
  beforeAll(async () => {
    const h5wasm = await import("h5wasm");
    const { FS } = await h5wasm.ready;
    const file = new h5wasm.File("batches.h5", "w");
    const indices = Int32Array.from({ length: columns * height }, (_, i) => i % height);
    indices[1_200_007] = height;
    file.create_dataset({ name: "indices", data: indices, chunks: [50_000] });
    file.create_dataset({ name: "data", data: new Uint8Array(indices.length).fill(1), chunks: [70_000] });
    file.create_dataset({ name: "indptr", data: Int32Array.from({ length: columns + 1 }, (_, i) => i * height) });
    file.close();
    bytes = FS!.readFile("batches.h5") as Uint8Array;
    FS!.unlink("batches.h5");
  });
  const open = () => Hdf5CompressedSparseMatrix.open(bytes, "/", { shape: [height, columns], byColumn: true });

  test.each(["toDense", "toSparse", "one index", "some indices", "sum", "sums of rows", "each second index of all"])(
    "%s",
    async (name) => {
      await using matrix = await open();
      const read = ways[name] ?? (() => matrix.subset([slice(0, null, 2)]).toSparse());
      const { code, message } = await errorOf(read(matrix, 1));
      expect(code).toBe("FILE_INVALID");
      expect(message).toContain("entry 1200007 is 1000, which is outside axis 0 with extent 1000");
    },
  );

  test("the columns without it are read", async () => {
    await using matrix = await open();
    expect(await matrix.subset([null, slice(0, 1200)]).sum()).toBe(1200 * height);
    expect(await matrix.subset([[0, 999], slice(1201, null)]).sum()).toBe(2 * 99);
  });
});

describe.each(["unsorted", "duplicates"])("entries that are %s", (kind) => {
  test.each(["csc", "csr"])("%s: statistics are SciPy's", async (layout) => {
    const { file, group, options, array } = expected.sparse.find(
      (one) => one.file === "sparse.h5" && one.group === `${layout}/${kind}`,
    )!;
    const values = Array.from(decodeArray(array).data, Number);
    await using matrix = await Hdf5CompressedSparseMatrix.open(fixture("hdf5", file), group, options);
    expect(Number(await matrix.sum({ dtype: "float64" }))).toBeCloseTo(
      values.reduce((sum, value) => sum + value, 0),
      10,
    );
    expect([Number(await matrix.max()), Number(await matrix.min())]).toEqual([
      Math.max(...values),
      Math.min(...values),
    ]);
    expect(await matrix.notEqual(0).sum()).toBe(values.filter((value) => value !== 0).length);
    const { shape } = matrix;
    const ofRows = await matrix.sum({ axis: 1, dtype: "float64" });
    for (let row = 0; row < shape[0]!; row++) {
      const sum = values.slice(row * shape[1]!, (row + 1) * shape[1]!).reduce((all, value) => all + value, 0);
      expect(Number(ofRows.get(row))).toBeCloseTo(sum, 10);
    }
  });
});
