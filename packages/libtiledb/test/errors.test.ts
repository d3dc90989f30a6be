import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import {
  ArrayHandle,
  ArraySchema,
  Context,
  Query,
  removeObject,
  Subarray,
  TileDbError,
  type TileDbErrorCode,
  Vfs,
} from "../src/index.js";
import { built, builtFolder, run } from "./child.js";
import { place } from "./place.js";

const uri = place();
const schema = new ArraySchema({
  arrayType: "dense",
  dimensions: [{ name: "i", datatype: "int32", domain: [1, 8], tile: 4 }],
  attributes: [{ name: "a", datatype: "float64", filters: [{ type: "checksum-sha256" }] }],
});

async function fill(at: string, config: Record<string, string> = {}): Promise<void> {
  await using array = await ArrayHandle.open(at, "write", { config });
  using query = new Query(array).setLayout("row-major").setDataBuffer("a", new Float64Array(8).fill(1.5));
  await query.submit();
}

function change(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length - 3] = (bytes[bytes.length - 3] as number) ^ 0xff;
  writeFileSync(path, bytes);
}

beforeAll(async () => {
  await schema.create(uri);
  await fill(uri);
});

/** What an error must say: the kind, the C function, and words of TileDB's own message. */
function failure(code: TileDbErrorCode, functionName: string | undefined, message: RegExp) {
  return expect.objectContaining({
    name: "TileDbError",
    code,
    status: functionName === undefined ? undefined : -1,
    function: functionName,
    message: expect.stringMatching(message),
  });
}

describe("what TileDB refuses", () => {
  it("is told in its own words", async () => {
    const missing = place();
    await expect(ArrayHandle.open(missing)).rejects.toEqual(
      failure("NOT_FOUND", "tiledb_array_open", /does not exist/),
    );
    await expect(ArraySchema.load(missing)).rejects.toEqual(
      failure("NOT_FOUND", "tiledb_array_schema_load", /array_schema|schema|exist/i),
    );
    await expect(schema.create(uri)).rejects.toEqual(
      failure("INVALID_ARGUMENT", "tiledb_array_create", /already exists/),
    );
    expect(() => new Context({ "sm.memory_budget": "many" })).toThrow(
      failure("INVALID_ARGUMENT", "tiledb_config_set", /many|convert|value/i),
    );
  });

  it("is a schema without attributes, or a domain that a tile does not fit", () => {
    const dimensions = [{ name: "i", datatype: "int32", domain: [1, 8], tile: 4 }] as const;
    expect(() => new ArraySchema({ arrayType: "dense", dimensions, attributes: [] }).check()).toThrow(
      failure("INVALID_ARGUMENT", "tiledb_array_schema_check", /attribute/i),
    );
    const tooLarge = [{ name: "i", datatype: "int32", domain: [1, 8], tile: 9 }] as const;
    const attributes = [{ name: "a", datatype: "int32" }] as const;
    expect(() => new ArraySchema({ arrayType: "dense", dimensions: tooLarge, attributes }).check()).toThrow(
      failure("INVALID_ARGUMENT", "tiledb_dimension_alloc", /tile extent/i),
    );
  });

  it("is a range outside the domain", async () => {
    await using array = await ArrayHandle.open(uri);
    using subarray = new Subarray(array);
    expect(() => subarray.addRange(0, 0, 3)).toThrow(
      failure("INVALID_ARGUMENT", "tiledb_subarray_add_range", /domain/),
    );
    expect(() => subarray.addPoints("i", [1, 9])).toThrow(
      failure("INVALID_ARGUMENT", "tiledb_subarray_add_point_ranges", /domain/),
    );
  });

  it.each([
    ["a byte was changed", "FILE_INVALID", /checksum/i, (path: string) => change(path)],
    ["the end is missing", "FILE_TRUNCATED", /exceeds file size/i, (path: string) => truncateSync(path, 40)],
    ["all is missing", "FILE_INVALID", /no such file/i, (path: string) => rmSync(path)],
  ] as const)("is a file of which %s", async (_, code, message, damage) => {
    const damaged = place();
    cpSync(uri, damaged, { recursive: true });
    const files = readdirSync(damaged, { recursive: true, encoding: "utf8" });
    damage(join(damaged, files.find((name) => name.endsWith("a0.tdb")) as string));
    await using array = await ArrayHandle.open(damaged);
    using query = new Query(array).setDataBuffer("a", new Float64Array(8));
    await expect(query.submit()).rejects.toEqual(failure(code, "tiledb_query_submit", message));
  });

  it("is a query without buffers, or with too few cells", async () => {
    await using array = await ArrayHandle.open(uri);
    await expect(new Query(array).submit()).rejects.toEqual(
      failure("INVALID_ARGUMENT", "tiledb_query_submit", /buffers not set/i),
    );
    await using writer = await ArrayHandle.open(uri, "write");
    using query = new Query(writer).setLayout("row-major").setDataBuffer("a", new Float64Array(3));
    await expect(query.submit()).rejects.toEqual(failure("INVALID_ARGUMENT", "tiledb_query_submit", /3 != 8/));
  });

  it("is a file that is not there", async () => {
    using vfs = new Vfs();
    await expect(vfs.fileSize(place())).rejects.toEqual(failure("NOT_FOUND", "tiledb_vfs_file_size", /no such file/i));
    await expect(removeObject(place())).rejects.toEqual(failure("NOT_FOUND", "tiledb_object_remove", /invalid/i));
  });

  it("is an array whose encryption key is not given", async () => {
    const secret = place();
    const config = { "sm.encryption_type": "AES_256_GCM", "sm.encryption_key": "0123456789abcdeF0123456789abcdeF" };
    using context = new Context(config);
    await schema.create(secret, { context });
    await fill(secret, config);
    await expect(ArrayHandle.open(secret)).rejects.toEqual(failure("FILE_INVALID", "tiledb_array_open", /encrypt/i));
    await using array = await ArrayHandle.open(secret, "read", { config });
    const data = new Float64Array(8);
    using query = new Query(array).setDataBuffer("a", data);
    expect(await query.submit()).toBe("completed");
    expect([...data]).toEqual(new Array(8).fill(1.5));
  });
});

describe("what this package refuses", () => {
  const invalid = (message: RegExp) => failure("INVALID_ARGUMENT", undefined, message);

  it("names what was given and what was expected", async () => {
    await using array = await ArrayHandle.open(uri);
    using query = new Query(array);
    expect(() => query.setDataBuffer("a", new Int32Array(8))).toThrow(invalid(/"a" is a Int32Array.*float64/));
    expect(() => query.setValidityBuffer("a", new Uint8Array(8))).toThrow(invalid(/not nullable/));
    expect(() => query.setOffsetsBuffer("a", new BigUint64Array(8))).toThrow(invalid(/fixed length/));
    expect(() => query.setDataBuffer("b", new Int32Array(8))).toThrow(failure("NOT_FOUND", undefined, /"b" among "i"/));
    expect(() => array.schema.attribute("b")).toThrow(failure("NOT_FOUND", undefined, /"b" among "a"/));
    using subarray = new Subarray(array);
    expect(() => subarray.addRange("j", 1, 2)).toThrow(failure("NOT_FOUND", undefined, /"j" among "i"/));
    expect(() => subarray.addRange(0, 1.5, 2)).toThrow(invalid(/1\.5.*int32/));
    expect(() => subarray.addRange(0, 1, 2n ** 31n)).toThrow(invalid(/2147483648.*int32/));
    expect(() => subarray.addRange(0, "1", "2")).toThrow(invalid(/"1".*int32/));
    expect(() => subarray.addPoints(0, [])).toThrow(invalid(/no points/));
    await expect(ArrayHandle.open(`${uri}\0`)).rejects.toEqual(invalid(/NUL/));
    await expect(ArrayHandle.open(uri, "read", { timestamp: -1 })).rejects.toEqual(invalid(/-1/));
    await expect(ArrayHandle.open(uri, "read", { timestamp: 2n ** 64n })).rejects.toEqual(
      invalid(/18446744073709551616/),
    );
  });

  it("is recognised across copies of the package", () => {
    const other = Object.assign(new Error("x"), { [Symbol.for("libtiledb.TileDbError")]: true });
    expect(other).toBeInstanceOf(TileDbError);
    expect(new Error("x")).not.toBeInstanceOf(TileDbError);
  });
});

describe("a library that is not there", () => {
  const program = (index: string) => `
    const { libraryVersion } = await import(${JSON.stringify(index)});
    console.log("imported");
    try {
      libraryVersion();
    } catch (error) {
      console.log(JSON.stringify([error.name, error.code, error.message]));
    }
  `;
  const platform = `${process.platform}-${process.arch}`;

  async function told(env: Record<string, string>, index = built(), folder = builtFolder): Promise<string> {
    const { code, output, errors } = await run(program(index), { env: { LIBTILEDB_PATH: "", ...env }, in: folder });
    expect([code, errors]).toEqual([0, ""]);
    const [first, second] = output.split("\n") as [string, string];
    expect(first).toBe("imported");
    const [name, errorCode, message] = JSON.parse(second) as [string, string, string];
    expect([name, errorCode]).toEqual(["TileDbError", "LIBRARY_MISSING"]);
    return message;
  }

  it("is an error that names the platform, the places and what to do, and only when it is needed", async () => {
    const wrong = place();
    const message = await told({ LIBTILEDB_PATH: wrong });
    expect(message).toContain(platform);
    expect(message).toContain(wrong);
    expect(message).toMatch(/LIBTILEDB_PATH is set/);
  });

  it("is also a file that is no library", async () => {
    const folder = place();
    mkdirSync(folder);
    const name = { darwin: "libtiledb.dylib", win32: "tiledb.dll" }[process.platform as string] ?? "libtiledb.so";
    writeFileSync(join(folder, name), "no library");
    expect(await told({ LIBTILEDB_PATH: folder })).toMatch(/could not be loaded/);
  });

  it("is also a platform package that was not installed", async () => {
    const folder = join(realpathSync(join(place(), "..")), "alone");
    cpSync(builtFolder, folder, { recursive: true });
    mkdirSync(join(folder, "node_modules"));
    const koffi = realpathSync(fileURLToPath(new URL("../node_modules/koffi", import.meta.url)));
    symlinkSync(koffi, join(folder, "node_modules", "koffi"), "junction");
    const message = await told({ NODE_PATH: "" }, pathToFileURL(join(folder, "index.js")).href, folder);
    expect(message).toContain(platform);
    expect(message).toContain(`libtiledb-${platform}`);
    expect(message).toMatch(/Install the package/);
  });

  it("can be named by its file or its folder", async () => {
    const { libraryPath } = await import("../src/index.js");
    const path = libraryPath();
    for (const name of [path, join(path, "..")]) {
      const text = `import { libraryPath, libraryVersion } from ${JSON.stringify(built())};
        console.log(libraryPath(), Object.values(libraryVersion()).slice(0, 2).join("."));`;
      const outcome = await run(text, { env: { LIBTILEDB_PATH: name } });
      expect(outcome).toEqual({ code: 0, signal: null, output: `${path} 2.30`, errors: "" });
    }
  });
});
