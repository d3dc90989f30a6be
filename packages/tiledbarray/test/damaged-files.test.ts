import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ndarray } from "delayedarray";
import { ArrayHandle, ArraySchema, type Filter, Query } from "libtiledb";
import { afterAll, describe, expect, test } from "vitest";
import { fixture } from "../../../tooling/fixtures/read.mjs";
import { listTileDb, TileDbArray, writeTileDbArray } from "../src/index.js";
import { place } from "./fixtures.js";
import { make } from "./source.js";

/*
 * What TileDB would take as it is, and run out of memory or end the process: sizes and places in metadata. Many more are tried
 * in tooling/live/damage.test.ts.
 */

const folder = mkdtempSync(join(tmpdir(), "damaged-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let copies = 0;

/** A copy of an array of the fixtures with one of its files changed. */
function changed(name: string, inside: string, change: (bytes: Buffer) => Buffer | undefined): string {
  const uri = join(folder, `${copies++}-${name}`);
  cpSync(place(name), uri, { recursive: true });
  const files = readdirSync(uri, { recursive: true, encoding: "utf8" });
  const path = join(uri, files.find((one) => one.includes(inside) && /\.tdb$|__\d+_\d+_[0-9a-f]+$/.test(one))!);
  const bytes = readFileSync(path);
  writeFileSync(path, change(bytes) ?? bytes);
  return uri;
}

/** Changes one byte of a file after another, the ones before as they were. */
function* changedBytes(path: string): Generator<void> {
  const bytes = readFileSync(path);
  for (let at = 0; at < bytes.length; at++) {
    const copy = Buffer.from(bytes);
    copy[at]! ^= 0x55;
    writeFileSync(path, copy);
    yield;
  }
}

/** Where the footer of a fragment's metadata begins, and where its counts are: after its flags and the box of its cells. */
function footer(bytes: Buffer, box: number): { start: number; flags: number; counts: number } {
  const start = bytes.length - 8 - Number(bytes.readBigUInt64LE(bytes.length - 8));
  const flags = start + 12 + Number(bytes.readBigUInt64LE(start + 4));
  return { start, flags, counts: flags + 2 + box };
}

const METADATA = "__fragment_metadata";
const BOX = 2 * 2 * 4;

describe("a size or place in metadata that cannot be is an error that names the file", () => {
  test.each<[string, string, string, (bytes: Buffer) => unknown, RegExp]>([
    [
      "size of a tile",
      "dense-2d-from-0.tiledb",
      METADATA,
      (b) => b.writeBigUInt64LE(2n ** 31n, 12),
      /holds 2147483648/,
    ],
    ["size of a chunk", "dense-2d-from-0.tiledb", METADATA, (b) => b.writeUInt32LE(2 ** 31, 60), /chunk at byte 60/],
    [
      "place of a list",
      "sparse-2d-from-1.tiledb",
      METADATA,
      (b) => b.writeBigUInt64LE(7n, b.length - 16),
      /at byte 7,/,
    ],
    [
      "length of the footer",
      "sparse-2d-from-1.tiledb",
      METADATA,
      (b) => b.writeBigUInt64LE(9n, b.length - 8),
      /9 bytes/,
    ],
    [
      "number of tiles",
      "sparse-2d-from-1.tiledb",
      METADATA,
      (b) => b.writeBigUInt64LE(2n ** 40n, footer(b, BOX).counts),
      /1099511627776 tiles/,
    ],
    [
      "size of a file",
      "sparse-2d-from-1.tiledb",
      METADATA,
      (b) => b.writeBigUInt64LE(5n, footer(b, BOX).counts + 18),
      /a0\.tdb has 5 bytes, but it has \d+/,
    ],
    ["flag", "dense-2d-from-0.tiledb", METADATA, (b) => b.writeUInt8(1, footer(b, BOX).flags + 1), /no cells/],
    [
      "box of cells",
      "dense-2d-from-0.tiledb",
      METADATA,
      (b) => b.writeInt32LE(2 ** 30, footer(b, BOX).flags + 6),
      /from 0 to 1073741824 along "x", but the domain from 0 to 8/,
    ],
    [
      "size of the schema",
      "dense-2d-from-0.tiledb",
      "__schema",
      (b) => b.writeBigUInt64LE(2n ** 33n, 12),
      /8589934592/,
    ],
  ])("%s", async (_, name, inside, change, what) => {
    const uri = changed(name, inside, (bytes) => {
      change(bytes);
      return undefined;
    });
    for (const one of [uri, pathToFileURL(uri).href]) {
      await expect(TileDbArray.open(one)).rejects.toMatchObject({
        code: expect.stringMatching(/^FILE_(INVALID|TRUNCATED)$/),
        message: expect.stringMatching(what),
      });
      await expect(TileDbArray.open(one)).rejects.toThrow(`${one}: the file `);
    }
  });

  test("also where the array is listed, or added to", async () => {
    const uri = changed("dense-2d-from-0.tiledb", METADATA, (bytes) => {
      bytes.writeBigUInt64LE(2n ** 31n, 12);
      return undefined;
    });
    const damaged = { code: "FILE_INVALID", message: expect.stringMatching(/__fragment_metadata\.tdb is damaged/) };
    await expect(listTileDb(uri)).rejects.toMatchObject(damaged);
    await expect(writeTileDbArray(ndarray([[1]]), uri, { mode: "append" })).rejects.toMatchObject(damaged);
  });

  test("a file that ends early is FILE_TRUNCATED", async () => {
    for (const inside of [METADATA, "__schema"]) {
      const uri = changed("dense-2d-from-0.tiledb", inside, (bytes) => bytes.subarray(0, 30));
      await expect(TileDbArray.open(uri)).rejects.toMatchObject({ code: "FILE_TRUNCATED" });
    }
  });

  test("offsets of texts that cannot be, wherever a byte is changed", async () => {
    const uri = join(folder, "texts.tiledb");
    cpSync(fixture("tiledb-texts", "sparse.tiledb"), uri, { recursive: true });
    const [fragment] = readdirSync(join(uri, "__fragments"));
    const found = new Set<string>();
    for (const _ of changedBytes(join(uri, "__fragments", fragment!, "a0.tdb"))) {
      await using array = await TileDbArray.open(uri, { attributeName: "text", shape: [6] });
      const said = await array.toDense().then(
        () => "read",
        (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
      );
      if (said !== "read") expect(said).toMatch(/^FILE_(INVALID|TRUNCATED): /);
      found.add(said.replace(/.* in tile 0, /, ""));
    }
    expect([...found].join("; ")).toMatch(/the text of cell \d begins at byte \d+, expected \d+ to \d+/);
  });

  test.each<[string, readonly Filter[], readonly Filter[]]>([
    ["nothing", [{ type: "none" }], []],
    ["lz4", [{ type: "lz4" }], []],
    ["bzip2", [{ type: "bzip2" }], []],
    ["rle", [{ type: "rle" }], []],
    ["delta", [{ type: "delta" }], []],
    ["double-delta", [{ type: "double-delta" }], []],
    ["positive-delta", [{ type: "positive-delta" }], []],
    ["bit-width-reduction", [{ type: "bit-width-reduction" }], []],
    ["xor", [{ type: "xor" }], []],
    ["byteshuffle and gzip", [{ type: "byteshuffle" }, { type: "gzip" }], []],
    ["bitshuffle and zstd", [{ type: "bitshuffle" }, { type: "zstd" }], []],
    ["windows of windows", [{ type: "positive-delta" }, { type: "bit-width-reduction" }, { type: "zstd" }], []],
    ["a checksum", [{ type: "checksum-md5" }, { type: "lz4" }], []],
    ["a dictionary", [], [{ type: "dictionary" }]],
    ["a compressed dictionary", [], [{ type: "dictionary" }, { type: "zstd" }]],
  ])("texts that are stored by %s, wherever a byte is changed", async (name, offsetsFilters, filters) => {
    const uri = join(folder, `${name}.tiledb`);
    const attribute = { name: "text", datatype: "string_ascii", cellValNum: "var", filters } as const;
    const cells = 20;
    await new ArraySchema({
      arrayType: "dense",
      dimensions: [{ name: "i", datatype: "int32", domain: [0, cells - 1], tile: 8 }],
      attributes: [attribute],
      offsetsFilters,
    }).create(uri);
    const texts = Array.from({ length: cells }, (_, i) => "abc".slice(i % 4).repeat(1 + (i % 3)));
    {
      await using out = await ArrayHandle.open(uri, "write");
      using query = new Query(out).setLayout("row-major");
      const lengths = texts.map((text) => text.length);
      const offsets = BigUint64Array.from(texts, (_, i) => BigInt(lengths.slice(0, i).reduce((a, b) => a + b, 0)));
      query.setDataBuffer("text", new TextEncoder().encode(texts.join(""))).setOffsetsBuffer("text", offsets);
      await query.submit();
    }
    const read = async () => {
      await using array = await TileDbArray.open(uri);
      return (await array.toDense()).toNested();
    };
    expect(await read()).toEqual(texts);
    const [fragment] = readdirSync(join(uri, "__fragments"));
    const found = new Set<string>();
    for (const _ of changedBytes(join(uri, "__fragments", fragment!, filters.length === 0 ? "a0.tdb" : "a0_var.tdb"))) {
      found.add(
        await read().then(
          () => "read",
          (error: { code: string }) => error.code,
        ),
      );
    }
    expect(found).toContain("FILE_INVALID");
    expect(["FILE_INVALID", "FILE_TRUNCATED", "LIMIT_EXCEEDED", "read"]).toEqual(expect.arrayContaining([...found]));
  });

  test("a tile with more chunks than it has room for, and one with more checksums", async () => {
    const uri = join(folder, "heads.tiledb");
    const x = ndarray(Float64Array.from({ length: 64 }, (_, i) => i));
    await (await writeTileDbArray(x, uri, { filters: [{ type: "checksum-md5" }] })).close();
    const [fragment] = readdirSync(join(uri, "__fragments"));
    const path = join(uri, "__fragments", fragment!, "a0.tdb");
    const bytes = readFileSync(path);
    // The high bytes of the number of chunks, and of how many checksums there are of notes and of values.
    for (const [at, what] of [
      [3, /a0\.tdb is damaged: in tile 0, there are \d+ bytes, which is less than its 268435457 chunks take/],
      [23, /chunk 0 says that it has 268435457 checksums/],
      [27, /chunk 0 says that it has 268435457 checksums/],
    ] as const) {
      const copy = Buffer.from(bytes);
      copy[at]! ^= 0x10;
      writeFileSync(path, copy);
      await using array = await TileDbArray.open(uri);
      await expect(array.toDense()).rejects.toMatchObject({
        code: "FILE_INVALID",
        message: expect.stringMatching(what),
      });
    }
  });

  test("fragments that are not read need not be whole", async () => {
    const at25 = { timestamp: 25 };
    await using whole = await TileDbArray.open(place("dense-fragments.tiledb"), at25);
    const uri = changed("dense-fragments.tiledb", join("__30_30", ""), (bytes) => bytes);
    const later = readdirSync(join(uri, "__fragments")).find((name) => name.startsWith("__30_"))!;
    writeFileSync(join(uri, "__fragments", later, "__fragment_metadata.tdb"), "damaged");
    await using array = await TileDbArray.open(uri, at25);
    expect((await array.toDense()).data).toEqual((await whole.toDense()).data);
    await expect(TileDbArray.open(uri)).rejects.toMatchObject({ code: "FILE_TRUNCATED" });
  });

  test("an array without its schema is FILE_INVALID", async () => {
    const uri = changed("dense-enumeration.tiledb", "__schema", (bytes) => bytes);
    for (const name of readdirSync(join(uri, "__schema"))) {
      if (name !== "__enumerations") rmSync(join(uri, "__schema", name));
    }
    await expect(TileDbArray.open(uri)).rejects.toMatchObject({
      code: "FILE_INVALID",
      message: `${uri} is not a TileDB array: it has no schema`,
    });
  });
});

describe("a coordinate outside the array is an error that names the dimension", () => {
  /**
   * Cells from (1, 11) on, of which the third has another coordinate in the file. There are enough for each column that batches are
   * put in order as they come.
   */
  async function strayed(datatype: "int32" | "int64", axis: 0 | 1, stray: number): Promise<string> {
    const along = (first: number, period: number) => {
      const numbers = Array.from({ length: 1500 }, (_, i) => first + (i % period));
      return datatype === "int32" ? Int32Array.from(numbers) : BigInt64Array.from(numbers, BigInt);
    };
    const uri = await make(
      {
        arrayType: "sparse",
        dimensions: [
          { name: "x", datatype, domain: [0, 1999], tile: 2000 },
          { name: "y", datatype, domain: [0, 99], tile: 100 },
        ],
        attributes: [{ name: "v", datatype: "int32" }],
        coordinateFilters: [{ type: "none" }],
      },
      { x: along(1, 1500), y: along(11, 50), v: new Int32Array(1500) },
    );
    const path = join(
      uri,
      readdirSync(uri, { recursive: true, encoding: "utf8" }).find((one) => one.endsWith(`d${axis}.tdb`))!,
    );
    const bytes = readFileSync(path);
    const first = 8 + 12; // The number of chunks, and the head of the only one.
    const { BYTES_PER_ELEMENT: each } = datatype === "int32" ? Int32Array : BigInt64Array;
    expect(bytes.readInt32LE(first + 2 * each)).toBe(axis === 0 ? 3 : 13);
    if (each === 4) bytes.writeInt32LE(stray, first + 8);
    else bytes.writeBigInt64LE(BigInt(stray), first + 16);
    writeFileSync(path, bytes);
    return uri;
  }

  test.each(
    (["int32", "int64"] as const).flatMap((datatype) =>
      ([0, 1] as const).flatMap((dimension) =>
        [-1, -77, 2000, 2 ** 31 - 1, ...(datatype === "int64" ? [2 ** 32 + 3, 2 ** 50, -(2 ** 32)] : [])].map(
          (stray) => [datatype, dimension, stray] as const,
        ),
      ),
    ),
  )("%s, dimension %i: %i", async (datatype, dimension, stray) => {
    await using array = await TileDbArray.open(await strayed(datatype, dimension, stray));
    const error = {
      code: "FILE_INVALID",
      message: expect.stringContaining(
        `a cell has coordinate ${stray} on dimension "${"xy"[dimension]}", expected one from 0 to ${[1999, 99][dimension]}`,
      ),
    };
    await expect(array.toSparse()).rejects.toMatchObject(error);
    await expect(array.toDense()).rejects.toMatchObject(error);
    await expect(array.T.toSparse()).rejects.toMatchObject(error);
  });
});
