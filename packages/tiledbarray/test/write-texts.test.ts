import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnyArray, concatenate, map, type NdArray, ndarray, type Seed, wrap } from "delayedarray";
import { ArraySchema } from "libtiledb";
import { afterAll, describe, expect, test } from "vitest";
import { fixture } from "../../../tooling/fixtures/read.mjs";
import { TileDbArray, writeTileDbArray } from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "tiledbarray-texts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const place = () => join(folder, `a${count++}`);
const fragments = (uri: string) => readdirSync(join(uri, "__fragments")).length;
const nested = async (x: AnyArray) => (await wrap(x).toDense()).toNested();

const WORDS = ["", "a", "Zelle", "gène", "日本語", "🧬 helix", "with\0zero", "x".repeat(1000)];

/** Words in a matrix, `text-i-j` here and there. */
const words = (rows: number, columns: number, mask?: Uint8Array): NdArray<"string"> =>
  ndarray(
    Array.from({ length: rows * columns }, (_, i) => (i % 3 === 0 ? `text-${i}` : WORDS[i % WORDS.length]!)),
    [rows, columns],
    "string",
    { mask },
  );

describe("arrays of texts", () => {
  test.each([
    ["dense", false],
    ["sparse", true],
  ] as const)("written %s hold what was written, in several fragments or joined", async (_, sparse) => {
    const x = words(30, 20);
    for (const consolidate of [false, true]) {
      const uri = place();
      await using array = await writeTileDbArray(x, uri, { sparse, tile: [7, 6], bufferSize: 40_000, consolidate });
      expect(array.dtype).toBe("string");
      expect(await nested(array)).toEqual(x.toNested());
      if (consolidate) expect(fragments(uri)).toBe(1);
      else expect(fragments(uri)).toBeGreaterThan(2);
      const { attributes, arrayType } = await ArraySchema.load(uri);
      expect(attributes.map((one) => [one.datatype, one.cellValNum])).toEqual([["string_utf8", "var"]]);
      expect(arrayType).toBe(sparse ? "sparse" : "dense");
    }
  });

  test("keep missing ones, and tell them from empty ones", async () => {
    const mask = Uint8Array.from({ length: 12 }, (_, i) => (i % 4 === 1 ? 1 : 0));
    const x = words(4, 3, mask);
    for (const sparse of [false, true]) {
      await using array = await writeTileDbArray(x, place(), { sparse, tile: 2 });
      expect(array.isMasked).toBe(true);
      expect(await nested(array)).toEqual(x.toNested());
    }
  });

  test("may all be empty, or missing", async () => {
    for (const mask of [undefined, new Uint8Array(6).fill(1)]) {
      const x = ndarray(new Array<string>(6).fill(""), [2, 3], "string", { mask });
      for (const sparse of [false, true]) {
        await using array = await writeTileDbArray(x, place(), { sparse });
        expect(await nested(array)).toEqual(x.toNested());
      }
    }
  });

  test("of any rank and from any delayed array", async () => {
    const x = map(
      wrap(
        ndarray(
          Float64Array.from({ length: 60 }, (_, i) => i),
          [3, 4, 5],
        ),
      ),
      (v) => `n${v}`,
      {
        dtype: "string",
      },
    );
    for (const sparse of [false, true]) {
      await using array = await writeTileDbArray(x.T, place(), { sparse, tile: 2, bufferSize: 500 });
      expect(await nested(array)).toEqual(await nested(x.T));
    }
    await using old = await TileDbArray.open(fixture("tiledb-texts", "dense.tiledb"), { attributeName: "utf8" });
    await using copy = await writeTileDbArray(old, place());
    expect(await nested(copy)).toEqual(await nested(old));
  });

  test("that are long make more fragments: the budget counts their bytes", async () => {
    const [short, long] = [place(), place()];
    const x = (length: number) => ndarray(new Array<string>(1000).fill("é".repeat(length)), [100, 10]);
    const options = { tile: [5, 10], bufferSize: 400_000 };
    await (await writeTileDbArray(x(10), short, options)).close();
    await using array = await writeTileDbArray(x(500), long, options);
    // 1 MB of text, of which a quarter of the buffer goes into one fragment.
    expect(fragments(long)).toBeGreaterThanOrEqual(10);
    expect(fragments(short)).toBe(1);
    expect(await nested(array)).toEqual(x(500).toNested());
  });

  test("whose length cannot be told from the first are cut into what fits, tile by tile", async () => {
    const uri = place();
    const texts = Array.from({ length: 400 }, (_, i) => (i < 200 ? "" : `${i}`.repeat(1000)));
    const x = ndarray(texts, [20, 20]);
    await using array = await writeTileDbArray(x, uri, { tile: [3, 4], bufferSize: 200_000, concurrency: 1 });
    expect(fragments(uri)).toBeGreaterThan(10);
    expect(await nested(array)).toEqual(x.toNested());
  });

  test("are added to, along either axis, also beyond a current domain", async () => {
    for (const sparse of [false, true]) {
      for (const axis of [0, 1]) {
        const uri = place();
        await (await writeTileDbArray(words(4, 5), uri, { sparse, maxShape: [40, 40], tile: 3 })).close();
        await using array = await writeTileDbArray(words(4, 5), uri, { mode: "append", axis, bufferSize: 900 });
        expect(await nested(array)).toEqual(await nested(concatenate([words(4, 5), words(4, 5)], axis)));
      }
    }
  });

  test("are added to what TileDB-Py has written", async () => {
    const uri = place();
    const schema = new ArraySchema({
      arrayType: "dense",
      dimensions: [{ name: "i", datatype: "int32", domain: [1, 50], tile: 5 }],
      attributes: [{ name: "code", datatype: "string_ascii", cellValNum: "var" }],
    });
    await schema.create(uri);
    await (await writeTileDbArray(ndarray(["a", "bc"]), uri, { mode: "append" })).close();
    await using array = await writeTileDbArray(ndarray(["", "d"]), uri, { mode: "append" });
    expect(await nested(array.subset([[0, 1, 2, 3]]))).toEqual(["a", "bc", "", "d"]);
    const added = writeTileDbArray(ndarray(["é"]), uri, { mode: "append" });
    await expect(added).rejects.toMatchObject({ code: "INVALID_ARGUMENT", message: expect.stringContaining('"é"') });
    expect(fragments(uri)).toBe(2);
  });

  test("replace, and are replaced", async () => {
    const uri = place();
    await (await writeTileDbArray(words(4, 5), uri)).close();
    await (await writeTileDbArray(words(2, 3), uri, { mode: "replace" })).close();
    await using array = await writeTileDbArray(ndarray([1, 2]), uri, { mode: "replace" });
    expect(await nested(array)).toEqual([1, 2]);
  });

  test("that are no text are refused, and nothing is left", async () => {
    for (const sparse of [false, true]) {
      const uri = place();
      const lone = writeTileDbArray(ndarray(["fine", "half \ud83e of a pair"]), uri, { sparse });
      await expect(lone).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        message: expect.stringMatching(/surrogate/),
      });
      expect(existsSync(uri)).toBe(false);
    }
    const uri = place();
    await (await writeTileDbArray(words(4, 5), uri, { maxShape: [10, 5] })).close();
    const numbers = writeTileDbArray(ndarray([[1, 2, 3, 4, 5]]), uri, { mode: "append" });
    await expect(numbers).rejects.toMatchObject({ code: "DTYPE_UNSUPPORTED" });
  });

  test("as runs are refused, as TileDB corrupts its memory when it reads long ones", async () => {
    const uri = place();
    const runs = writeTileDbArray(words(2, 2), uri, { filters: [{ type: "rle" }] });
    await expect(runs).rejects.toMatchObject({ code: "UNSUPPORTED_FEATURE", message: expect.stringContaining("rle") });
    const sums = { filters: [{ type: "byteshuffle" }, { type: "checksum-md5" }] } as const;
    await expect(writeTileDbArray(words(2, 2), uri, sums)).rejects.toMatchObject({ code: "UNSUPPORTED_FEATURE" });
    expect(existsSync(uri)).toBe(false);
    await new ArraySchema({
      arrayType: "sparse",
      dimensions: [{ name: "i", datatype: "int32", domain: [1, 50], tile: 5 }],
      attributes: [{ name: "x", datatype: "string_utf8", cellValNum: "var", filters: [{ type: "rle" }] }],
    }).create(uri);
    await expect(TileDbArray.open(uri)).rejects.toMatchObject({ code: "UNSUPPORTED_FEATURE" });
  });

  test("are undone when they fail or are aborted", async () => {
    const x = words(10, 10);
    const broken: Seed<"string"> = {
      shape: [10, 10],
      dtype: "string",
      isSparse: false,
      isMasked: false,
      chunkGrid: () => x.chunkGrid(),
      extractDense(subset) {
        if (!Array.isArray(subset[0]) && (subset[0] as { stop: number }).stop > 5) throw new Error("broken");
        return x.extractDense(subset);
      },
    };
    const uri = place();
    const options = { tile: [1, 10], bufferSize: 3000 };
    await expect(writeTileDbArray(broken, uri, options)).rejects.toThrow("broken");
    expect(existsSync(uri)).toBe(false);
    await (await writeTileDbArray(x, uri, { ...options, maxShape: [100, 10] })).close();
    const before = fragments(uri);
    await expect(writeTileDbArray(broken, uri, { mode: "append", bufferSize: 3000 })).rejects.toThrow("broken");
    const stop = new AbortController();
    const aborted = writeTileDbArray(x, uri, {
      mode: "append",
      bufferSize: 3000,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error("enough")),
    });
    await expect(aborted).rejects.toThrow("enough");
    expect(fragments(uri)).toBe(before);
    await using array = await TileDbArray.open(uri);
    expect(await nested(array)).toEqual(x.toNested());
  });
});
