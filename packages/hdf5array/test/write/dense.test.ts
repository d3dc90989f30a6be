import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  add,
  blocks,
  concatenate,
  DTYPES,
  type NdArray,
  ndarray,
  type Progress,
  SparseNdarray,
  wrap,
} from "delayedarray";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { Hdf5DenseArray, writeHdf5DenseArray } from "../../src/index.js";
import { errorOf } from "../helpers.js";

const folder = mkdtempSync(join(tmpdir(), "write-dense-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
let file: string;
beforeEach(() => {
  file = join(folder, `${++count}.h5`);
});

/** 0, 1, 2, … as an array of a shape. */
function counting(...shape: number[]): NdArray<"int32"> {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return ndarray(
    Int32Array.from({ length: size }, (_, i) => i),
    shape,
  );
}

async function nested(array: Hdf5DenseArray): Promise<unknown> {
  const values = (await array.toDense()).toNested();
  await array.close();
  return values;
}

describe("values", () => {
  test("what is written is what is there, opened", async () => {
    const written = await writeHdf5DenseArray(add(counting(2, 3), 10), file, "deep/er/sums");
    expect(written).toBeInstanceOf(Hdf5DenseArray);
    expect([written.path, written.name, written.dtype]).toEqual([file, "/deep/er/sums", "int32"]);
    expect(await nested(written)).toEqual([
      [10, 11, 12],
      [13, 14, 15],
    ]);
  });

  test.each(DTYPES.filter((dtype) => (dtype as string) !== "string"))("%s", async (dtype) => {
    const values = wrap(ndarray([0, 1, 2, 100])).astype(dtype);
    const written = await writeHdf5DenseArray(values, file, "x");
    expect(written.dtype).toBe(dtype);
    expect(await nested(written)).toEqual((await values.toDense()).toNested());
  });

  test.each([
    { shape: [] },
    { shape: [0] },
    { shape: [3, 0, 2] },
    { shape: [5] },
    { shape: [2, 3, 4, 5] },
    { shape: [1, 1, 2, 1, 3, 1] },
  ])("shape $shape", async ({ shape }) => {
    const values = shape.length === 0 ? ndarray(7) : counting(...shape);
    const written = await writeHdf5DenseArray(values, file, "x");
    expect(written.shape).toEqual(shape);
    expect(await nested(written)).toEqual(values.toNested());
  });

  test("strings, which are not compressed, also appended", async () => {
    const words = ndarray([
      ["a", "bb"],
      ["", "üß€ 𝄞"],
    ]);
    const written = await writeHdf5DenseArray(words, file, "x", { mode: "append" });
    expect(written.dtype).toBe("string");
    await written.close();
    const more = await writeHdf5DenseArray(ndarray([["c", "d"]]), file, "x", { mode: "append" });
    expect(await nested(more)).toEqual([...(words.toNested() as []), ["c", "d"]]);
    for (const bad of [
      () => writeHdf5DenseArray(words, file, "y", { compression: "gzip" }),
      () => writeHdf5DenseArray(ndarray(["a\0b"]), file, "y"),
    ])
      expect((await errorOf(bad())).code).toBe("INVALID_ARGUMENT");
  });

  test("a sparse array is written dense", async () => {
    const sparse = SparseNdarray.fromDense(
      ndarray([
        [0, 2, 0],
        [3, 0, 0],
      ]),
    );
    expect(await nested(await writeHdf5DenseArray(sparse, file, "x"))).toEqual([
      [0, 2, 0],
      [3, 0, 0],
    ]);
  });

  test("dtype converts, nativeOrder: false reverses the axes for R", async () => {
    const written = await writeHdf5DenseArray(counting(2, 3), file, "x", { dtype: "float32", nativeOrder: false });
    expect([written.shape, written.dtype]).toEqual([[2, 3], "float32"]);
    await written.close();
    expect(await nested(await Hdf5DenseArray.open(file, "x"))).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
  });

  test("blocks smaller than chunks, and chunks that the array's own do not fit", async () => {
    const x = counting(31, 17);
    const options = { chunks: [7, 5], bufferSize: 64 };
    const written = await writeHdf5DenseArray(x, file, "x", options);
    expect(written.seed.chunks).toEqual([7, 5]);
    expect(await nested(written)).toEqual(x.toNested());
  });

  test("missing entries are refused", async () => {
    const masked = ndarray([1, 2], [2], undefined, { mask: [false, true] });
    const { code, message } = await errorOf(writeHdf5DenseArray(masked, file, "x"));
    expect([code, existsSync(file)]).toEqual(["INVALID_ARGUMENT", false]);
    expect(message).toContain("missing");
  });
});

describe("streams of blocks", () => {
  async function* rows(...heights: number[]) {
    let next = 0;
    for (const height of heights) {
      yield ndarray(
        Int32Array.from({ length: height * 3 }, () => next++),
        [height, 3],
      );
    }
  }

  test("arrays follow each other along the first axis", async () => {
    const written = await writeHdf5DenseArray(rows(2, 1, 5, 4), file, "x", { chunks: [4, 3] });
    expect([written.shape, written.seed.chunks]).toEqual([
      [12, 3],
      [4, 3],
    ]);
    expect(await nested(written)).toEqual(counting(12, 3).toNested());
  });

  test("blocks that say where they belong need the shape", async () => {
    const x = counting(10, 9);
    const written = await writeHdf5DenseArray(blocks(x, { bufferSize: 60 }), file, "x", { shape: [10, 9] });
    expect(await nested(written)).toEqual(x.toNested());
    expect((await errorOf(writeHdf5DenseArray(blocks(x), file, "y"))).message).toContain("shape");
  });

  test("along another axis", async () => {
    async function* columns() {
      yield ndarray([[1], [2]]);
      yield ndarray([
        [3, 4],
        [5, 6],
      ]);
    }
    expect(await nested(await writeHdf5DenseArray(columns(), file, "x", { axis: 1 }))).toEqual([
      [1, 3, 4],
      [2, 5, 6],
    ]);
  });

  test("what does not fit is refused, and no file is left", async () => {
    async function* mixed() {
      yield ndarray([[1, 2]]);
      yield ndarray([[1, 2, 3]]);
    }
    async function* types() {
      yield ndarray([1.5]);
      yield ndarray([1n]);
    }
    async function* nothing() {}
    async function* other() {
      yield 5 as never;
    }
    expect((await errorOf(writeHdf5DenseArray(mixed(), file, "x"))).code).toBe("SHAPE_MISMATCH");
    expect((await errorOf(writeHdf5DenseArray(types(), file, "x"))).code).toBe("DTYPE_UNSUPPORTED");
    expect((await errorOf(writeHdf5DenseArray(nothing(), file, "x"))).code).toBe("INVALID_ARGUMENT");
    expect((await errorOf(writeHdf5DenseArray(other(), file, "x"))).code).toBe("INVALID_ARGUMENT");
    expect(existsSync(file)).toBe(false);
  });

  test("a stream that fails is closed and leaves nothing", async () => {
    let closed = false;
    async function* failing() {
      try {
        yield ndarray([[1]]);
        throw new Error("no more");
      } finally {
        closed = true;
      }
    }
    await expect(writeHdf5DenseArray(failing(), file, "x")).rejects.toThrow("no more");
    expect([closed, existsSync(file)]).toEqual([true, false]);
  });
});

describe("modes", () => {
  test("create adds to a file, and refuses a name that is taken", async () => {
    await (await writeHdf5DenseArray(counting(2), file, "a")).close();
    await (await writeHdf5DenseArray(counting(3), file, "g/b")).close();
    expect((await errorOf(writeHdf5DenseArray(counting(4), file, "a"))).message).toContain("already");
    expect((await errorOf(writeHdf5DenseArray(counting(4), file, "a/b"))).code).toBe("INVALID_ARGUMENT");
    expect((await errorOf(writeHdf5DenseArray(counting(4), file, "g"))).code).toBe("INVALID_ARGUMENT");
    expect(await nested(await Hdf5DenseArray.open(file, "a"))).toEqual([0, 1]);
    expect(await nested(await Hdf5DenseArray.open(file, "g/b"))).toEqual([0, 1, 2]);
  });

  test("replace puts another array in the place, the rest of the file stays", async () => {
    await (await writeHdf5DenseArray(counting(2), file, "a")).close();
    await (await writeHdf5DenseArray(counting(3), file, "b")).close();
    const written = await writeHdf5DenseArray(wrap(ndarray([[1.5]])), file, "a", { mode: "replace" });
    expect(await nested(written)).toEqual([[1.5]]);
    expect(await nested(await Hdf5DenseArray.open(file, "b"))).toEqual([0, 1, 2]);
  });

  test("append makes an array that can grow, and then puts values after its own", async () => {
    const options = { mode: "append", chunks: [4, 2] } as const;
    await (await writeHdf5DenseArray(counting(3, 2), file, "x", options)).close();
    const written = await writeHdf5DenseArray(counting(2, 2), file, "x", { mode: "append" });
    expect(await nested(written)).toEqual([...(counting(3, 2).toNested() as []), ...(counting(2, 2).toNested() as [])]);
  });

  test("append along another axis", async () => {
    await (await writeHdf5DenseArray(counting(2, 2), file, "x", { maxShape: [2, null] })).close();
    const written = await writeHdf5DenseArray(counting(2, 1), file, "x", { mode: "append", axis: 1 });
    expect(await nested(written)).toEqual([
      [0, 1, 0],
      [2, 3, 1],
    ]);
  });

  test("append refuses what does not fit, and leaves the file as it was", async () => {
    await (await writeHdf5DenseArray(counting(3, 2), file, "x")).close();
    await (await writeHdf5DenseArray(counting(3, 2), file, "y", { mode: "append" })).close();
    const before = readFileSync(file);
    const append = (x: NdArray, name: string) => errorOf(writeHdf5DenseArray(x, file, name, { mode: "append" }));
    expect((await append(counting(1, 2), "x")).message).toContain("cannot grow");
    expect((await append(counting(1, 3), "y")).code).toBe("SHAPE_MISMATCH");
    expect((await append(ndarray([[1.5, 2]]), "y")).code).toBe("DTYPE_UNSUPPORTED");
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe("chunks and filters", () => {
  test("chunks that are chosen cut all axes alike, and have a megabyte", async () => {
    const x = wrap(ndarray(new Float64Array(1), [1, 1])).subset([new Uint8Array(4000), new Uint8Array(1000)]);
    const written = await writeHdf5DenseArray(x, file, "x");
    const chunks = written.seed.chunks!;
    await written.close();
    expect(chunks[0]! * chunks[1]! * 8).toBeLessThanOrEqual(2 ** 20);
    expect(chunks[0]! * chunks[1]! * 8).toBeGreaterThan(2 ** 19);
    expect(chunks[0]! / chunks[1]!).toBeCloseTo(4, 1);
  });

  test("in one piece, uncompressed, with a checksum", async () => {
    const x = counting(50, 40);
    const plain = await writeHdf5DenseArray(x, file, "plain", { chunks: null, compression: "none" });
    expect(plain.seed.chunks).toBe(null);
    expect(await nested(plain)).toEqual(x.toNested());
    for (const [name, options] of Object.entries({
      none: { compression: "none" },
      best: { level: 9, shuffle: false },
      checked: { fletcher32: true },
      shuffled: { compression: "none", shuffle: true, fletcher32: true },
    } as const))
      expect(await nested(await writeHdf5DenseArray(x, file, name, options))).toEqual(x.toNested());
  });

  test.each([
    [{ chunks: [3] }, "SHAPE_MISMATCH"],
    [{ chunks: [0, 1] }, "INVALID_ARGUMENT"],
    [{ chunks: [4, 2] }, "INVALID_ARGUMENT"],
    [{ chunks: [2 ** 20, 2 ** 20], maxShape: [null, null] }, "LIMIT_EXCEEDED"],
    [{ maxShape: [1, 1] }, "INVALID_ARGUMENT"],
    [{ chunks: null, maxShape: [null, 2] }, "INVALID_ARGUMENT"],
    [{ level: 10 }, "INVALID_ARGUMENT"],
    [{ compression: "lzma" }, "INVALID_ARGUMENT"],
    [{ shuffle: 1 }, "INVALID_ARGUMENT"],
    [{ mode: "update" }, "INVALID_ARGUMENT"],
    [{ chunk: [1, 1] }, "INVALID_ARGUMENT"],
    [{ dtype: "complex64" }, "DTYPE_UNSUPPORTED"],
    [{ axis: 2 }, "INVALID_ARGUMENT"],
    [{ shape: [2, 2] }, "INVALID_ARGUMENT"],
    [{ dimnames: [["a"], null] }, "SHAPE_MISMATCH"],
    [{ dimnames: [["a", "b\0"], null] }, "INVALID_ARGUMENT"],
  ])("%o is %s", async (options, code) => {
    const error = await errorOf(writeHdf5DenseArray(counting(2, 2), file, "x", options as never));
    expect([error.code, existsSync(file)]).toEqual([code, false]);
  });
});

describe("targets", () => {
  test("a file: URL, and a link, which stays one", async () => {
    await (await writeHdf5DenseArray(counting(2), pathToFileURL(file), "x")).close();
    const link = `${file}.link`;
    symlinkSync(file, link);
    await (await writeHdf5DenseArray(counting(3), link, "y")).close();
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(await nested(await Hdf5DenseArray.open(file, "y"))).toEqual([0, 1, 2]);
  });

  test("a function gets the file as a blob, which the result reads", async () => {
    let blob: Blob | undefined;
    const written = await writeHdf5DenseArray(
      counting(3),
      (complete) => {
        blob = complete;
      },
      "x",
    );
    expect(await nested(written)).toEqual([0, 1, 2]);
    expect(await nested(await Hdf5DenseArray.open(blob!, "x"))).toEqual([0, 1, 2]);
  });

  test("a file handle of a browser is written when the file is complete", async () => {
    const handle = fakeHandle();
    await (await writeHdf5DenseArray(counting(3), handle, "x")).close();
    await (await writeHdf5DenseArray(counting(4), handle, "y")).close();
    expect(await nested(await Hdf5DenseArray.open(handle, "x"))).toEqual([0, 1, 2]);
    expect((await errorOf(writeHdf5DenseArray(counting(4), handle, "y"))).code).toBe("INVALID_ARGUMENT");
    expect(handle.writes).toBe(2);
    const array = await Hdf5DenseArray.open(handle, "x");
    expect((await errorOf(writeHdf5DenseArray(array, handle, "z"))).message).toContain("that very file");
    await array.close();
  });

  test.each([
    ["http://localhost/x.h5", "INVALID_ARGUMENT"],
    ["", "INVALID_ARGUMENT"],
    [new URL("http://localhost/x.h5"), "INVALID_ARGUMENT"],
    [5, "INVALID_ARGUMENT"],
    [null, "INVALID_ARGUMENT"],
    [folder, "INVALID_ARGUMENT"],
    [join(folder, "no", "such", "folder.h5"), "NOT_FOUND"],
  ])("%s is %s", async (target, code) => {
    expect((await errorOf(writeHdf5DenseArray(counting(2), target as never, "x"))).code).toBe(code);
  });

  test("a file that is no HDF5 stays as it is", async () => {
    writeFileSync(file, "a,b\n1,2\n");
    for (const mode of ["create", "replace", "append"] as const)
      expect((await errorOf(writeHdf5DenseArray(counting(2), file, "x", { mode }))).code).toBe("FILE_INVALID");
    expect(readFileSync(file, "utf8")).toBe("a,b\n1,2\n");
  });

  test("a file that the array itself reads is refused, by whatever name", async () => {
    const x = await writeHdf5DenseArray(counting(3), file, "x");
    const link = `${file}.same`;
    symlinkSync(file, link);
    for (const target of [file, pathToFileURL(file), link]) {
      const { code, message } = await errorOf(writeHdf5DenseArray(concatenate([x, x]), target, "y"));
      expect([code, message.includes('"/x"')]).toEqual(["INVALID_ARGUMENT", true]);
    }
    await x.close();
  });
});

describe("all or nothing", () => {
  const leftovers = () => readdirSync(folder).filter((name) => name.endsWith(".tmp"));

  test("an abort leaves the old file", async () => {
    await (await writeHdf5DenseArray(counting(3), file, "x")).close();
    const before = readFileSync(file);
    const controller = new AbortController();
    const writing = writeHdf5DenseArray(counting(100, 100), file, "y", {
      chunks: [10, 10],
      bufferSize: 400,
      signal: controller.signal,
      onProgress: ({ done }) => done === 5 && controller.abort(new Error("enough")),
    });
    await expect(writing).rejects.toThrow("enough");
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(leftovers()).toEqual([]);
  });

  test("one that has been aborted does not begin", async () => {
    const signal = AbortSignal.abort(new Error("never"));
    await expect(writeHdf5DenseArray(counting(3), file, "x", { signal })).rejects.toThrow("never");
    expect(existsSync(file)).toBe(false);
  });

  test("a file that others write meanwhile stays as they left it", async () => {
    await (await writeHdf5DenseArray(counting(3), file, "x")).close();
    async function* interrupted() {
      yield ndarray([1]);
      writeFileSync(file, "theirs");
    }
    expect((await errorOf(writeHdf5DenseArray(interrupted(), file, "y"))).code).toBe("IO");
    expect(readFileSync(file, "utf8")).toBe("theirs");
    expect(leftovers()).toEqual([]);
  });

  test("progress counts blocks and bytes", async () => {
    const seen: Progress[] = [];
    const options = { chunks: [5, 10], bufferSize: 800, onProgress: (one: Progress) => void seen.push(one) };
    await (await writeHdf5DenseArray(counting(20, 20), file, "x", options)).close();
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.at(-1)).toEqual({ done: seen.length, total: seen.length, bytes: 1600 });
  });
});

/** A file of the origin private file system, as far as it is used. */
function fakeHandle() {
  let content = new Blob([]);
  return {
    kind: "file" as const,
    name: "fake.h5",
    writes: 0,
    getFile: async () => content,
    async createWritable() {
      let next = new Blob([]);
      return {
        write: async (data: Blob) => {
          next = data;
        },
        close: async () => {
          content = next;
          this.writes++;
        },
        abort: async () => {},
      };
    },
  };
}
