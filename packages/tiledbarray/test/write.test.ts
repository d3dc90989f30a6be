import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AnyArray,
  concatenate,
  DelayedArrayError,
  type DType,
  ndarray,
  type Seed,
  SparseNdarray,
  wrap,
} from "delayedarray";
import { ArraySchema, Context } from "libtiledb";
import { afterAll, describe, expect, test } from "vitest";
import { fixture } from "../../../tooling/fixtures/read.mjs";
import { TileDbArray, type WriteTileDbArrayOptions, writeTileDbArray } from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "tiledbarray-write-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const place = () => join(folder, `a${count++}`);

const fragments = (uri: string) => readdirSync(join(uri, "__fragments")).length;

/** The code and message of what a promise rejects with. */
async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof DelayedArrayError) return `${error.code}: ${error.message}`;
    return String(error);
  }
  return "nothing failed";
}

const numbers = (rows: number, columns: number, dtype: DType = "float64") =>
  wrap(
    ndarray(Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => i * columns + j))),
  ).astype(dtype);

describe("a new array", () => {
  test.each<DType>([
    "bool",
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "uint32",
    "int64",
    "uint64",
    "float32",
    "float64",
  ])("of %s holds what was written, dense and sparse", async (dtype) => {
    const x = numbers(5, 7, dtype);
    for (const sparse of [false, true]) {
      await using array = await writeTileDbArray(x, place(), { sparse, tile: [2, 3] });
      expect(array.dtype).toBe(dtype);
      expect(array.isSparse).toBe(sparse);
      expect((await array.toDense()).toNested()).toEqual((await x.toDense()).toNested());
    }
  });

  test("is written in several fragments, made of whole tiles", async () => {
    const uri = place();
    const x = numbers(100, 100, "int32");
    await using array = await writeTileDbArray(x, uri, { tile: 10, bufferSize: 4 * 4000, concurrency: 2 });
    expect(fragments(uri)).toBeGreaterThan(5);
    expect((await array.toDense()).data).toEqual((await x.toDense()).data);
    const joined = place();
    await using other = await writeTileDbArray(x, joined, { tile: 10, bufferSize: 4 * 4000, consolidate: true });
    expect(fragments(joined)).toBe(1);
    expect((await other.toDense()).data).toEqual((await x.toDense()).data);
  });

  test.each([
    [[7, 6], 1],
    [[7, 6], 2],
    [[5, 5], 2],
    [[29, 19], 2],
  ])("of tiles of %j, some of which stick out, %i written at a time, is joined", async (tile, concurrency) => {
    const x = numbers(30, 20, "int32");
    for (const sparse of [false, true]) {
      const uri = place();
      await using array = await writeTileDbArray(x, uri, {
        sparse,
        tile,
        concurrency,
        bufferSize: 2000,
        consolidate: true,
      });
      expect(fragments(uri)).toBe(1);
      expect((await array.toDense()).data).toEqual((await x.toDense()).data);
    }
  });

  test("has the schema that was asked for", async () => {
    const uri = place();
    await using array = await writeTileDbArray(numbers(4, 6), uri, {
      attributeName: "v",
      sparse: true,
      dtype: "int16",
      tile: [2, 4],
      domainStart: [1, -5],
      cellOrder: "column-major",
      tileOrder: "column-major",
      capacity: 50,
      filters: [{ type: "gzip", level: 3 }],
      dimensionNames: ["gene", "cell"],
      dimensionType: "int64",
    });
    const schema = await ArraySchema.load(uri);
    expect(schema.domain.dimensions.map(({ name, datatype, domain, tile }) => [name, datatype, domain, tile])).toEqual([
      ["gene", "int64", [1n, 4n], 2n],
      ["cell", "int64", [-5n, 0n], 4n],
    ]);
    expect([schema.cellOrder, schema.tileOrder, schema.capacity]).toEqual(["column-major", "column-major", 50n]);
    expect(schema.attributes.map(({ name, datatype }) => [name, datatype])).toEqual([["v", "int16"]]);
    expect(schema.attributes[0]!.filters.filters.map(({ type, level }) => [type, level])).toEqual([["gzip", 3]]);
    expect(array.dimensionNames).toEqual(["gene", "cell"]);
    expect((await array.subset([3]).toDense()).toNested()).toEqual([18, 19, 20, 21, 22, 23]);
  });

  test("keeps missing values, and names of indices", async () => {
    const mask = Uint8Array.of(0, 1, 0, 0, 0, 1);
    const x = wrap(ndarray([1, 2, 0, 4, 5, 6], [2, 3], "int32", { mask })).withDimnames([["a", "b"], null]);
    for (const sparse of [false, true]) {
      await using array = await writeTileDbArray(x, place(), { sparse });
      expect((await array.toDense()).toNested()).toEqual([
        [1, null, 0],
        [4, 5, null],
      ]);
      expect(array.dimnames).toEqual([["a", "b"], null]);
      expect((await array.subset(["b"]).toDense()).toNested()).toEqual([4, 5, null]);
    }
  });

  test.each([
    ["int64", -(2n ** 63n)],
    ["int64", 2n ** 62n],
    ["uint64", 2n ** 64n - 100n],
    ["int8", -100n],
  ] as const)("takes coordinates of %s from %i on", async (dimensionType, domainStart) => {
    const x = numbers(6, 4, "int32");
    for (const sparse of [false, true]) {
      await using array = await writeTileDbArray(x, place(), { sparse, dimensionType, domainStart, tile: 2 });
      expect((await array.toDense()).toNested()).toEqual((await x.toDense()).toNested());
    }
  });

  test("may have any rank", async () => {
    for (const shape of [[7], [2, 3, 4], [2, 1, 3, 2, 2]]) {
      const size = shape.reduce((a, b) => a * b, 1);
      const x = ndarray(
        Float64Array.from({ length: size }, (_, i) => (i % 3 === 0 ? 0 : i)),
        shape,
      );
      for (const sparse of [false, true]) {
        await using array = await writeTileDbArray(x, place(), { sparse, bufferSize: 64 });
        expect([...(await array.toDense()).data]).toEqual([...x.data]);
      }
    }
  });

  test("of a sparse array is sparse, and takes no memory for zeros", async () => {
    const x = SparseNdarray.fromCoo({
      coords: [Float64Array.of(0, 999_999), Float64Array.of(5, 999_999)],
      data: Float64Array.of(1.5, 2.5),
      shape: [1e6, 1e6],
    });
    await using array = await writeTileDbArray(x, place(), { bufferSize: 1e12 });
    expect(array.isSparse).toBe(true);
    expect(array.shape).toEqual([1e6, 1e6]);
    expect((await array.toSparse()).toCoo()).toEqual(x.toCoo());
  });
});

describe("refused are", () => {
  const refused =
    (message: string, options: WriteTileDbArrayOptions, x: AnyArray = numbers(2, 3)) =>
    async () => {
      const uri = place();
      expect(await failure(writeTileDbArray(x, uri, options))).toContain(message);
      expect(existsSync(uri)).toBe(false);
    };
  test("an unknown option", refused("there is no option tiles", { tiles: 3 } as never));
  test("a wrong mode", refused('INVALID_ARGUMENT: writeTileDbArray: mode "update"', { mode: "update" } as never));
  test(
    "too many tiles",
    refused("SHAPE_MISMATCH: writeTileDbArray: tile has 3 entries, expected 2", { tile: [1, 2, 3] }),
  );
  test("a tile of no cells", refused("INVALID_ARGUMENT: writeTileDbArray: tile 0", { tile: 0 }));
  test(
    "a domain beyond the type of its dimensions",
    refused("axis 1: 3 coordinates from 126 on", { dimensionType: "int8", domainStart: [0, 126] }),
  );
  test("an axis for a new array", refused('axis cannot be given with mode "create"', { axis: 1 }));
  test("no axes", refused("UNSUPPORTED_FEATURE", {}, ndarray(Float64Array.of(1), [])));
  test("an extent of zero", refused("<2 x 0> cannot be a TileDB array", {}, ndarray(new Float64Array(0), [2, 0])));
  test("numbers as texts", refused("DTYPE_UNSUPPORTED", { dtype: "string" }));
  test("a maxShape that is too small", refused("SHAPE_MISMATCH", { maxShape: [1, 3] }));
  test(
    "a dense array with a current domain and dimensions of 8 bits",
    refused("UNSUPPORTED_FEATURE", { maxShape: [9, 9], dimensionType: "uint8" }),
  );
  test(
    "joining the fragments of a dense array with a current domain",
    refused("UNSUPPORTED_FEATURE", { maxShape: [9, 9], consolidate: true }),
  );
  test.each<[string, object]>([
    ["attributeName", { attributeName: 7 }],
    ["filters", { filters: [null] }],
    ["filters", { filters: "zstd" }],
    ["filter", { filters: [{ type: "gzip", level: 99 }] }],
    ["Dictionary", { filters: [{ type: "dictionary" }] }],
    ["dimensionNames", { dimensionNames: [1, 2] }],
    ["cellOrder", { cellOrder: "global-order" }],
    ["tileOrder", { tileOrder: "hilbert" }],
    ["hilbert", { cellOrder: "hilbert", sparse: false }],
    ["config", { config: 7 }],
    ["unique names", { attributeName: "d1" }],
  ])("%s: %j", async (says, options) => {
    const uri = place();
    const found = await failure(writeTileDbArray(numbers(2, 3), uri, options));
    expect(found).toMatch(/^INVALID_ARGUMENT: writeTileDbArray/);
    expect(found.toLowerCase()).toContain(says.toLowerCase().replace("filter", "").trim());
    expect(existsSync(uri)).toBe(false);
  });
  test("filters that TileDB refuses", refused("INVALID_ARGUMENT", { filters: [{ type: "none-such" }] } as never));

  test("to add to what is no array", async () => {
    const nothing = place();
    expect(await failure(writeTileDbArray(numbers(2, 2), nothing, { mode: "append" }))).toBe(
      `NOT_FOUND: writeTileDbArray ${nothing}: there is no TileDB array at ${nothing}: mode "create" makes one`,
    );
    const group = fixture("tiledb", "group.tiledb");
    expect(await failure(writeTileDbArray(numbers(2, 2), group, { mode: "append" }))).toMatch(
      /^INVALID_ARGUMENT: .* is a TileDB group, expected an array$/,
    );
  });

  test("a place where something is", async () => {
    const uri = place();
    await (await writeTileDbArray(numbers(2, 2), uri)).close();
    expect(await failure(writeTileDbArray(numbers(3, 3), uri))).toContain('there is an array already: mode "replace"');
    await using array = await TileDbArray.open(uri);
    expect(array.shape).toEqual([2, 2]);
    expect(await failure(writeTileDbArray(numbers(2, 2), folder, { mode: "replace" }))).toContain("INVALID_ARGUMENT");
  });
});

describe("an encrypted array", () => {
  const config = { "sm.encryption_type": "AES_256_GCM", "sm.encryption_key": "0123456789abcdef0123456789abcdef" };
  const x = numbers(6, 4);

  test.each([false, true])("is written, joined, replaced and added to with its key (sparse: %s)", async (sparse) => {
    const uri = place();
    const options = { sparse, tile: 2, bufferSize: 200, consolidate: true, config };
    await (await writeTileDbArray(x, uri, options)).close();
    expect(fragments(uri)).toBe(1);
    await expect(TileDbArray.open(uri)).rejects.toThrow(/encrypted/);
    await using array = await writeTileDbArray(x.add(1), uri, { ...options, mode: "replace" });
    expect((await array.toDense()).toNested()).toEqual((await x.add(1).toDense()).toNested());
    const reserved = place();
    await new ArraySchema({
      arrayType: "dense",
      dimensions: [{ name: "i", datatype: "int32", domain: [0, 99], tile: 10 }],
      attributes: [{ name: "x", datatype: "float64" }],
    }).create(reserved, { context: new Context(config) });
    for (let i = 0; i < 2; i++) {
      await (
        await writeTileDbArray(ndarray([1, 2, 3]), reserved, { mode: "append", config, consolidate: true })
      ).close();
    }
    await using grown = await TileDbArray.open(reserved, { config, shape: [6] });
    expect((await grown.toDense()).toNested()).toEqual([1, 2, 3, 1, 2, 3]);
  });

  test("cannot grow: TileDB would store the larger current domain without encryption", async () => {
    const uri = place();
    expect(await failure(writeTileDbArray(x, uri, { maxShape: [9, 9], config }))).toContain("UNSUPPORTED_FEATURE");
    expect(existsSync(uri)).toBe(false);
  });
});

describe("replacing", () => {
  test("gives the new array, with another shape", async () => {
    const uri = place();
    await (await writeTileDbArray(numbers(2, 2), uri)).close();
    await using array = await writeTileDbArray(numbers(3, 4, "int8"), uri, { mode: "replace" });
    expect([array.dtype, array.shape]).toEqual(["int8", [3, 4]]);
    expect(readdirSync(folder).filter((name) => name.startsWith(`${uri.split("/").at(-1)}.`))).toEqual([]);
  });

  test("leaves the old array when it fails", async () => {
    const uri = place();
    await (await writeTileDbArray(numbers(2, 2), uri)).close();
    expect(await failure(writeTileDbArray(failing(3), uri, { mode: "replace", bufferSize: 800 }))).toContain("broken");
    await using array = await TileDbArray.open(uri);
    expect((await array.toDense()).toNested()).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(readdirSync(folder).filter((name) => name.startsWith(`${uri.split("/").at(-1)}.`))).toEqual([]);
  });

  test("an array that is read from is refused", async () => {
    const uri = place();
    await using array = await writeTileDbArray(numbers(2, 2), uri);
    expect(await failure(writeTileDbArray(array.add(1), `${uri}/`, { mode: "replace" }))).toContain("reads from");
  });
});

/** 10 x 10 whose rows from `row` on cannot be read. */
function failing(row: number): Seed {
  const values = ndarray(new Float64Array(100).fill(7), [10, 10]);
  return {
    shape: [10, 10],
    dtype: "float64",
    isSparse: false,
    isMasked: false,
    chunkGrid: () => values.chunkGrid(),
    extractDense(subset, options) {
      const [rows] = subset;
      const last = Array.isArray(rows) ? rows.at(-1) : (rows as { stop: number }).stop;
      if (last > row) throw new Error("broken");
      return (values as unknown as Seed).extractDense(subset, options) as never;
    },
  };
}

describe("a failure, or an abort,", () => {
  test("leaves nothing of a new array", async () => {
    const uri = place();
    expect(await failure(writeTileDbArray(failing(5), uri, { tile: [1, 10], bufferSize: 320 }))).toContain("broken");
    expect(existsSync(uri)).toBe(false);
  });

  test("rejects with the signal's reason, between blocks", async () => {
    const uri = place();
    const controller = new AbortController();
    const steps: number[] = [];
    const writing = writeTileDbArray(numbers(100, 100), uri, {
      tile: 10,
      bufferSize: 3200,
      signal: controller.signal,
      onProgress({ done, total }) {
        expect(total).toBe(10_000);
        steps.push(done);
        if (steps.length === 3) controller.abort(new Error("enough"));
      },
    });
    expect(await failure(writing)).toBe("Error: enough");
    expect(steps.length).toBeLessThan(8);
    expect(existsSync(uri)).toBe(false);
    expect(await failure(writeTileDbArray(numbers(2, 2), uri, { signal: AbortSignal.abort(new Error("no")) }))).toBe(
      "Error: no",
    );
  });
});

describe("appending", () => {
  test.each([
    ["dense", false, 0],
    ["dense", false, 1],
    ["sparse", true, 0],
    ["sparse", true, 1],
  ] as const)("to a %s array (%s) along axis %i", async (_, sparse, axis) => {
    const uri = place();
    const first = numbers(4, 6, "int32").withDimnames([["a", "b", "c", "d"], [..."uvwxyz"]]);
    await (await writeTileDbArray(first, uri, { sparse, maxShape: [100, 100], tile: [3, 4] })).close();
    const more = axis === 0 ? numbers(3, 6, "int32") : numbers(4, 5, "int32");
    await (await writeTileDbArray(more.add(1000).astype("int32"), uri, { mode: "append", axis })).close();
    await using array = await writeTileDbArray(more.add(2000).astype("int32"), uri, {
      mode: "append",
      axis,
      bufferSize: 64,
    });
    const expected = concatenate([first, more.add(1000), more.add(2000)], axis);
    expect(array.shape).toEqual(expected.shape);
    expect((await array.toDense()).toNested()).toEqual((await expected.toDense()).toNested());
    expect(array.dimnames?.[1 - axis]).toEqual(first.dimnames?.[1 - axis]);
    expect(array.dimnames?.[axis]).toBe(null);
  });

  test("to a dense array whose domain was reserved without a current domain goes on after what was written", async () => {
    const uri = place();
    const schema = new ArraySchema({
      arrayType: "dense",
      dimensions: [
        { name: "i", datatype: "int32", domain: [1, 50], tile: 5 },
        { name: "j", datatype: "int32", domain: [1, 3], tile: 3 },
      ],
      attributes: [{ name: "x", datatype: "float64" }],
    });
    await schema.create(uri);
    for (let i = 0; i < 3; i++) {
      await (await writeTileDbArray(numbers(4, 3).add(100 * i), uri, { mode: "append", consolidate: true })).close();
    }
    await using array = await TileDbArray.open(uri, { shape: [12, 3] });
    const expected = concatenate([numbers(4, 3), numbers(4, 3).add(100), numbers(4, 3).add(200)], 0);
    expect((await array.toDense()).toNested()).toEqual((await expected.toDense()).toNested());
    expect(await failure(writeTileDbArray(numbers(40, 3), uri, { mode: "append" }))).toContain("LIMIT_EXCEEDED");
  });

  test("that fails leaves the array as it was", async () => {
    for (const sparse of [false, true]) {
      const uri = place();
      await (await writeTileDbArray(numbers(4, 10), uri, { sparse, maxShape: [100, 10], tile: [1, 10] })).close();
      const before = readdirSync(join(uri, "__schema")).length;
      expect(await failure(writeTileDbArray(failing(5), uri, { mode: "append", bufferSize: 320 }))).toContain("broken");
      await using array = await TileDbArray.open(uri);
      expect(array.shape).toEqual([4, 10]);
      expect((await array.toDense()).data).toEqual((await numbers(4, 10).toDense()).data);
      expect(fragments(uri)).toBe(1);
      expect(readdirSync(join(uri, "__schema")).length).toBe(before);
    }
  });

  test.each<[string, AnyArray, WriteTileDbArrayOptions]>([
    ["SHAPE_MISMATCH", numbers(2, 4), {}],
    ["SHAPE_MISMATCH", numbers(2, 3), { axis: 2 }],
    ["LIMIT_EXCEEDED", numbers(20, 3), {}],
    ["DTYPE_UNSUPPORTED", numbers(2, 3, "int32"), {}],
    ["INVALID_ARGUMENT", ndarray([1, 2, 3], [1, 3], "float64", { mask: Uint8Array.of(1, 0, 0) }), {}],
    ["INVALID_ARGUMENT", numbers(2, 3), { tile: 3 }],
    ["UNSUPPORTED_FEATURE", numbers(2, 3), { consolidate: true }],
    ["NOT_FOUND", numbers(2, 3), { attributeName: "y" }],
  ])("gives %s", async (code, x, options) => {
    const uri = place();
    await (await writeTileDbArray(numbers(4, 3), uri, { maxShape: [10, 3] })).close();
    expect(await failure(writeTileDbArray(x, uri, { mode: "append", ...options }))).toContain(code);
    await using array = await TileDbArray.open(uri);
    expect(array.shape).toEqual([4, 3]);
  });

  test("of what reads the array itself goes on from what it was", async () => {
    for (const sparse of [false, true]) {
      const uri = place();
      await using array = await writeTileDbArray(numbers(4, 5), uri, { sparse, maxShape: [100, 5], tile: 2 });
      await using grown = await writeTileDbArray(array.multiply(10), uri, { mode: "append", bufferSize: 100 });
      const expected = concatenate([numbers(4, 5), numbers(4, 5).multiply(10)], 0);
      expect((await grown.toDense()).toNested()).toEqual((await expected.toDense()).toNested());
    }
  });

  test.skipIf(process.platform === "win32")("through a link adds to the array that it leads to", async () => {
    const [uri, link] = [place(), place()];
    await (await writeTileDbArray(numbers(4, 5), uri, { maxShape: [100, 5] })).close();
    symlinkSync(uri, link);
    await using array = await writeTileDbArray(numbers(4, 5), link, { mode: "append" });
    expect(array.shape).toEqual([8, 5]);
    await using same = await TileDbArray.open(uri);
    expect(same.shape).toEqual([8, 5]);
  });

  test("to nothing is NOT_FOUND", async () => {
    expect(await failure(writeTileDbArray(numbers(2, 3), place(), { mode: "append" }))).toContain("NOT_FOUND");
  });
});
