import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import {
  astype,
  DelayedArray,
  DelayedArrayError,
  exp,
  isDelayedArray,
  isPristine,
  log1p,
  ndarray,
  slice,
  wrap,
} from "delayedarray";
import { ArraySchema, Context } from "libtiledb";
import { describe, expect, test } from "vitest";
import {
  listTileDb,
  openSomaMatrix,
  TileDbArray,
  type TileDbArrayOptions,
  TileDbArraySeed,
  writeTileDbArray,
} from "../src/index.js";
import { arrayOf, cases, expectEqual, place } from "./fixtures.js";
import { errorOf, make, newPlace } from "./source.js";

describe("a TileDbArray", () => {
  test("is a frozen delayed array with a name of its own", async () => {
    await using array = await TileDbArray.open(place("dense-2d-from-1.tiledb"));
    expect(array).toBeInstanceOf(DelayedArray);
    expect(array).toBeInstanceOf(TileDbArray);
    expect(isDelayedArray(array)).toBe(true);
    expect(Object.isFrozen(array)).toBe(true);
    expect(Object.isFrozen(array.shape)).toBe(true);
    expect(String(array)).toBe("<9 x 12> TileDbArray object of type 'float64'");
    expect(array.path).toBe(place("dense-2d-from-1.tiledb"));
    expect(array.uri).toBe(array.path);
    expect(array.attributeName).toBe("");
    expect(array.dimensionNames).toEqual(["x", "y"]);
    const { seed } = array;
    expect(seed.path).toBe(seed.uri);
    expect(seed.missing).toBe("fill");
    expect(seed.givesFreshArrays).toBe(true);
  });

  test("comes from open or wrap only: operations give delayed arrays", async () => {
    await using seed = await TileDbArraySeed.open(place("sparse-2d-from-1.tiledb"));
    const array = wrap(seed);
    expect(array).toBeInstanceOf(TileDbArray);
    expect(wrap(array)).toBe(array);
    expect(isPristine(array)).toBe(true);
    expect(String(array)).toBe("<9 x 12> sparse TileDbArray object of type 'int32'");
    const derived = array.subset([slice(1, 3)]);
    expect(derived).not.toBeInstanceOf(TileDbArray);
    expect(String(derived)).toBe("<2 x 12> sparse DelayedArray object of type 'int32'");
  });

  test("that is sparse takes every operation, and stays sparse where zeros stay zero", async () => {
    const it = cases.find(({ uri }) => uri === "sparse-2d-from-minus-5.tiledb")!;
    const { data } = arrayOf(it);
    await using array = await TileDbArray.open<"int32">(place(it.uri));
    const numbers = Array.from(data as Int32Array);
    expect(array.T.isSparse).toBe(true);
    expect(array.multiply(2).isSparse).toBe(true);
    expect(array.abs().sqrt().isSparse).toBe(true);
    expect(array.add(1).isSparse).toBe(false);
    expect(exp(array).isSparse).toBe(false);
    expect(Array.from((await array.add(1).toDense()).data, Number)).toEqual(numbers.map((value) => value + 1));
    expect(Array.from((await exp(astype(array, "float64").multiply(0)).toDense()).data)).toEqual(numbers.map(() => 1));
    expect((await array.subset([0]).toDense()).toNested()).toEqual(numbers.slice(0, 12));
    expect((await array.T.toDense()).get(3, 2)).toBe(numbers[2 * 12 + 3]);
    const logs = await log1p(array.abs()).toSparse();
    expect(logs.toDense().get(3, 4)).toBeCloseTo(Math.log1p(Math.abs(numbers[3 * 12 + 4]!)), 12);
  });
});

describe("the attribute", () => {
  test("is the first one unless it is named", async () => {
    await using first = await TileDbArray.open(place("dense-attributes.tiledb"));
    expect([first.attributeName, first.dtype]).toEqual(["", "float64"]);
    await using other = await TileDbArray.open(place("dense-attributes.tiledb"), { attributeName: "a_bool" });
    expect([other.attributeName, other.dtype]).toEqual(["a_bool", "bool"]);
  });

  test("that there is not is NOT_FOUND, naming those that there are", async () => {
    const error = await errorOf(TileDbArray.open(place("dense-nullable.tiledb"), { attributeName: "x" }));
    expect((error as Error).message).toMatch(/no attribute "x": there are "i", "f", "u", "l", "never"$/);
  });
});

describe("the shape", () => {
  test("may be a part of the domain, from its start", async () => {
    const it = cases.find(({ uri }) => uri === "dense-2d-from-minus-5.tiledb")!;
    const whole = arrayOf(it);
    await using part = await TileDbArray.open(place(it.uri), { shape: [4, 5] });
    expect(part.shape).toEqual([4, 5]);
    const data = Float64Array.from({ length: 20 }, (_, i) => Number(whole.data[Math.floor(i / 5) * 12 + (i % 5)]));
    expectEqual(await part.toDense(), { dtype: "float64", shape: [4, 5], data });
    await using nothing = await TileDbArray.open(place(it.uri), { shape: [0, 5] });
    expect((await nothing.toDense()).shape).toEqual([0, 5]);
    expect(nothing.chunkGrid().shape).toEqual([0, 5]);
  });

  test("of what was written is empty when nothing was", async () => {
    for (const uri of ["dense-never-written.tiledb", "sparse-never-written.tiledb"]) {
      await using array = await TileDbArray.open(place(uri), { shape: "written" });
      expect(array.shape).toEqual([0, 0]);
      expect((await array.toDense()).shape).toEqual([0, 0]);
    }
  });

  test("that does not fit names both sides", async () => {
    const error = await errorOf(TileDbArray.open(place("dense-2d-from-0.tiledb"), { shape: [9, 13] }));
    expect((error as Error).message).toContain("shape <9 x 13> does not fit the domain of <9 x 12>");
  });

  test("of a dense array with a current domain and 8-bit dimensions is refused, which TileDB would fail on", async () => {
    const uri = newPlace();
    await new ArraySchema({
      arrayType: "dense",
      dimensions: [{ name: "x", datatype: "uint8", domain: [0, 99], tile: 10 }],
      attributes: [{ name: "v", datatype: "int32" }],
      currentDomain: [[0, 20]],
    }).create(uri);
    const error = await errorOf(TileDbArray.open(uri));
    expect((error as DelayedArrayError).code).toBe("UNSUPPORTED_FEATURE");
    expect((error as Error).message).toContain('dimension "x" is of type uint8');
  });
});

describe("the chunk grid", () => {
  const ticks = (array: TileDbArray) =>
    array.chunkGrid().boundaries.map((axis) => Array.from(axis as Iterable<number>));

  test("is that of the tiles, which start where the domain does", async () => {
    await using array = await TileDbArray.open(place("dense-2d-from-minus-5.tiledb"));
    expect(ticks(array)).toEqual([
      [4, 8, 9],
      [6, 12],
    ]);
    expect(array.chunkGrid().cost).toBe(20 * 9 * 12);
    await using sparse = await TileDbArray.open(place("sparse-dimensions-int64.tiledb"));
    expect(ticks(sparse)).toEqual([
      [3, 6, 7],
      [4, 8, 11],
    ]);
  });

  test("is shifted when index 0 is inside a tile, and cut at the shape", async () => {
    // Coordinates 12 to 18 of tiles of 10, and 3 to 9 of tiles of 7.
    await using inside = await TileDbArray.open(place("dense-current-domain-inside.tiledb"));
    expect(inside.shape).toEqual([7, 7]);
    expect(ticks(inside)).toEqual([[7], [4, 7]]);
    await using cut = await TileDbArray.open(place("dense-2d-from-minus-5.tiledb"), { shape: [5, 3] });
    expect(ticks(cut)).toEqual([[4, 5], [3]]);
  });

  test("of huge tiles and extents takes no memory", async () => {
    await using huge = await TileDbArray.open(place("sparse-huge.tiledb"), { shape: [2 ** 52, 2 ** 53 - 1] });
    expect(huge.chunkGrid().shape).toEqual([2 ** 52, 2 ** 53 - 1]);
    expect(huge.chunkGrid().boundaries[0]!.at(1)).toBe(2000);
    expect(await huge.format()).toContain("<4503599627370496 x 9007199254740991> sparse TileDbArray");
    expect(
      (
        await huge
          .subset([
            [2, 3, 7],
            [1, 4, 9],
          ])
          .toDense()
      ).toNested(),
    ).toEqual([
      [5, 0, 0],
      [0, 0, 6],
      [0, 7, 0],
    ]);
  });
});

describe("time travel", () => {
  const values = async (timestamp: TileDbArrayOptions["timestamp"]) => {
    await using array = await TileDbArray.open(place("sparse-fragments.tiledb"), { timestamp });
    return Array.from((await array.toSparse()).data, Number).sort((a, b) => a - b);
  };

  test("reads what was written until then, or between two times", async () => {
    expect(await values(10)).toEqual([1, 2, 3]);
    expect(await values(20n)).toEqual([1, 3, 20, 40]);
    expect(await values(new Date(25))).toEqual([1, 3, 20, 40]);
    expect(await values([15, 25])).toEqual([20, 40]);
    expect(await values([30n, new Date()])).toEqual([0, 50]);
    expect(await values(0)).toEqual([]);
  });
});

test("what the file system does not let be looked at is IO, not NOT_FOUND", async () => {
  const folder = newPlace();
  mkdirSync(folder, { recursive: true });
  symlinkSync("loop", join(folder, "loop"));
  for (const call of [TileDbArray.open, listTileDb]) {
    const error = await errorOf(call(join(folder, "loop", "array")));
    expect(error).toMatchObject({ name: "DelayedArrayError", code: "IO", message: expect.stringContaining("ELOOP") });
  }
});

describe("an encrypted array", () => {
  test("is opened with its key among the settings, and not without", async () => {
    const config = { "sm.encryption_type": "AES_256_GCM", "sm.encryption_key": "0123456789abcdeF0123456789abcdeF" };
    const uri = await make(
      {
        arrayType: "dense",
        dimensions: [{ name: "x", datatype: "int32", domain: [1, 4], tile: 2 }],
        attributes: [{ name: "v", datatype: "int16" }],
      },
      { v: Int16Array.of(1, 2, 3, 4) },
      newPlace(),
      new Context(config),
    );
    await using array = await TileDbArray.open(uri, { config });
    expect((await array.toDense()).toNested()).toEqual([1, 2, 3, 4]);
    const error = await errorOf(TileDbArray.open(uri));
    expect(error).toBeInstanceOf(DelayedArrayError);
    expect(error).toMatchObject({ code: "FILE_INVALID", cause: { name: "TileDbError" } });
    expect((error as Error).message).toContain("the array is encrypted: give");
  });

  test("and one that is not: the message says what is wrong with the key", async () => {
    const type = { "sm.encryption_type": "AES_256_GCM" };
    const config = { ...type, "sm.encryption_key": "0123456789abcdeF0123456789abcdeF" };
    const uri = newPlace();
    await (await writeTileDbArray(ndarray([1, 2]), uri, { config })).close();
    const said = async (path: string, wrong: Record<string, string>) => {
      const { code, message } = (await errorOf(TileDbArray.open(path, { config: wrong }))) as DelayedArrayError;
      return `${code}: ${message}`;
    };
    const key = "0123456789abcdeF0123456789abcdef";
    expect(await said(uri, { ...type, "sm.encryption_key": key })).toMatch(/^FILE_INVALID.*is not the key/);
    expect(await said(uri, { ...type, "sm.encryption_key": "short" })).toMatch(/^INVALID_ARGUMENT.*has 32 bytes/);
    expect(await said(uri, { "sm.encryption_key": key })).toMatch(/^INVALID_ARGUMENT.*does not go without the other/);
    expect(await said(place("dense-2d-from-0.tiledb"), config)).toMatch(/^FILE_INVALID.*is not encrypted: leave/);
  });
});

describe("options of the wrong kind", () => {
  test.each<[string, unknown]>([
    ["a timestamp that is a fraction", { timestamp: 1.5 }],
    ["a negative timestamp", { timestamp: -1 }],
    ["an invalid date", { timestamp: new Date(Number.NaN) }],
    ["a timestamp of more than 64 bits", { timestamp: 2n ** 64n }],
    ["times in the wrong order", { timestamp: [20, 10] }],
    ["three times", { timestamp: [1, 2, 3] }],
    ["an attribute that is no string", { attributeName: 1 }],
    ["settings that are no object", { config: "sm.memory_budget" }],
    ["another word for missing", { missing: "nan" }],
    ["a shape that is a number", { shape: 5 }],
    ["a shape of fractions", { shape: [1.5, 2] }],
    ["a negative shape", { shape: [-1, 2] }],
    ["no object", null],
    ["a setting without a value", { config: { "vfs.s3.region": undefined } }],
  ])("%s is INVALID_ARGUMENT", async (_, options) => {
    const error = await errorOf(TileDbArray.open(place("dense-2d-from-0.tiledb"), options as TileDbArrayOptions));
    expect(error).toBeInstanceOf(DelayedArrayError);
    expect((error as DelayedArrayError).code).toBe("INVALID_ARGUMENT");
  });

  test.each<[string, string, (uri: string) => Promise<unknown>]>([
    ["TileDbArray.open", "attributename (", (uri) => TileDbArray.open(uri, { attributename: "x" } as never)],
    ["TileDbArraySeed.open", "time (", (uri) => TileDbArraySeed.open(uri, { time: 5 } as never)],
    ["listTileDb", "levels (", (uri) => listTileDb(uri, { levels: 1 } as never)],
    ["openSomaMatrix", "layers (", (uri) => openSomaMatrix(uri, { layers: "data" } as never)],
    ["writeTileDbArray", "chunks (", (uri) => writeTileDbArray(ndarray([1]), uri, { chunks: [1] } as never)],
  ])("that %s does not have are named", async (_, says, call) => {
    const error = await errorOf(call(place("dense-2d-from-0.tiledb")));
    expect(error).toMatchObject({ name: "DelayedArrayError", code: "INVALID_ARGUMENT" });
    expect((error as Error).message).toContain(`there is no option ${says}`);
  });

  test("are told which was probably meant", async () => {
    const error = await errorOf(TileDbArray.open("nowhere", { attributename: "x" } as never));
    expect((error as Error).message).toMatch(/; did you mean attributeName\?$/);
  });

  test.each<[string, (uri: string, config: Record<string, string>) => Promise<unknown>]>([
    ["TileDbArray.open", (uri, config) => TileDbArray.open(uri, { config })],
    ["listTileDb", (uri, config) => listTileDb(uri, { config })],
    ["openSomaMatrix", (uri, config) => openSomaMatrix(uri, { config })],
    ["writeTileDbArray", (uri, config) => writeTileDbArray(ndarray([1]), `${uri}.new`, { config })],
  ])("settings that are nearly one of TileDB, or that it refuses, are an error of %s", async (what, call) => {
    const uri = place("dense-2d-from-0.tiledb");
    const unknown = await errorOf(call(uri, { "vfs.s3.regoin": "eu-west-1" }));
    expect(unknown).toMatchObject({ name: "DelayedArrayError", code: "INVALID_ARGUMENT" });
    expect((unknown as Error).message).toContain(
      'config: TileDB has no setting "vfs.s3.regoin": did you mean "vfs.s3.region"?',
    );
    expect((unknown as Error).message).toContain(what);
    const refused = await errorOf(call(uri, { "sm.memory_budget": "much" }));
    expect(refused).toMatchObject({ name: "DelayedArrayError", code: "INVALID_ARGUMENT" });
    expect((refused as Error).message).toContain(what);
  });

  test("settings whose names the caller makes up, that have no default, or that others have, are let through", async () => {
    const config = {
      "vfs.s3.custom_headers.X-Owner": "me",
      "rest.token": "none",
      "sm.tile_cache_size": "10000000", // TileDB until 2.14
      "sm.num_reader_threads": "2",
      "vfs.hdfs.username": "me",
      "py.init_buffer_bytes": "1048576",
      "soma.init_buffer_bytes": "1048576",
    };
    await using array = await TileDbArray.open(place("dense-2d-from-0.tiledb"), { config });
    expect(array.ndim).toBe(2);
  });

  test.each<[string, unknown]>([
    ["a number", 5],
    ["nothing", undefined],
    ["an empty path", ""],
    ["a path with a NUL", "a\0b"],
  ])("%s for a URI is INVALID_ARGUMENT", async (_, uri) => {
    expect(((await errorOf(TileDbArray.open(uri as string))) as DelayedArrayError).code).toBe("INVALID_ARGUMENT");
  });
});

describe("cells that were never written", () => {
  const partly = cases.filter(({ unwritten, dtype }) => unwritten !== undefined && dtype !== "bool");

  test.each(partly)("$name are the fill value, missing, or 0", async (it) => {
    const expected = arrayOf(it);
    const options = { attributeName: it.attributeName };
    await using filled = await TileDbArray.open(place(it.uri), { ...options, missing: "fill" });
    expectEqual(await filled.toDense(), expected);
    await using masked = await TileDbArray.open(place(it.uri), { ...options, missing: "mask" });
    expect(masked.isMasked).toBe(true);
    expectEqual(await masked.toDense(), { ...expected, mask: Uint8Array.from(it.unwritten!) });
    await using zero = await TileDbArray.open(place(it.uri), { ...options, missing: "zero" });
    const data = expected.data.slice();
    for (const [i, flag] of it.unwritten!.entries())
      if (flag === 1) data[i] = (typeof data[i] === "bigint" ? 0n : 0) as never;
    const { mask: _, ...unmasked } = { ...expected, data };
    expectEqual(await zero.toDense(), unmasked as typeof expected);
  });

  test("cannot be masked where they are false: bool", async () => {
    const error = await errorOf(
      TileDbArray.open(place("dense-partly-written.tiledb"), { attributeName: "bool", missing: "mask" }),
    );
    expect((error as DelayedArrayError).code).toBe("UNSUPPORTED_FEATURE");
  });

  test("are 0 in a sparse array, and nothing else", async () => {
    const uri = place("sparse-never-written.tiledb");
    await using array = await TileDbArray.open(uri, { missing: "zero" });
    expect((await array.toSparse()).nnz).toBe(0);
    for (const missing of ["fill", "mask"] as const) {
      expect(((await errorOf(TileDbArray.open(uri, { missing }))) as DelayedArrayError).code).toBe("INVALID_ARGUMENT");
    }
  });

  test("are those that hold the fill value: a written one that does counts as well", async () => {
    const uri = await make(
      {
        arrayType: "dense",
        dimensions: [{ name: "x", datatype: "int32", domain: [0, 3], tile: 4 }],
        attributes: [{ name: "v", datatype: "int16", fillValue: new Uint8Array(Int16Array.of(7).buffer) }],
      },
      { v: Int16Array.of(1, 7, 3, 7) },
    );
    await using array = await TileDbArray.open(uri, { missing: "mask" });
    expect((await array.toDense()).toNested()).toEqual([1, null, 3, null]);
  });
});
