import { readFileSync } from "node:fs";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixture } from "../../../tooling/fixtures/read.mjs";
import { Hdf5DenseArray, type Hdf5Source, type SourceOptions } from "../src/index.js";
import { errorOf, everything } from "./helpers.js";

const path = fixture("hdf5", "ranks.h5");
const bytes = new Uint8Array(readFileSync(path));
const dataset = "contiguous/3x5";

const reader = {
  size: bytes.length,
  read: async (offset: number, length: number) => bytes.slice(offset, offset + length),
};

async function valuesFrom(source: Hdf5Source, options: SourceOptions = {}): Promise<unknown> {
  await using array = await Hdf5DenseArray.open(source, dataset, options);
  return (await array.seed.extractDense(everything(array))).toNested();
}

describe("every kind of source gives the same values", () => {
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);

  test.each<[string, Hdf5Source, string]>([
    ["a relative path", relative(process.cwd(), path), relative(process.cwd(), path)],
    ["a file: URL", pathToFileURL(path), path],
    ["a Uint8Array", bytes, "<bytes>"],
    ["a Buffer", readFileSync(path), "<bytes>"],
    ["an ArrayBuffer", bytes.buffer, "<bytes>"],
    ["a view of a part of a buffer", shifted.subarray(3), "<bytes>"],
    ["a DataView", new DataView(bytes.buffer), "<bytes>"],
    ["a SharedArrayBuffer", shared, "<bytes>"],
    ["a Blob", new Blob([bytes]), "<Blob>"],
    ["a File", new File([bytes], "ranks.h5"), "ranks.h5"],
    ["an object with size and read", reader, "<reader>"],
    [
      "an object whose read is synchronous",
      { size: bytes.length, read: (offset: number, length: number) => bytes.subarray(offset, offset + length) },
      "<reader>",
    ],
  ])("%s", async (_, source, name) => {
    expect(await valuesFrom(source)).toEqual(await valuesFrom(path));
    await using array = await Hdf5DenseArray.open(source, dataset);
    expect(array.path).toBe(name);
  });
});

test("a file that is written to after it was opened: IO, not a mixture of old and new", async () => {
  const folder = await mkdtemp(join(tmpdir(), "changing-"));
  try {
    const file = join(folder, "file.h5");
    await copyFile(fixture("pbmc", "10x_pbmc68k_reduced.h5ad"), file);
    await using array = await Hdf5DenseArray.open(file, "X");
    await array.subset([[0]]).toDense();
    await writeFile(file, new Uint8Array([1]), { flag: "a" });
    for (const part of [array.subset([[699]]), array]) {
      const error = await errorOf(part.toDense());
      expect(error.code).toBe("IO");
      expect(error.message).toContain(`${file}: the file had 1772368 bytes and now has 1772369`);
    }
    await using again = await Hdf5DenseArray.open(file, "X");
    expect((await again.subset([[699]]).toDense()).shape).toEqual([1, 765]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe("an object with size and read", () => {
  test.each<[string, object, string, RegExp]>([
    [
      "too few bytes",
      { ...reader, read: async () => new Uint8Array(3) },
      "IO",
      /gave 3 bytes, expected a Uint8Array of \d+ bytes/,
    ],
    ["something else", { ...reader, read: async () => "text" }, "IO", /gave \[object String\]/],
    ["no size", { ...reader, size: undefined }, "INVALID_ARGUMENT", /size is undefined/],
    ["a negative size", { ...reader, size: -1 }, "INVALID_ARGUMENT", /size is -1/],
  ])("that gives %s", async (_, source, code, message) => {
    const error = await errorOf(valuesFrom(source as never));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  test("whose read fails: IO, with the original as cause", async () => {
    const cause = new Error("the disk is on fire");
    const error = await errorOf(valuesFrom({ ...reader, read: () => Promise.reject(cause) }));
    expect(error.code).toBe("IO");
    expect(error.cause).toBe(cause);
  });

  test("gets a signal, and need not heed it", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    let given: AbortSignal | undefined;
    const opening = valuesFrom(
      {
        size: bytes.length,
        read: (_offset: number, _length: number, { signal }: { signal?: AbortSignal | undefined }) => {
          given = signal;
          setTimeout(() => controller.abort(reason), 0);
          return new Promise<Uint8Array>(() => {});
        },
      },
      { signal: controller.signal },
    );
    await expect(opening).rejects.toBe(reason);
    expect(given?.aborted).toBe(true);
  });
});

describe("an http URL", () => {
  let server: Server;
  let base: string;
  const headersSeen: (string | undefined)[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      headersSeen.push(request.headers.authorization);
      if (request.url === "/ranks.h5") response.end(bytes);
      else if (request.url === "/page") response.end("<!doctype html><p>Sign in</p>");
      else if (request.url === "/broken") response.writeHead(500).end();
      else if (request.url === "/dropped")
        response
          .writeHead(200, { "content-length": String(bytes.length) })
          .write(bytes.slice(0, 100), () => response.destroy());
      else if (request.url === "/slow") response.writeHead(200).write("x");
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test("is downloaded, with the headers that were given", async () => {
    const url = new URL("/ranks.h5", base);
    expect(await valuesFrom(url, { headers: { authorization: "Bearer x" } })).toEqual(await valuesFrom(path));
    expect(headersSeen).toEqual(["Bearer x"]);
    await using array = await Hdf5DenseArray.open(url, dataset);
    expect(array.path).toBe(url.href);
  });

  test.each([
    ["/nowhere.h5", "NOT_FOUND", /404/],
    ["/broken", "IO", /500/],
    ["/dropped", "IO", /cannot be downloaded/],
    ["/page", "FILE_INVALID", /an HTML or XML page/],
  ])("%s: %s", async (where, code, message) => {
    const error = await errorOf(valuesFrom(new URL(where, base)));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(base);
  });

  test("where nobody listens: IO", async () => {
    expect((await errorOf(valuesFrom(new URL("http://127.0.0.1:1/x.h5")))).code).toBe("IO");
  });

  test("an abort stops the download", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const opening = valuesFrom(new URL("/slow", base), { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 5);
    await expect(opening).rejects.toBe(reason);
  });

  test("a fetch of one's own", async () => {
    const asked: string[] = [];
    const own = (async (url: URL) => {
      asked.push(url.href);
      return new Response(bytes);
    }) as typeof fetch;
    expect(await valuesFrom(new URL("https://example.invalid/x.h5"), { fetch: own })).toEqual(await valuesFrom(path));
    expect(asked).toEqual(["https://example.invalid/x.h5"]);
  });

  test("of a server without ranges: they cannot be required", async () => {
    expect((await errorOf(valuesFrom(new URL("/ranks.h5", base), { range: "require" }))).code).toBe(
      "UNSUPPORTED_FEATURE",
    );
    expect((await errorOf(valuesFrom(new URL("/ranks.h5", base), { range: "maybe" as never }))).code).toBe(
      "INVALID_ARGUMENT",
    );
    expect(await valuesFrom(new URL("/ranks.h5", base), { range: "never" })).toEqual(await valuesFrom(path));
  });
});
