import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DelayedArrayError } from "delayedarray";
import { describe, expect, test } from "vitest";
import { decodeArray, fixture } from "../../../tooling/fixtures/read.mjs";
import { Hdf5CompressedSparseMatrix, type Hdf5CompressedSparseMatrixOptions, Hdf5DenseArray } from "../src/index.js";
import { errorOf, everything, expected, type SparseError } from "./helpers.js";

const { denseErrors, sparseErrors } = expected;

async function readDense(file: string, dataset: string) {
  await using array = await Hdf5DenseArray.open(fixture("hdf5", file), dataset);
  return await array.seed.extractDense(everything(array));
}

describe("bad datasets", () => {
  test.each(denseErrors)("$name: $codes.0", async ({ file, dataset, codes, when, array }) => {
    if (array !== undefined) {
      // An unusual type may be refused or read, but never misread.
      const outcome = await readDense(file, dataset).catch((error: unknown) => error);
      if (outcome instanceof DelayedArrayError) expect(codes).toContain(outcome.code);
      else expect(outcome).toMatchObject({ data: decodeArray(array).data });
      return;
    }
    const error = await errorOf(
      when === "open" ? Hdf5DenseArray.open(fixture("hdf5", file), dataset) : readDense(file, dataset),
    );
    expect(codes).toContain(error.code);
    expect(error.message).toContain(file);
  });

  test.each(denseErrors.filter(({ rows }) => rows !== undefined))(
    "$name: chunks beside it can be read, each read that touches it fails",
    async ({ file, dataset, rows, columns }) => {
      await using array = await Hdf5DenseArray.open(fixture("hdf5", file), dataset);
      const { seed, shape } = array;
      for (let row = 0; row < shape[0]!; row += 4) {
        for (let column = 0; column < shape[1]!; column += 4) {
          const inside = row >= rows![0] && row < rows![1] && column >= columns![0] && column < columns![1];
          const read = seed.extractDense([[row], [column]]);
          if (inside) expect((await errorOf(read)).code).toBe("FILE_INVALID");
          else expect((await read).data.length).toBe(1);
        }
      }
      // A failure leaves nothing behind.
      expect((await seed.extractDense([[0], [0]])).data.length).toBe(1);
    },
  );

  test("a missing dataset: the message names the nearest group and what it holds", async () => {
    const { message } = await errorOf(Hdf5DenseArray.open(fixture("hdf5", "layouts.h5"), "deep/er/nowhere/at/all"));
    expect(message).toMatch(/"\/deep\/er\/nowhere\/at\/all" does not exist: the group "\/deep\/er" holds "path"/);
  });

  test("a group that looks like a sparse matrix: the message names the class that opens it", async () => {
    const { message } = await errorOf(Hdf5DenseArray.open(fixture("hdf5", "10x.h5"), "matrix"));
    expect(message).toMatch(
      /is a group, expected a dataset; it looks like a sparse matrix, which Hdf5CompressedSparseMatrix opens/,
    );
  });

  test("a compound dataset: the message lists the fields", async () => {
    const { message } = await errorOf(Hdf5DenseArray.open(fixture("hdf5", "unusual.h5"), "compound"));
    expect(message).toMatch(/compound \{\w+: .*, \w+: .*\}/);
    const complex = await errorOf(Hdf5DenseArray.open(fixture("hdf5", "unusual.h5"), "complex128"));
    expect(complex.message).toContain("complex number, stored as compound {r: 64-bit float, i: 64-bit float}");
  });

  test("an external link: the message names file and dataset", async () => {
    const { message } = await errorOf(Hdf5DenseArray.open(fixture("hdf5", "elsewhere.h5"), "external_link"));
    expect(message).toContain('"/contiguous/3x5" in the file "ranks.h5"');
  });

  test("external storage: the message says so, and h5wasm is not asked", async () => {
    const { code, message } = await errorOf(Hdf5DenseArray.open(fixture("hdf5", "elsewhere.h5"), "external"));
    expect(code).toBe("UNSUPPORTED_FEATURE");
    expect(message).toMatch(/elsewhere\.h5: "\/external": its values are in files beside it \(external storage\)/);
  });

  test("what is wrong, and where, is said", async () => {
    const error = await errorOf(readDense("damaged-chunk.h5", "x"));
    expect(error.message).toMatch(/chunk \(1, 1\) of "\/x" at byte \d+ is damaged/);
  });

  test("nothing is printed", async () => {
    const written: unknown[] = [];
    const { write } = process.stderr;
    process.stderr.write = ((text: unknown) => written.push(text) > 0) as typeof write;
    const { error } = console;
    console.error = (...text: unknown[]) => written.push(text);
    try {
      await errorOf(readDense("damaged-chunk.h5", "x"));
      await errorOf(readDense("truncated-60.h5", "x"));
      await errorOf(readDense("elsewhere.h5", "external"));
    } finally {
      process.stderr.write = write;
      console.error = error;
    }
    expect(written).toEqual([]);
  });
});

describe("what is not HDF5", () => {
  test.each([
    ["an HTML page", "<!DOCTYPE html><html><body>404</body></html>", /an HTML or XML page/],
    ["a gzip file", "\x1f\x8b\x08\x00\x00\x00\x00\x00", /a gzip file/],
    ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", /Git LFS pointer/],
    ["a zip file", "PK\x03\x04 and so on", /a zip file/],
    ["a classic netCDF file", "CDF\x01\x00\x00\x00\x00", /netCDF/],
    ["JSON", '{ "error": true }', /JSON/],
    ["anything else", "\x00\x01\x02\x03\x04\x05\x06\x07", /starts with 00 01 02 03 04 05 06 07$/],
  ])("%s", async (_, text, pattern) => {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const error = await errorOf(Hdf5DenseArray.open(bytes, "x"));
    expect(error.code).toBe("FILE_INVALID");
    expect(error.message).toMatch(pattern);
  });

  test("a file that ends within the signature", async () => {
    const error = await errorOf(Hdf5DenseArray.open((await readFile(fixture("hdf5", "ranks.h5"))).subarray(0, 5), "x"));
    expect(error.code).toBe("FILE_TRUNCATED");
  });

  test("a file cut anywhere is an error, never values", async () => {
    const whole = await readFile(fixture("hdf5", "dtypes.h5"));
    for (let i = 1; i < 40; i++) {
      const bytes = whole.subarray(0, Math.floor((whole.length * i) / 40));
      expect(["FILE_TRUNCATED", "FILE_INVALID"]).toContain(
        (await errorOf(Hdf5DenseArray.open(bytes, "big/float64"))).code,
      );
    }
  });
});

describe("bad sparse matrices", () => {
  const readSparse = async ({ file, group, options }: SparseError, how: "extractDense" | "extractSparse") => {
    await using matrix = await Hdf5CompressedSparseMatrix.open(fixture("hdf5", file), group, options);
    return await matrix.seed[how](everything(matrix));
  };

  test.each(sparseErrors)("$name: $codes.0", async (one) => {
    const { file, group, options, codes, when, entry, value, extent } = one;
    if (when === "open") {
      const error = await errorOf(Hdf5CompressedSparseMatrix.open(fixture("hdf5", file), group, options));
      expect(codes).toContain(error.code);
      return;
    }
    for (const how of ["extractDense", "extractSparse"] as const) {
      const error = await errorOf(readSparse(one, how));
      expect(codes).toContain(error.code);
      expect(error.message).toContain(`entry ${entry} is ${value}, which is outside axis 0 with extent ${extent}`);
    }
  });

  test.each(sparseErrors.filter(({ entry, when }) => entry !== undefined && when === "read"))(
    "$name: found on every way to it",
    async (one) => {
      await using matrix = await Hdf5CompressedSparseMatrix.open(fixture("hdf5", one.file), one.group, one.options);
      const { seed, shape } = matrix;
      const [rows, columns] = everything(matrix);
      let failing = 0;
      for (let column = 0; column < shape[1]!; column++) {
        const reads = [
          seed.extractDense([rows!, [column]]),
          seed.extractSparse([rows!, [column]]),
          seed.extractSparse([[0, 3], [column]]),
          seed.extractDense([[1], [column]]),
        ];
        const outcomes = await Promise.allSettled(reads);
        const failed = outcomes.filter(({ status }) => status === "rejected").length;
        expect([0, reads.length]).toContain(failed);
        if (failed > 0) failing++;
      }
      expect(failing).toBeGreaterThan(0);
      for (let row = 0; row < shape[0]!; row++) {
        expect((await errorOf(seed.extractSparse([[row], columns!]))).code).toBe("FILE_INVALID");
        expect((await errorOf(seed.extractDense([[row], columns!]))).code).toBe("FILE_INVALID");
      }
    },
  );

  test("shapes that contradict each other: the message names both", async () => {
    const { message } = await errorOf(
      Hdf5CompressedSparseMatrix.open(fixture("hdf5", "10x.h5"), "matrix", { shape: [3, 4] }),
    );
    expect(message).toMatch(/shape <3 x 4> was given, but the dataset "\/matrix\/shape" says <\d+ x \d+>/);
  });

  test("layouts that contradict each other: the message names both", async () => {
    const error = await errorOf(
      Hdf5CompressedSparseMatrix.open(fixture("hdf5", "anndata.h5ad"), "X", { byColumn: true }),
    );
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.message).toContain(
      'byColumn: true was given (CSC), but the attribute "encoding-type" ("csr_matrix") says CSR',
    );
    const tenx = await errorOf(
      Hdf5CompressedSparseMatrix.open(fixture("hdf5", "10x.h5"), "matrix", { byColumn: false }),
    );
    expect(tenx.message).toContain("byColumn: false was given (CSR), but its 10x layout says CSC");
  });

  test("what is neither stated nor given: the message says what to pass", async () => {
    const open = (options: Hdf5CompressedSparseMatrixOptions) =>
      errorOf(Hdf5CompressedSparseMatrix.open(fixture("hdf5", "sparse-bad.h5"), "good", options));
    expect((await open({})).message).toContain("pass shape: [rows, columns] and byColumn: true (CSC) or false (CSR)");
    expect((await open({ byColumn: true })).message).toMatch(/pass shape: \[rows, columns\]$/);
    expect((await open({ shape: [9, 7] })).message).toMatch(/pass byColumn: true \(CSC\) or false \(CSR\)$/);
  });

  test("the wrong layout for the pointers: the message says which would fit", async () => {
    const { message } = await errorOf(
      Hdf5CompressedSparseMatrix.open(fixture("hdf5", "sparse-bad.h5"), "good", { shape: [9, 7], byColumn: false }),
    );
    expect(message).toContain(
      "8 entries, that is 7 rows, but the shape that was given is <9 x 7>: expected 10 entries for 9 rows; it would fit byColumn: true",
    );
  });

  test("a dataset: the message names the class that opens it", async () => {
    const { message } = await errorOf(Hdf5CompressedSparseMatrix.open(fixture("hdf5", "ranks.h5"), "contiguous/3x5"));
    expect(message).toContain(
      "is a dataset, expected a group that holds a sparse matrix; Hdf5DenseArray opens datasets",
    );
  });
});

describe("bad arguments", () => {
  const path = fixture("hdf5", "ranks.h5");

  test.each<[string, () => Promise<unknown>, string]>([
    ["a number as source", () => Hdf5DenseArray.open(7 as never, "x"), "INVALID_ARGUMENT"],
    ["null as source", () => Hdf5DenseArray.open(null as never, "x"), "INVALID_ARGUMENT"],
    ["an object as source", () => Hdf5DenseArray.open({} as never, "x"), "INVALID_ARGUMENT"],
    ["an empty path", () => Hdf5DenseArray.open("", "x"), "INVALID_ARGUMENT"],
    ["a URL as text", () => Hdf5DenseArray.open("https://example.org/x.h5", "x"), "INVALID_ARGUMENT"],
    [
      "a URL of another protocol",
      () => Hdf5DenseArray.open(new URL("ftp://example.org/x.h5"), "x"),
      "INVALID_ARGUMENT",
    ],
    ["a folder", () => Hdf5DenseArray.open(tmpdir(), "x"), "INVALID_ARGUMENT"],
    ["a path through a file", () => Hdf5DenseArray.open(join(path, "x.h5"), "x"), "NOT_FOUND"],
    ["no name", () => Hdf5DenseArray.open(path, undefined as never), "INVALID_ARGUMENT"],
    ["a number as name", () => Hdf5DenseArray.open(path, 3 as never), "INVALID_ARGUMENT"],
    ["null as options", () => Hdf5DenseArray.open(path, "x", null as never), "INVALID_ARGUMENT"],
    [
      "a number as nativeOrder",
      () => Hdf5DenseArray.open(path, "contiguous/3x5", { nativeOrder: 1 as never }),
      "INVALID_ARGUMENT",
    ],
    [
      "an unknown dtype",
      () => Hdf5DenseArray.open(path, "contiguous/3x5", { dtype: "f4" as never }),
      "DTYPE_UNSUPPORTED",
    ],
    ["null as group", () => Hdf5CompressedSparseMatrix.open(path, null as never), "INVALID_ARGUMENT"],
    [
      "text as byColumn",
      () => Hdf5CompressedSparseMatrix.open(path, "x", { byColumn: "csc" as never }),
      "INVALID_ARGUMENT",
    ],
    [
      "a float as indexDtype",
      () => Hdf5CompressedSparseMatrix.open(path, "x", { indexDtype: "float64" }),
      "INVALID_ARGUMENT",
    ],
    [
      "a negative extent",
      () =>
        Hdf5CompressedSparseMatrix.open(fixture("hdf5", "sparse-bad.h5"), "good", { shape: [9, -7], byColumn: true }),
      "INVALID_ARGUMENT",
    ],
    [
      "a shape that is no list",
      () =>
        Hdf5CompressedSparseMatrix.open(fixture("hdf5", "sparse-bad.h5"), "good", {
          shape: 63 as never,
          byColumn: true,
        }),
      "INVALID_ARGUMENT",
    ],
    [
      "a missing part",
      () =>
        Hdf5CompressedSparseMatrix.open(fixture("hdf5", "sparse-bad.h5"), "good", {
          shape: [9, 7],
          byColumn: true,
          dataName: "values",
        }),
      "NOT_FOUND",
    ],
    [
      "the root as a sparse matrix",
      () => Hdf5CompressedSparseMatrix.open(path, "/", { shape: [9, 7], byColumn: true }),
      "NOT_FOUND",
    ],
  ])("%s", async (_, open, code) => {
    expect((await errorOf(open())).code).toBe(code);
  });

  test("a seed checks what it is asked for", async () => {
    await using array = await Hdf5DenseArray.open(path, "contiguous/3x5");
    const { seed } = array;
    const all = everything(array);
    expect((await errorOf(seed.extractDense([all[0]!]))).code).toBe("SHAPE_MISMATCH");
    expect((await errorOf(seed.extractDense([[3], all[1]!]))).code).toBe("INDEX_OUT_OF_RANGE");
    expect((await errorOf(seed.extractDense([[-1], all[1]!]))).code).toBe("INDEX_OUT_OF_RANGE");
    expect((await errorOf(seed.extractDense([{ start: 0, stop: 4, step: 1 }, all[1]!]))).code).toBe(
      "INDEX_OUT_OF_RANGE",
    );
    expect((await errorOf(seed.extractDense([[1, 0], all[1]!]))).code).toBe("INVALID_ARGUMENT");
    expect((await errorOf(seed.extractDense([[1, 1], all[1]!]))).code).toBe("INVALID_ARGUMENT");
  });

  test("a file that cannot be an HDF5 file leaves no descriptor open", async () => {
    const file = join(tmpdir(), `hdf5array-${process.pid}-broken.h5`);
    await writeFile(file, "no HDF5");
    for (let i = 0; i < 20; i++) await errorOf(Hdf5DenseArray.open(file, "x"));
    await expect(readFile(file, "utf8")).resolves.toBe("no HDF5");
  });
});
